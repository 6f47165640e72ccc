/** The shapes of `/v1/billing/…`, for OpenAPI and for the types of what is written as them. */

import { z } from 'zod'
import { CONDITIONS } from '../reading/billing/billing-read.ts'
import { placeShown } from './archive-shapes.ts'
import { decimal, next, quality, time } from './shapes.ts'

export const reason = z.object({
  condition: z.enum(CONDITIONS),
  code: z.string().meta({ description: 'branch on this' }),
  obis: z.string().nullable(),
  text: z.string(),
})

const judged = {
  meter: z.string(),
  ...placeShown.shape,
  origin: z.enum(['freeze', 'timed']).meta({ description: 'frozen by the meter, or read by the clock' }),
  conditions: z.array(
    z.object({ number: z.int(), name: z.enum(CONDITIONS), met: z.boolean(), text: z.string() }),
  ),
  reasons: z.array(reason).meta({ description: 'what stands against full release; empty when nothing does' }),
}

const kept = {
  obis: z.string(),
  id: z.string(),
  version: z.int(),
  quality,
  codes: z.array(z.string()),
  readAt: time,
}

const status = z.enum(['ready', 'totals-only'])
const withheld = z.array(z.string()).meta({ description: 'tariff registers not released' })

export const provisionalRead = z
  .object({
    ...judged,
    status,
    state: z.literal('provisional'),
    rounds: z
      .array(z.int())
      .meta({ description: 'rounds that gave the registers: one, or several that read the same freeze' }),
    registers: z.array(z.object({ ...kept, value: decimal, unit: z.string() })),
    withheld,
  })
  .meta({ id: 'BillingRead' })

const confirmed = {
  codes: z.array(z.string()).meta({ description: 'IEC 61968-9 quality codes' }),
  value: decimal,
  unit: z.string(),
  witnesses: z
    .array(z.object({ by: z.string(), evidence: z.string() }))
    .meta({ description: 'what agrees with the value and could have disagreed' }),
  estimate: z
    .object({ method: z.string(), evidence: z.string() })
    .nullable()
    .meta({ description: 'what an estimate rests on; null for a reading' }),
  rolledOver: decimal
    .optional()
    .meta({ description: 'what it had counted full when it began again at zero since the release before' }),
}

const seriesEnd = z.object({
  at: time,
  segment: z.int(),
  multiplier: decimal,
  registers: z.array(
    z.object({ obis: z.string(), value: decimal, unit: z.string(), reading: z.string().nullable() }),
  ),
})

const released = {
  multiplier: decimal.meta({ description: 'of the transformers; the values have it in them' }),
  segment: z.int().meta({ description: 'one more with each exchange of the meter: no difference across' }),
  opening: z.object({ final: seriesEnd, initial: seriesEnd }).optional().meta({
    description:
      'of the first boundary of a meter, or of a multiplier, after another: the final read of the one before, the initial read of this one',
  }),
}

export const finalRead = z
  .object({
    meter: z.string(),
    ...placeShown.shape,
    reasons: z.array(reason).meta({ description: 'what was to be said of it when it was released' }),
    status: z.enum([...status.options, 'estimated', 'edited']),
    state: z.literal('final'),
    version: z.int().meta({ description: 'of this meter and boundary; the latest' }),
    sequence: z.int().meta({ description: 'in the book' }),
    batch: z.int(),
    releasedAt: time,
    by: z.string().meta({ description: '"rule", or who decided' }),
    ...released,
    registers: z.array(
      z.object({
        obis: z.string(),
        id: z.string().nullable().meta({ description: 'of the reading; null where it is none' }),
        ...confirmed,
      }),
    ),
    withheld,
  })
  .meta({ id: 'FinalRead' })

export const missingRead = z
  .object({
    ...judged,
    status: z.literal('missing'),
    known: z.array(z.object(kept)).meta({ description: 'what is kept for this boundary; without values' }),
  })
  .meta({ id: 'MissingRead' })

export const billingPage = z.object({
  gateway: z.string(),
  boundary: time,
  state: z.enum(['provisional', 'final']).meta({ description: 'final when every meter is' }),
  counts: z
    .object({
      meters: z.int(),
      ready: z.int(),
      totalsOnly: z.int(),
      estimated: z.int(),
      edited: z.int(),
      missing: z.int(),
      final: z.int().meta({ description: 'of the others, how many are released' }),
      unpaired: z
        .int()
        .meta({ description: 'of all, how many belong to no account, neither before nor after' }),
    })
    .meta({ description: 'over all pages, for your control total' }),
  reads: z.array(z.discriminatedUnion('state', [provisionalRead, finalRead])),
  missing: z.array(missingRead),
  next,
})

/** As it is kept and hashed: src/store/book/entry.ts. */
export const release = z
  .object({
    sequence: z.int(),
    meter: z.string(),
    boundary: time,
    version: z
      .int()
      .meta({ description: '1, 2, … of this meter and boundary; each supersedes the one before' }),
    standing: z.enum(['actual', 'totals-only', 'estimated', 'edited', 'withdrawn']),
    registers: z.array(z.object({ obis: z.string(), reading: z.string().nullable(), ...confirmed })),
    withheld,
    ...released,
    remarks: z.array(z.object({ ...reason.shape, blocks: z.enum(['all', 'tariffs']) })),
    recordedAt: time,
    by: z.string(),
    batch: z.int(),
  })
  .meta({ id: 'Release' })

export const gaps = z
  .array(z.object({ first: z.int(), last: z.int() }))
  .meta({ description: 'numbers that have no entry: it is damaged, or was lost with a store' })

export const releasesPage = z.object({
  gateway: z.string(),
  epoch: z.int().meta({ description: 'of the store; another one after a rescue or a restored backup' }),
  releases: z.array(release),
  gaps,
  next: z
    .int()
    .meta({ description: 'ask for what comes after this; the same as asked when there is no more' }),
})
