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

interface Sums {
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
      for (const { obis, unit, value } of release.registers) {
        const own = sums(obis, unit)
        own.count += 1
        own.sum = addScaled(own.sum, value)
      }
      for (const one of [period, ...past.map(each => each.period)])
        for (const { obis, unit, value } of one?.quantities ?? []) {
          const own = sums(obis, unit)
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
      const own = sums(obis, unit)
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
  const registers = new Map<string, Map<string, Sums>>()
  let entries = 0
  let first: number | null = null
  let last: number | null = null

  function sums(obis: string, unit: string): Sums {
    const units = registers.get(obis) ?? new Map<string, Sums>()
    registers.set(obis, units)
    const own = units.get(unit) ?? { count: 0, sum: ZERO, quantity: ZERO }
    units.set(unit, own)
    return own
  }

  function note(from: number, to = from): void {
    entries += 1
    first = Math.min(first ?? from, from)
    last = Math.max(last ?? to, to)
  }

  function told(): ControlTotals {
    const totals = [...registers].flatMap(([obis, units]) =>
      [...units].map(([unit, { count, sum, quantity }]) => ({
        ...{ obis, unit, count },
        sum: formatScaled(sum),
        quantity: formatScaled(quantity),
      })),
    )
    totals.sort((a, b) => (`${a.obis} ${a.unit}` < `${b.obis} ${b.unit}` ? -1 : 1))
    return { entries, values: totals.reduce((all, { count }) => all + count, 0), first, last, totals }
  }

  return { sums, note, told }
}
