/** Which period a freeze closes: the one rule, for every kind of freeze a meter makes. */

import { civilOf, DAY, HOUR, instantOf, type MeterTime } from '../core/time.ts'

/** What divides one kind of freeze from the next, by the meter's own calendar. */
export type Periods =
  | { readonly every: 'hour' }
  /** At `at`, minutes after midnight: nearly always 0, but meters can be told another time (04001203). */
  | { readonly every: 'day'; readonly at: number }
  /** One to three days of each month with their hours; days a month does not have close nothing in it. */
  | { readonly every: 'month'; readonly on: readonly { readonly day: number; readonly hour: number }[] }

export interface FreezePeriod {
  /** The boundary the freeze stands for: the end of its period. */
  readonly to: MeterTime
  /** The boundary before it. */
  readonly from: MeterTime
  /** How long after the boundary the meter stamped it, ms. A register may have gone on meanwhile. */
  readonly lateMs: number
}

/**
 * The boundary at or before the stamp, and the period that ends there: a freeze of 00:00 on the 21st closes the 20th, and
 * so does one the meter made a few minutes late. A stamp before the boundary never counts for it: a freeze of 23:59 is the
 * last boundary's, nearly a whole period late, and whoever bills refuses it (V-T3). Null for a stamp no calendar has, or
 * without a day to close at.
 */
export function periodOf(stamp: MeterTime, periods: Periods): FreezePeriod | null {
  const at = instantOf(stamp, 0)
  if (at === null) return null
  const boundaries = boundariesAround(at, periods)
  const to = boundaries.findLast(boundary => boundary <= at)
  const from = boundaries.findLast(boundary => to !== undefined && boundary < to)
  if (to === undefined || from === undefined) return null
  return { to: civilOf(to, 0), from: civilOf(from, 0), lateMs: at - to }
}

/** In order, at least the last two before the instant. The meter's clock has no zone, so all are counted as if in UTC. */
function boundariesAround(at: number, periods: Periods): readonly number[] {
  switch (periods.every) {
    case 'hour':
      return evenly(at, HOUR, 0)
    case 'day':
      return evenly(at, DAY, periods.at * 60_000)
    case 'month':
      return monthly(at, periods.on)
  }
}

function evenly(at: number, length: number, shift: number): readonly number[] {
  const last = Math.floor((at - shift) / length) * length + shift
  return [last - length, last]
}

/** No two months in a row lack a day, so five hold at least two boundaries before any instant. */
const MONTHS_BACK = [4, 3, 2, 1, 0]

function monthly(
  at: number,
  on: readonly { readonly day: number; readonly hour: number }[],
): readonly number[] {
  const now = new Date(at)
  return MONTHS_BACK.flatMap(back => {
    const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)
    const length = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back + 1, 1) - month
    return on
      .map(({ day, hour }) => (day - 1) * DAY + hour * HOUR)
      .filter(offset => offset < length)
      .map(offset => month + offset)
  }).toSorted((a, b) => a - b)
}
