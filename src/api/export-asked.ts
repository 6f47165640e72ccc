/** What an export is asked for with, over HTTP and by the verb alike. */

import { z } from 'zod'
import { parseDuration } from '../config/quantities.ts'
import { Fault } from '../core/faults.ts'
import { DAY, MINUTE, slotOf } from '../core/time.ts'
import { FORMATS, formatNamed } from '../export/formats.ts'
import { chosen } from './chosen.ts'
import type { ExportAsked } from './page-thread/export-begun.ts'
import { every, nameAsked, timeAsked, wholeNumber } from './shapes.ts'
import { LAST_INSTANT, timeOf } from './times.ts'

export const exportQuery = z.strictObject({
  from: timeAsked.meta({
    description:
      'what was used from here on: boundaries after it, intervals that begin at it or later. YYYY-MM-DD or ISO 8601 with offset',
  }),
  to: timeAsked.meta({ description: 'and up to here: this boundary too' }),
  at: chosen,
  meter: nameAsked.meta({ description: 'of this one alone' }),
  through: wholeNumber.optional().meta({
    description: 'as the book stood at this number: the same bytes for ever; without it the newest',
  }),
  archiveAsOf: timeAsked.meta({
    description: 'accounts and points as they were known at this time; without it as they are known now',
  }),
  every: every.optional().meta({ description: 'length of an interval; without it 15m' }),
  bom: z.enum(['0', '1']).optional().meta({ description: 'CSV: 1 begins with a byte order mark' }),
  for: z.enum(['people']).optional().meta({
    description: 'CSV that a spreadsheet can open: no text is taken for a formula or a number',
  }),
})

export type ExportQuery = z.infer<typeof exportQuery>

const MOST_DAYS = 62

interface Site {
  readonly offsetMinutes: number
  /** UTC ms. */
  readonly now: number
}

/** `seen`: the meters the caller may see; null for all. Throws ASK_UNKNOWN and ASK_INVALID. */
export function exportAskedIn(
  format: string,
  query: ExportQuery,
  { offsetMinutes, now }: Site,
  seen: readonly string[] | null,
): ExportAsked {
  const variant = { bom: query.bom === '1', people: query.for === 'people' }
  const named = formatNamed(format, variant)
  if (named === null)
    throw new Fault('ASK_UNKNOWN', `there is no such export format; there are ${FORMATS.join(', ')}`)
  const { meter = null, through = null } = query
  if (seen !== null && meter !== null && !seen.includes(meter))
    throw new Fault('ASK_UNKNOWN', 'there is no such meter')
  if (!named.isTable) forbid(query, ['bom', 'for'], 'only for CSV')
  const [from, to] = [timeOf('from', query.from, offsetMinutes), timeOf('to', query.to, offsetMinutes)]
  if (from !== undefined && to !== undefined && to <= from) throw invalid('to', 'after from')
  const archiveAsOf = timeOf('archiveAsOf', query.archiveAsOf, offsetMinutes) ?? null
  const asked = { format, variant, seen, meter, through, archiveAsOf, now, at: query.at ?? 'all' }
  if (named.of === 'releases') {
    forbid(query, ['every'], 'only for intervals')
    // A period is of the span it ends in, as an interval is.
    return { ...asked, from: from === undefined ? 0 : from + 1, to: (to ?? LAST_INSTANT) + 1, everyMs: 0 }
  }
  forbid(query, ['through', 'at'], 'intervals are not of the book')
  const days = wholeDays(from, to, { offsetMinutes, now })
  const everyMs = parseDuration(query.every ?? '15m') ?? 0
  const { minutes, isOfOneMeter } = named.format
  if (minutes?.includes(everyMs / MINUTE) === false)
    throw invalid('every', `in this format one of ${minutes.map(one => `${one}m`).join(', ')}`)
  if (isOfOneMeter && meter === null) throw invalid('meter', 'a file of this format is of one meter: name it')
  return { ...asked, ...days, everyMs }
}

function wholeDays(from: number | undefined, to: number | undefined, { offsetMinutes, now }: Site) {
  const isMidnight = (instant: number) => slotOf(instant, DAY, offsetMinutes) === instant
  if (from === undefined || !isMidnight(from)) throw invalid('from', 'a day, of which there are intervals')
  if (to === undefined || !isMidnight(to) || to > now || to - from > MOST_DAYS * DAY)
    throw invalid('to', `a day, today at the latest, at most ${MOST_DAYS} after from`)
  return { from, to }
}

function forbid(query: ExportQuery, fields: readonly (keyof ExportQuery)[], text: string): void {
  const given = fields.find(field => query[field] !== undefined)
  if (given !== undefined) throw invalid(given, text)
}

function invalid(field: string, text: string): Fault {
  return new Fault('ASK_INVALID', `query.${field}: ${text}`)
}
