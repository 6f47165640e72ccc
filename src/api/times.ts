/** Times as callers write them. */

import { Fault } from '../core/faults.ts'
import { civilOf, instantOf, parseOffset } from '../core/time.ts'

/** The "+" of an offset reaches us as a space when the caller did not escape it; nothing else can stand there. */
const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?(Z|[+ -]\d{2}:\d{2})$/
const DATE = /^\d{4}-\d{2}-\d{2}$/
/** The one or the other, as far as letters tell. */
export const DATE_OR_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+ -]\d{2}:\d{2}))?$/

/** ISO 8601 with an offset, to UTC ms; null for anything else, dates that do not exist among them. */
export function parseInstant(text: string): number | null {
  const [, civil = '', fraction = '0', offset = ''] = TIME.exec(text) ?? []
  const minutes = offset === 'Z' ? 0 : parseOffset(offset.replace(' ', '+'))
  if (minutes === null) return null
  const whole = instantOf(civil, minutes)
  return whole === null ? null : whole + Number(fraction.padEnd(3, '0'))
}

/**
 * An instant, or a date, which means its 00:00 as meters know it: in the site's fixed offset. Meters freeze by
 * clocks that know no summer time, so this is where a day's freeze is to be found.
 */
export function parseBoundary(text: string, offsetMinutes: number): number | null {
  return DATE.test(text) ? instantOf(`${text}T00:00:00`, offsetMinutes) : parseInstant(text)
}

/** What a field of the query says; undefined where it is not given. Throws ASK_INVALID. */
export function timeOf(name: string, text: string | undefined, offsetMinutes: number): number | undefined {
  if (text === undefined) return undefined
  const instant = parseBoundary(text, offsetMinutes)
  if (instant === null)
    throw new Fault('ASK_INVALID', `query.${name}: not a date (YYYY-MM-DD) or ISO 8601 time with offset`)
  return instant
}

/** What a field of the body says. Throws ASK_INVALID. */
export function instantGiven(field: string, text: string, offsetMinutes: number): number {
  const instant = parseBoundary(text, offsetMinutes)
  if (instant === null) throw new Fault('ASK_INVALID', `body.${field}: there is no such time`)
  return instant
}

/** What a field of the query says, of a time before now: what was known then changes no more. Null where it is not given. */
export function pastOf(
  name: string,
  text: string | undefined,
  now: number,
  offsetMinutes: number,
): number | null {
  const instant = timeOf(name, text, offsetMinutes) ?? null
  if (instant !== null && instant >= now) throw inFuture(name)
  return instant
}

export function inFuture(name: string): Fault {
  return new Fault('ASK_INVALID', `query.${name}: lies in the future; leave it out for what is known now`)
}

/** The last instant that can be written with four digits of year. */
export const LAST_INSTANT = Date.UTC(9999, 11, 31)

/** Today's date at the site, for the examples of error texts. */
export function dateOf(instant: number, offsetMinutes: number): string {
  return civilOf(instant, offsetMinutes).slice(0, 10)
}
