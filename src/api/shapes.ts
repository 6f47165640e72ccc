/** The shapes answers are made of, for the serialiser and for OpenAPI. */

import { z } from 'zod'
import { DURATION, parseDuration } from '../config/quantities.ts'
import { NAME } from '../config/written.ts'
import { OBIS } from '../core/obis.ts'
import { DAY, MINUTE } from '../core/time.ts'
import { CURSOR } from './cursor.ts'
import { DATE_OR_TIME } from './times.ts'

export const MOST_PER_PAGE = 1000

/** Query values arrive as text; they become numbers here and nowhere by guessing. */
const limit = z
  .string({ error: 'give it once' })
  .regex(/^[1-9]\d{0,3}$/, `a whole number from 1 to ${MOST_PER_PAGE}`)
  .transform(Number)
  .refine(count => count <= MOST_PER_PAGE, `at most ${MOST_PER_PAGE}`)

const given = z.string({ error: 'give it once' })

/** A query value that may be left out. */
export const once = given.optional()

/** The id of a meter or line, as the configuration may write it. */
export const nameAsked = given.regex(NAME, 'a name as the configuration writes it').optional()

/** A time as callers may write it; `times.ts` reads it. */
export const timeAsked = given
  .regex(DATE_OR_TIME, 'not a date (YYYY-MM-DD) or ISO 8601 time with offset')
  .optional()

/** A time that must be given. */
export const timeNeeded = z
  .string({ error: 'required, once: YYYY-MM-DD or ISO 8601 time with offset' })
  .regex(DATE_OR_TIME, 'YYYY-MM-DD or ISO 8601 time with offset')
  .meta({ description: 'YYYY-MM-DD or ISO 8601 with offset', examples: ['2026-11-01'] })

export const boundaryAsked = timeNeeded.meta({
  description: "YYYY-MM-DD (00:00 in the site's fixed offset) or ISO 8601 with offset",
  examples: ['2026-11-21'],
})

export const obisAsked = given.regex(OBIS, 'an OBIS code such as 1-0:1.8.0').meta({ examples: ['1-0:1.8.0'] })
const durationAsked = given.regex(DURATION, 'a length of time such as 15m or 1h')
/** A whole number of 15 digits at most, which a double holds exactly. */
export const wholeNumber = given
  .regex(/^\d{1,15}$/, 'a whole number')
  .meta({ examples: ['1'] })
  .transform(Number)

/** The length of intervals. */
export const every = durationAsked.refine(text => {
  const ms = parseDuration(text) ?? 0
  return ms >= MINUTE && ms % MINUTE === 0 && DAY % ms === 0
}, 'whole minutes that divide a day, such as 15m or 1h')

export const paging = {
  limit: limit.optional().meta({ description: `entries per page, at most ${MOST_PER_PAGE}` }),
  cursor: given
    .regex(CURSOR, 'not one of this list; start again without it')
    .optional()
    .meta({ description: '`next` of the page before' }),
}

/** Of lists in recorded order, which are gone on with by the number of their last entry. */
export const onwards = {
  after: wholeNumber.optional().meta({ description: '`next` of the page before; without it all' }),
  limit: paging.limit,
}

/** What breaks a line, steers a terminal or turns the order of letters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** A person's words, for the log and for files: trimmed, and one line of what can be seen. */
export const inOneLine = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine(text => !UNSEEN.test(text), 'one line of letters, without control characters')

export const nothing = z.strictObject({})
/** Path of a route about one meter. */
export const ofMeter = z.strictObject({
  id: z.string().meta({ description: 'of the meter', examples: ['m1'] }),
})
export const time = z.string().meta({ format: 'date-time', description: "ISO 8601 with the site's offset" })
export const decimal = z
  .string()
  .meta({ pattern: '^-?\\d+(\\.\\d+)?$', description: 'exact, as the meter counts' })
export const next = z.string().nullable().meta({ description: 'cursor of the next page; null on the last' })
export const age = z.number().meta({ description: 'seconds from then to this answer' })
export const quality = z.enum(['good', 'suspect', 'quarantined'])
export const kind = z.enum(['freeze', 'poll'])
export const fault = z.object({ code: z.string(), text: z.string(), hint: z.string() }).nullable()

/** One question asked before a cut. */
export const interlock = z
  .object({
    name: z.string().meta({ examples: ['window'] }),
    verdict: z.enum(['pass', 'fail', 'unknown']).meta({ description: 'only `pass` passes' }),
    code: z.string().meta({ description: '`PASS`, or why not', examples: ['OUTSIDE_WINDOW'] }),
    text: z.string(),
    remedy: z.string().nullable(),
  })
  .meta({ id: 'Interlock' })

export const finding = z.object({
  rule: z.string(),
  verdict: z.string(),
  severity: z.int(),
  codes: z.array(z.string()),
  evidence: z.string(),
  version: z.int().optional().meta({ description: 'of the rule' }),
  samples: z
    .array(z.object({ obis: z.string(), kind, value: decimal, unit: z.string(), at: time }))
    .optional()
    .meta({ description: 'what was held against each other, the older first' }),
  limit: z
    .object({ value: z.string(), unit: z.string() })
    .optional()
    .meta({ description: 'what was exceeded' }),
})

const measured = {
  obis: z.string(),
  kind,
  slot: time.meta({ description: 'start of the interval (poll) or the boundary (freeze)' }),
  value: decimal,
  unit: z.string(),
  readAt: time.meta({ description: 'when the value was true' }),
  receivedAt: time,
  quality,
  codes: z.array(z.string()).meta({ description: 'IEC 61968-9 quality codes' }),
  findings: z.array(finding).meta({ description: 'what the rules had to say' }),
}

export const freshReading = z.object(measured)
export const reading = z
  .object({ id: z.string(), version: z.int(), meter: z.string(), ...measured })
  .meta({ id: 'Reading' })

export const evidenceReleases = z
  .array(
    z.object({
      sequence: z.int().meta({ description: 'in the book of releases' }),
      batch: z.int(),
      version: z.int(),
      as: z.enum(['register', 'final', 'initial']),
      boundary: time,
    }),
  )
  .meta({
    description:
      'where it was released: as a register of a boundary, or as the final or initial read of a series',
  })
