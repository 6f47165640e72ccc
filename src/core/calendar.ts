/** Where the periods of a plan end and begin: so many milliseconds apart, or at days of each month. Pure; UTC ms. */

import { DAY, HOUR, two } from './time.ts'

/** A day of every month, 1 to 31, and the full hour at which it counts. Months without that day leave it out. */
export interface MonthDay {
  readonly day: number
  readonly hour: number
}

export type Calendar = Even | Monthly

export interface Even {
  readonly everyMs: number
  /** Any of the boundaries. */
  readonly from: number
}

/** At least one day, by a clock of this offset. */
export interface Monthly {
  readonly on: readonly MonthDay[]
  readonly offsetMinutes: number
}

/** A day that this month does not have, or no longer, the next has, or the one after it. */
const MONTHS_AROUND = [0, 1, 2]

/** As text: "01T00 15T00 480". */
export function writeMonthly({ on, offsetMinutes }: Monthly): string {
  return `${writeDays(on)} ${offsetMinutes}`
}

/** What `writeMonthly` wrote. */
export function readMonthly(text: string): Monthly {
  const words = text.split(' ')
  return { on: words.flatMap(word => parseMonthDay(word) ?? []), offsetMinutes: Number(words.at(-1)) }
}

/** Days of months as people write them: "01T00 15T00". */
export function writeDays(on: readonly MonthDay[]): string {
  return on.map(({ day, hour }) => `${two(day)}T${two(hour)}`).join(' ')
}

/** "01T00", or null for what is no day and hour. */
export function parseMonthDay(text: string): MonthDay | null {
  const [, day, hour] = (/^(\d\d)T(\d\d)$/.exec(text) ?? []).map(Number)
  if (day === undefined || hour === undefined || day < 1 || day > 31 || hour > 23) return null
  return { day, hour }
}

/** The last boundary at or before the instant; not a number where a calendar has none. */
export function boundaryAt(calendar: Calendar, instant: number): number {
  if ('everyMs' in calendar) {
    const { everyMs, from } = calendar
    return from + Math.floor((instant - from) / everyMs) * everyMs
  }
  const month = monthOf(instant, calendar.offsetMinutes)
  const around = MONTHS_AROUND.toReversed().flatMap(away => inMonth(calendar, month - away))
  return around.findLast(boundary => boundary <= instant) ?? Number.NaN
}

/** The first boundary after the instant; not a number where a calendar has none. */
export function boundaryAfter(calendar: Calendar, instant: number): number {
  if ('everyMs' in calendar) return boundaryAt(calendar, instant) + calendar.everyMs
  const month = monthOf(instant, calendar.offsetMinutes)
  const around = MONTHS_AROUND.flatMap(away => inMonth(calendar, month + away))
  return around.find(boundary => boundary > instant) ?? Number.NaN
}

export function isBoundary(calendar: Calendar, instant: number): boolean {
  return boundaryAt(calendar, instant) === instant
}

/** The boundary so many before this one. */
export function boundaryBack(calendar: Calendar, boundary: number, count: number): number {
  if ('everyMs' in calendar) return boundary - count * calendar.everyMs
  let found = boundary
  for (let back = 0; back < count; back += 1) found = boundaryAt(calendar, found - 1)
  return found
}

/** How many boundaries on `last` is from `first`; negative where it lies before. */
export function stepsBetween(calendar: Calendar, first: number, last: number): number {
  if ('everyMs' in calendar) return Math.round((last - first) / calendar.everyMs)
  if (last < first) return -stepsBetween(calendar, last, first)
  let steps = 0
  for (let at = first; at < last; at = boundaryAfter(calendar, at)) steps += 1
  return steps
}

/** From `from` on, before `to`, in order. */
export function* boundariesIn(calendar: Calendar, from: number, to: number): Generator<number> {
  for (let at = boundaryAfter(calendar, from - 1); at < to; at = boundaryAfter(calendar, at)) yield at
}

/** No period is longer, ms: of two months in a row one has every day. */
export function longestPeriod(calendar: Calendar): number {
  return 'everyMs' in calendar ? calendar.everyMs : 62 * DAY
}

/** Whether both have the same boundaries. */
export function isSameCalendar(a: Calendar, b: Calendar): boolean {
  if ('everyMs' in a) return 'everyMs' in b && a.everyMs === b.everyMs && isBoundary(a, b.from)
  return 'on' in b && writeMonthly(a) === writeMonthly(b)
}

/** Months since January 1970, as the clock shows it. */
function monthOf(instant: number, offsetMinutes: number): number {
  const shown = new Date(instant + offsetMinutes * 60_000)
  return 12 * (shown.getUTCFullYear() - 1970) + shown.getUTCMonth()
}

function inMonth({ on, offsetMinutes }: Monthly, month: number): readonly number[] {
  const start = Date.UTC(1970, month, 1)
  const length = Date.UTC(1970, month + 1, 1) - start
  return on
    .map(({ day, hour }) => (day - 1) * DAY + hour * HOUR)
    .filter(later => later < length)
    .map(later => start + later - offsetMinutes * 60_000)
    .sort((a, b) => a - b)
}
