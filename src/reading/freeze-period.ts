/** Which period a freeze closes: the one rule, for every kind of freeze a meter makes. */

import { boundaryAt, boundaryBack, type Calendar, type MonthDay } from '../core/calendar.ts'
import { civilOf, DAY, HOUR, instantOf, type MeterTime, MINUTE } from '../core/time.ts'

/** What divides one kind of freeze from the next, by the meter's own calendar. */
export type Periods =
  | { readonly every: 'hour' }
  /** At `at`, minutes after midnight: nearly always 0, but meters can be told another time (04001203). */
  | { readonly every: 'day'; readonly at: number }
  /** At least one day of each month with its hour; days a month does not have close nothing in it. */
  | { readonly every: 'month'; readonly on: readonly MonthDay[] }

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
  if (at === null || (periods.every === 'month' && periods.on.length === 0)) return null
  // The meter's clock has no zone, so all are counted as if in UTC.
  const calendar = calendarOf(periods, 0)
  const to = boundaryAt(calendar, at)
  return { to: civilOf(to, 0), from: civilOf(boundaryBack(calendar, to, 1), 0), lateMs: at - to }
}

/** By a clock of this offset. */
export function calendarOf(periods: Periods, offsetMinutes: number): Calendar {
  const offsetMs = offsetMinutes * MINUTE
  switch (periods.every) {
    case 'hour':
      return { everyMs: HOUR, from: -offsetMs }
    case 'day':
      return { everyMs: DAY, from: periods.at * MINUTE - offsetMs }
    case 'month':
      return { on: periods.on, offsetMinutes }
  }
}
