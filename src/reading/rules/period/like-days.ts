/** Days to compare a day with, and what is usual of them: medians, since one wild day must not decide. */

import { DAY } from '../../../core/time.ts'
import { weekdayOf } from '../../estimate/like-days.ts'
import { absentMs, type PeriodKnown } from './period.ts'
import type { Usage } from './series.ts'

/** Days further back are of another season. */
const WEEKS = 8

/** One day, as meters and customers count it: sites have one fixed offset. */
export function isDay({ from, to }: Usage): boolean {
  return to.at - from.at === DAY
}

/** Working days are alike; Saturdays are, and Sundays. */
export function weekdayClass(day: number, offsetMinutes: number): 'working day' | 'Saturday' | 'Sunday' {
  const weekday = weekdayOf(day, offsetMinutes)
  return weekday === 0 ? 'Sunday' : weekday === 6 ? 'Saturday' : 'working day'
}

/** Days of the eight weeks before it with a reading at either end, on which the meter could count all the time. */
export function daysBefore(usage: Usage, { series, absences }: PeriodKnown): readonly Usage[] {
  const since = usage.from.at - 7 * WEEKS * DAY
  return series.usages.filter(
    one =>
      one.isActual &&
      isDay(one) &&
      one.from.at >= since &&
      one.to.at <= usage.from.at &&
      absentMs(one.from.at, one.to.at, absences) === 0,
  )
}

/** Those of them on the same class of weekday. */
export function likeDays(usage: Usage, days: readonly Usage[], offsetMinutes: number): readonly Usage[] {
  const own = weekdayClass(usage.from.at, offsetMinutes)
  return days.filter(one => weekdayClass(one.from.at, offsetMinutes) === own)
}

/** Of nothing it is not a number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Standard deviations of a normal spread in one median absolute deviation. */
const PER_MAD = 0.6745

/** The standard deviation by the median of the distances from `middle`. */
export function robustDeviation(values: readonly number[], middle: number): number {
  return median(values.map(value => Math.abs(value - middle))) / PER_MAD
}
