/** The shapes of money that meters keep, for OpenAPI and for the types of what is written as them. */

import { z } from 'zod'
import { CREDIT_THRESHOLDS } from '../core/credit.ts'
import { CREDIT_FINDINGS, type CreditCode } from '../supply/credit/looks.ts'
import { decimal, time } from './shapes.ts'

const amount = decimal.meta({ description: 'exact, as the meter tells it' })
const threshold = z.enum(CREDIT_THRESHOLDS)
const CODES = Object.keys(CREDIT_FINDINGS) as [CreditCode, ...CreditCode[]]

const meterCredit = z
  .object({
    meter: z.string(),
    unit: z.string().nullable().meta({ description: 'null: it has told nothing in 62 days' }),
    remaining: amount.nullable().meta({ description: 'what is left' }),
    overdraft: amount.nullable().meta({ description: 'what is owed' }),
    balance: amount.nullable().meta({ description: 'remaining less overdraft' }),
    at: time.nullable(),
    quality: z.enum(['good', 'suspect']).nullable(),
    purchases: z.string().nullable().meta({ description: 'how often it was topped up' }),
    bought: amount.nullable().meta({ description: 'and by how much in all' }),
    thresholds: z
      .object({ at: time, amounts: z.partialRecord(threshold, amount) })
      .nullable()
      .meta({ description: 'the amounts at which it acts by itself, as the last audit has them' }),
    isHeldOpen: z.boolean().nullable().meta({
      description: 'once it has opened it stays open: no more is left than `closesAbove`. null: nobody knows',
    }),
    changes: z
      .array(z.object({ at: time, threshold, was: amount, is: amount }))
      .meta({ description: 'set anew within 62 days, and by nobody here' }),
    findings: z.array(
      z.object({
        code: z.enum(CODES),
        from: time,
        to: time,
        text: z.string(),
        remedy: z.string(),
      }),
    ),
  })
  .meta({ id: 'MeterCredit' })

export const accountCredit = z
  .object({
    meters: z.array(meterCredit),
    topUps: z.array(
      z.object({
        payment: z.string(),
        amount,
        at: time,
        standing: z.enum(['in-meter', 'waiting', 'missing', 'unread', 'unknown']).meta({
          description:
            '`missing`: not in the meter a day later; `unread`: a day later nobody had looked; `unknown`: nobody had looked before',
        }),
        seenAt: time.nullable().meta({ description: 'the first look at the meter that shows it' }),
      }),
    ),
  })
  .meta({ id: 'AccountCredit' })
