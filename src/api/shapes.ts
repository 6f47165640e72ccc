/** The shapes answers are made of, for the serialiser and for OpenAPI. */

import { z } from 'zod'
import { parseDuration } from '../config/quantities.ts'
import { DAY, MINUTE } from '../core/time.ts'

export const MOST_PER_PAGE = 1000

/** Query values arrive as text; they become numbers here and nowhere by guessing. */
const limit = z
  .string({ error: 'give it once' })
  .regex(/^[1-9]\d{0,3}$/, `a whole number from 1 to ${MOST_PER_PAGE}`)
  .transform(Number)
  .refine(count => count <= MOST_PER_PAGE, `at most ${MOST_PER_PAGE}`)

export const wholeNumber = z
  .string({ error: 'give it once' })
  .regex(/^\d{1,15}$/, 'a whole number')
  .transform(Number)

/** A query value that may be left out. */
export const once = z.string({ error: 'give it once' }).optional()

/** The length of intervals. */
export const every = z.string({ error: 'give it once' }).refine(text => {
  const ms = parseDuration(text) ?? 0
  return ms >= MINUTE && ms % MINUTE === 0 && DAY % ms === 0
}, 'whole minutes that divide a day, such as 15m or 1h')

export const paging = {
  limit: limit.optional().meta({ description: `entries per page, at most ${MOST_PER_PAGE}` }),
  cursor: once.meta({ description: '`next` of the page before' }),
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
export const time = z.string().meta({ format: 'date-time', description: "ISO 8601 with the site's offset" })
export const decimal = z
  .string()
  .meta({ pattern: '^-?\\d+(\\.\\d+)?$', description: 'exact, as the meter counts' })
export const next = z.string().nullable().meta({ description: 'cursor of the next page; null on the last' })
export const age = z.number().meta({ description: 'seconds from then to this answer' })
export const quality = z.enum(['good', 'suspect', 'quarantined'])
export const kind = z.enum(['freeze', 'poll'])
export const fault = z.object({ code: z.string(), text: z.string(), hint: z.string() }).nullable()

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
