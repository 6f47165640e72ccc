/** The shapes of `/v1/billing/reads`, for OpenAPI and for the types of what is written as them. */

import { z } from 'zod'
import { CONDITIONS } from '../reading/billing/billing-read.ts'
import { decimal, next, quality, time } from './shapes.ts'

const doubt = z.object({
  condition: z.enum(CONDITIONS),
  code: z.string().meta({ description: 'branch on this' }),
  obis: z.string().nullable(),
  text: z.string(),
})

const judged = {
  meter: z.string(),
  origin: z.enum(['freeze', 'timed']).meta({ description: 'frozen by the meter, or read by the clock' }),
  conditions: z.array(
    z.object({ number: z.int(), name: z.enum(CONDITIONS), met: z.boolean(), text: z.string() }),
  ),
  reasons: z.array(doubt).meta({ description: 'what stands against full release; empty when nothing does' }),
}

const kept = {
  obis: z.string(),
  id: z.string(),
  version: z.int(),
  quality,
  codes: z.array(z.string()),
  readAt: time,
}

export const billingRead = z
  .object({
    ...judged,
    status: z.enum(['ready', 'totals-only']),
    state: z.literal('provisional'),
    rounds: z
      .array(z.int())
      .meta({ description: 'rounds that gave the registers: one, or several that read the same freeze' }),
    registers: z.array(z.object({ ...kept, value: decimal, unit: z.string() })),
    withheld: z.array(z.string()).meta({ description: 'tariff registers not released' }),
  })
  .meta({ id: 'BillingRead' })

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
  state: z.literal('provisional'),
  counts: z
    .object({ meters: z.int(), ready: z.int(), totalsOnly: z.int(), missing: z.int() })
    .meta({ description: 'over all pages, for your control total' }),
  reads: z.array(billingRead),
  missing: z.array(missingRead),
  next,
})
