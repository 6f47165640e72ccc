/** The shapes of `/v1/billing/changes` and `/v1/billing/periods`, for OpenAPI and for the types of what is written as them. */

import { z } from 'zod'
import { gaps, reason, release } from './billing-shapes.ts'
import { decimal, next, time } from './shapes.ts'

const stand = z.object({ at: time, value: decimal })

export const period = z
  .object({
    meter: z.string(),
    from: time,
    to: time,
    standing: z.enum(['actual', 'estimated', 'corrected', 'split']),
    fromVersion: z.int().meta({ description: 'of the release it begins with' }),
    toVersion: z.int(),
    reasons: z
      .array(z.object({ at: time, code: z.string(), obis: z.string().nullable(), text: z.string() }))
      .meta({ description: 'why it is not simply what was read at both ends; branch on `code`' }),
    quantities: z.array(
      z.object({
        obis: z.string(),
        unit: z.string(),
        value: decimal.meta({ description: 'exact: the sum of its parts' }),
        estimated: decimal.meta({ description: 'how much of it rests on an estimate' }),
        parts: z.array(z.object({ start: stand, end: stand, rolledOver: decimal.optional() })).meta({
          description: 'end less start, and what it rolled over at; one of each series of the meter',
        }),
      }),
    ),
    without: z
      .array(z.string())
      .meta({ description: 'registers without a quantity: one end lacks it, or no difference can be made' }),
    past: z.boolean().meta({
      description:
        'true: what these registers counted past boundaries that were released without them; it lies over periods that have them in `without`',
    }),
  })
  .meta({ id: 'Period' })

export const changesPage = z.object({
  gateway: z.string(),
  epoch: z.int().meta({ description: 'of the store; another one after a rescue or a restored backup' }),
  changes: z.array(
    z.object({
      sequence: z.int(),
      release,
      periods: z
        .array(period)
        .meta({ description: 'each takes the place of what you have of the same meter, `from` and `to`' }),
      ended: z
        .array(z.object({ meter: z.string(), from: time, to: time }))
        .meta({ description: 'periods that are no more: a boundary came between, or was withdrawn' }),
    }),
  ),
  gaps,
  next: z
    .int()
    .meta({ description: 'ask for what comes after this; the same as asked when there is no more' }),
})

export const missingBoundary = z.object({
  boundary: time,
  standing: z
    .enum(['missing', 'provisional'])
    .meta({ description: 'provisional: good so far, and the time to settle is not over' }),
  reasons: z.array(reason),
})

export const periodsPage = z.object({
  gateway: z.string(),
  epoch: z.int(),
  asOf: z.int().meta({
    description: 'number of the book up to which releases are in; ask for it again and get the same periods',
  }),
  meters: z.array(
    z.object({
      meter: z.string(),
      periods: z.array(period).meta({ description: 'each begins where the one before it ends' }),
      missing: z
        .array(missingBoundary)
        .meta({ description: 'boundaries in the range of which nothing is released' }),
    }),
  ),
  next,
})
