/** Control totals of a file: how many rows, and of each register and unit the exact sums of what stands in them. */

import { addScaled, formatScaled, type Scaled } from '../core/scaled.ts'
import type { IntervalDay, ReleasedRow } from './export-row.ts'

export interface ControlTotals {
  /** Releases, or days of intervals. */
  readonly entries: number
  /** Values: registers of releases, or intervals that have one. */
  readonly values: number
  /** Of what stands in the file, UTC ms; null where nothing does. */
  readonly first: number | null
  readonly last: number | null
  /** In order of OBIS code and unit. */
  readonly totals: readonly RegisterTotal[]
}

export interface RegisterTotal {
  readonly obis: string
  readonly unit: string
  readonly count: number
  /** Of the values as released, multiplied; of intervals what they come to. */
  readonly sum: string
  /** What was used in the periods, or in the intervals. */
  readonly quantity: string
}

export interface Tally<Row> {
  add(row: Row): void
  told(): ControlTotals
}

const ZERO: Scaled = { digits: 0n, scaler: 0 }

interface Sums extends Pick<RegisterTotal, 'obis' | 'unit'> {
  count: number
  sum: Scaled
  quantity: Scaled
}

export function tallyOfReleases(): Tally<ReleasedRow> {
  const { sums, note, told } = tally()
  return {
    told,
    add({ release, period, past }) {
      note(release.boundary)
      for (const [place, { obis, unit, value }] of release.registers.entries()) {
        const own = sums(obis, unit, place)
        own.count += 1
        own.sum = addScaled(own.sum, value)
      }
      for (const one of [period, ...past.map(each => each.period)])
        for (const [place, { obis, unit, value }] of one?.quantities.entries() ?? []) {
          const own = sums(obis, unit, place)
          own.quantity = addScaled(own.quantity, value)
        }
    },
  }
}

export function tallyOfIntervals(): Tally<IntervalDay> {
  const { sums, note, told } = tally()
  return {
    told,
    add({ obis, unit, from, everyMs, intervals }) {
      note(from, from + (intervals.length - 1) * everyMs)
      const own = sums(obis, unit, 0)
      for (const { value } of intervals) {
        if (value === null) continue
        own.count += 1
        own.sum = addScaled(own.sum, value)
      }
      own.quantity = own.sum
    },
  }
}

function tally() {
  const registers = new Map<string, Sums>()
  /** As they came last, in which order they nearly always come again. */
  const lately: Sums[] = []
  let entries = 0
  let first: number | null = null
  let last: number | null = null

  function sums(obis: string, unit: string, place: number): Sums {
    const before = lately[place]
    if (before?.obis === obis && before.unit === unit) return before
    const name = `${obis} ${unit}`
    const own = registers.get(name) ?? { obis, unit, count: 0, sum: ZERO, quantity: ZERO }
    registers.set(name, own)
    lately[place] = own
    return own
  }

  function note(from: number, to = from): void {
    entries += 1
    first = Math.min(first ?? from, from)
    last = Math.max(last ?? to, to)
  }

  function told(): ControlTotals {
    const byName = [...registers].toSorted(([one], [other]) => (one < other ? -1 : 1))
    const totals = byName.map(([, { obis, unit, count, sum, quantity }]) => ({
      ...{ obis, unit, count },
      sum: formatScaled(sum),
      quantity: formatScaled(quantity),
    }))
    const values = totals.reduce((all, { count }) => all + count, 0)
    return { entries, values, first, last, totals }
  }

  return { sums, note, told }
}
