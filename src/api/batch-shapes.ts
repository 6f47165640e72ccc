/** The shapes of `/v1/billing/batches`, for OpenAPI and for the types of what is written as them. */

import { z } from 'zod'
import { decimal, time } from './shapes.ts'

const total = z.object({ obis: z.string(), unit: z.string(), count: z.int(), sum: decimal })

export const releaseBatch = z
  .object({
    id: z.int(),
    recordedAt: time,
    first: z.int().meta({ description: 'sequence of its first release' }),
    last: z.int(),
    releases: z.int(),
    standings: z.record(z.string(), z.int()),
    totals: z.array(total).meta({ description: 'over all its releases, whatever their standing' }),
    previous: z.string().meta({ description: 'hash of the batch before; zeros for the first' }),
    hash: z
      .string()
      .meta({ description: 'SHA-256 over `previous` and each release as sent, each ended by a line feed' }),
  })
  .meta({ id: 'ReleaseBatch' })

export const acknowledgement = z
  .object({ by: z.string().meta({ description: 'name of the key' }), at: time })
  .meta({ id: 'Acknowledgement' })

export const batchesPage = z.object({
  gateway: z.string(),
  epoch: z.int(),
  batches: z.array(z.object({ batch: releaseBatch, acknowledged: z.array(acknowledgement) })),
  next: z
    .int()
    .meta({ description: 'ask for what comes after this; the same as asked when there is no more' }),
})

/** What billing has counted itself, of what it took in. */
export const takenIn = z.strictObject({
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 small hexadecimal digits')
    .meta({ examples: ['9f2b1c0d7e6a5f4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b'] }),
  releases: z.int().nonnegative(),
  totals: z
    .array(
      z.strictObject({
        obis: z.string().max(40),
        unit: z.string().max(20),
        count: z.int().nonnegative(),
        sum: z.string().regex(/^-?\d{1,40}(\.\d{1,20})?$/, 'a decimal such as "1234.50"'),
      }),
    )
    .max(200)
    .optional()
    .meta({ description: 'compared where given; sums as numbers, so trailing zeros do not count' }),
})
