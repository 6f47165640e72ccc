/** Which meter shows another voltage than its neighbours at the same moments: an ageing meter, or a bad contact (B-04). */

import { median } from '../rules/period/like-days.ts'

/** One phase of one meter. */
export interface VoltageSeen {
  readonly meter: string
  readonly obis: string
  /** Only those of one group are fed alike: an area, and a phase of it where that is known. */
  readonly group: string
  /** Good samples in V, by slot. */
  readonly volts: ReadonlyMap<number, number>
}

export interface VoltageBias {
  readonly meter: string
  readonly obis: string
  readonly group: string
  /** Above its neighbours, in percent of them: the median over the slots. */
  readonly percent: number
  /** It rests on. */
  readonly slots: number
  /** Neighbours in the mean. */
  readonly neighbours: number
}

/** Fewer neighbours are no measure of each other, and fewer slots none of a habit. */
const LEAST_NEIGHBOURS = 3
const LEAST_SLOTS = 24

/** The furthest off first, either way; without those of whom too little is known. */
export function rankByBias(seen: readonly VoltageSeen[]): readonly VoltageBias[] {
  return [...Map.groupBy(seen, ({ group }) => group).values()]
    .flatMap(biasesIn)
    .sort((a, b) => Math.abs(b.percent) - Math.abs(a.percent) || a.meter.localeCompare(b.meter))
}

function biasesIn(group: readonly VoltageSeen[]): readonly VoltageBias[] {
  const bySlot = new Map<number, number[]>()
  for (const { volts } of group)
    for (const [slot, value] of volts) {
      const all = bySlot.get(slot)
      if (all) all.push(value)
      else bySlot.set(slot, [value])
    }
  for (const all of bySlot.values()) all.sort((a, b) => a - b)
  return group.flatMap(({ meter, obis, group: name, volts }) => {
    let neighbours = 0
    const percents: number[] = []
    for (const [slot, value] of volts) {
      const all = bySlot.get(slot) ?? []
      if (all.length <= LEAST_NEIGHBOURS) continue
      const others = medianWithout(all, value)
      percents.push((100 * (value - others)) / others)
      neighbours += all.length - 1
    }
    const slots = percents.length
    if (slots < LEAST_SLOTS) return []
    return [{ meter, obis, group: name, percent: median(percents), slots, neighbours: neighbours / slots }]
  })
}

/** Of sorted values, of which one is left out. */
function medianWithout(sorted: readonly number[], value: number): number {
  const out = sorted.indexOf(value)
  const at = (place: number) => sorted[place < out ? place : place + 1] ?? Number.NaN
  const count = sorted.length - 1
  const middle = count >> 1
  return count % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2
}
