/** The shape of `/v1/indicators/voltage`, for OpenAPI and for the thread that writes it. */

import { z } from 'zod'
import { decimal, next, time } from './shapes.ts'

const count = z.int()
const percent = z.string().meta({ description: 'percent with two decimals, rounded down' })
const extreme = z.object({ value: decimal, slot: time }).nullable()

export const voltageEntry = z
  .object({
    meter: z.string(),
    obis: z.string(),
    nominal: decimal.meta({ description: 'V, by the nameplate and the agreed transformers' }),
    low: decimal,
    high: decimal,
    expected: count.meta({ description: 'periods due and over' }),
    received: count,
    valid: count.meta({ description: 'good, and from half to 1.3 times nominal' }),
    within: count,
    over: count,
    under: count,
    overMinutes: z.number(),
    underMinutes: z.number(),
    lowest: extreme,
    highest: extreme,
    completeness: percent,
    verdict: z
      .enum(['sufficient', 'insufficient'])
      .meta({ description: 'insufficient: too few samples for a figure; what is missing is never good' }),
    compliance: percent.nullable().meta({ description: 'within of valid; null where insufficient' }),
    piledUpAt: z
      .array(z.enum(['low', 'high']))
      .meta({ description: 'samples lie exactly on a limit as no supply does: somebody clamps them' }),
    samples: z.string().meta({ description: 'where the samples are, to count again' }),
  })
  .meta({ id: 'VoltageQuality' })

export const voltageAnswer = z.object({
  gateway: z.string(),
  from: time,
  to: time,
  limits: z.object({ below: percent, above: percent, complete: percent }),
  entries: z.array(voltageEntry),
  next,
})
