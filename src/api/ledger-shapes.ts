/** The shapes of accounts' money, for OpenAPI and for the types of what is written as them. */

import { z } from 'zod'
import { OBIS } from '../core/obis.ts'
import { MODES, WAYS } from '../supply/account/terms.ts'
import { NOT_CHARGED } from '../supply/money/charges.ts'
import { KINDS } from '../supply/money/entry.ts'
import { LADDER_BEGINS } from '../supply/money/ladder.ts'
import { accountCredit } from './credit-shapes.ts'
import { decimal, inOneLine, time, timeNeeded } from './shapes.ts'

const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'three capital letters such as CNY')
  .meta({ description: 'ISO 4217', examples: ['CNY'] })
/** As an account or a payment is called in other people's books. */
export const word = z
  .string()
  .regex(/^[A-Za-z0-9._:/-]{1,64}$/, 'letters A to Z, digits and . _ : / -, at most 64')
  .meta({ examples: ['P-2026-0815'] })
const listName = word.meta({ description: 'of the price list', examples: ['homes'] })
const money = decimal.meta({
  pattern: '^-?\\d+(\\.\\d+)?$',
  description: 'exact, in the currency of the account; never rounded',
})
const amountGiven = z
  .string()
  .regex(/^-?\d{1,12}(\.\d{1,6})?$/, 'a decimal such as "100.00", at most 12 digits and 6 decimals')
  .meta({ examples: ['100.00'] })
const paid = amountGiven.refine(text => /^\d*\.?\d*$/.test(text) && /[1-9]/.test(text), 'more than nothing')

export const accountOfMoney = z.strictObject({
  id: word.meta({ description: 'of the account', examples: ['0004711'] }),
})
export const listNamed = z.strictObject({ id: listName })

export const termsGiven = z.strictObject({
  from: timeNeeded.meta({ description: 'a midnight of the site; later than all terms before' }),
  mode: z.enum(MODES),
  agreement: inOneLine(100).meta({ description: 'how the agreement is called in your books' }),
  balance: z.enum(WAYS),
  currency: currency.nullish(),
  prices: listName.nullish().meta({
    description: 'needed for balance `here`; of `prepaid-in-meter` its meter is held against it',
  }),
})

const obisCode = z.string().regex(OBIS, 'an OBIS code such as 1-0:1.8.0')
const price = z.string().regex(/^\d{1,6}(\.\d{1,8})?$/, 'a decimal such as "0.5283", for each kWh')
const standingAmount = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/, 'a decimal such as "0.35"')
  .meta({ examples: ['0.35'] })

export const pricesGiven = z.strictObject({
  from: timeNeeded.meta({
    description: 'a midnight of the site; in the future, for all but the first table',
  }),
  currency,
  registers: z
    .record(obisCode, price)
    .refine(all => Object.keys(all).length <= 20, 'at most 20 registers')
    .meta({ examples: [{ '1-0:1.8.0': '0.5283' }] }),
  ladder: z
    .strictObject({
      register: obisCode.meta({ description: 'that climbs it', examples: ['1-0:1.8.0'] }),
      every: z.enum(['year', 'month']),
      begins: z
        .string()
        .regex(/^(\d\d-)?\d\d$/, '"01-01" of each year, "01" of each month')
        .meta({ description: 'the day it begins anew; no later than the 28th', examples: ['01-01'] }),
      steps: z
        .array(
          z.strictObject({
            above: z
              .string()
              .regex(/^\d{1,9}(\.\d{1,4})?$/, 'kWh such as "2160"')
              .meta({
                description: 'kWh used since it began; the first "0"',
                examples: ['0'],
              }),
            price: price.meta({ description: 'for each kWh above it, beside the price of the register' }),
          }),
        )
        .min(1)
        .max(20),
    })
    .optional(),
  standing: z
    .discriminatedUnion('every', [
      z.strictObject({ every: z.literal('day'), amount: standingAmount }),
      z.strictObject({
        every: z.literal('month'),
        amount: standingAmount,
        due: z
          .string()
          .regex(LADDER_BEGINS.month, 'a day such as "01", no later than the 28th')
          .meta({ description: 'the day it is due, whole, from who holds the meter then' }),
      }),
    ])
    .optional()
    .meta({ description: 'for each meter of an account, whatever is used' }),
})

const at = timeNeeded.meta({ description: 'when it was so; not in the future' })

export const paymentGiven = z.strictObject({
  payment: word.meta({ description: 'of the payment, in your books: each is taken once' }),
  amount: paid,
  at,
})
export const reversalGiven = z.strictObject({ payment: word, reason: inOneLine(200), at })
export const balanceGiven = z.strictObject({ amount: amountGiven, at })

export const thresholdsGiven = z.strictObject({
  from: timeNeeded.meta({ description: 'they hold from then on' }),
  alarm1: amountGiven.meta({ description: 'at or below it L1' }),
  alarm2: amountGiven.meta({ description: 'at or below it L2; not above alarm1' }),
  overdraft: amountGiven.meta({ description: 'at or below its negative L3; not negative' }),
})
export const confirmGiven = z.strictObject({
  sequence: z
    .int()
    .positive()
    .meta({ description: 'of the entry that proposed them', examples: [814] }),
})

export const ledgerEntry = z
  .object({
    sequence: z.int().meta({ description: 'of all accounts' }),
    account: z.string().meta({ description: 'empty for prices' }),
    kind: z.enum(KINDS),
    about: z
      .string()
      .meta({ description: 'the payment or top-up, the meter of a charge, the price list, the agreement' }),
    from: time.meta({ description: 'when it was so; of a charge the beginning of what was used' }),
    to: time.nullable(),
    amount: money.nullable().meta({ description: 'how the balance moves; of `balance` what it is' }),
    balance: money.nullable().meta({ description: 'after it; null where it is not known' }),
    facts: z.record(z.string(), z.unknown()).meta({
      description:
        'of a charge: register, quantity, price, and the numbers of the releases it rests on; of a top-up: its amount; `stated`: its own time, where that was ahead of the gateway’s clock',
    }),
    recordedAt: time,
    by: z.string(),
  })
  .meta({ id: 'LedgerEntry' })

export const ledgerPage = z.object({
  account: z.string(),
  entries: z.array(ledgerEntry),
  next: z.int().meta({ description: 'ask for what comes after this; as asked when there is no more' }),
})

const terms = z
  .object({
    from: time,
    mode: z.enum(MODES),
    agreement: z.string(),
    balance: z.enum(WAYS),
    currency: z.string().nullable(),
    prices: z.string().nullable(),
  })
  .meta({ id: 'Terms' })

const thresholds = z
  .object({ from: time, alarm1: money, alarm2: money, overdraft: money })
  .meta({ id: 'Thresholds' })

const CODES = [
  ...(Object.keys(NOT_CHARGED) as (keyof typeof NOT_CHARGED)[]),
  'ESTIMATED',
  'NOT_RELEASED',
] as const

export const accountBalance = z
  .object({
    account: z.string(),
    terms: terms.nullable().meta({ description: 'in force now' }),
    allTerms: z.array(terms),
    balance: money.nullable().meta({ description: 'null: none is kept here, or it is not known' }),
    because: z.string().nullable().meta({ description: 'why it is null' }),
    damaged: z
      .object({ entries: z.array(z.int()), remedy: z.string() })
      .nullable()
      .meta({ description: 'numbers of entries that are damaged and withheld, and what to do' }),
    asOf: time.nullable().meta({ description: 'of the last entry; of a balance pushed, when it was so' }),
    chargedTo: time.nullable().meta({ description: 'the end of the last use charged' }),
    level: z.enum(['L0', 'L1', 'L2', 'L3']).nullable().meta({
      description:
        'the last reached and not left; L3: low enough to be cut, by its balance alone. null: not known',
    }),
    thresholds: thresholds.nullable().meta({ description: 'in force now' }),
    proposed: z
      .array(z.object({ sequence: z.int(), by: z.string(), ...thresholds.shape }))
      .meta({ description: 'wait for another key' }),
    daysLeft: z
      .object({ days: z.string(), perDay: money, over: z.int() })
      .nullable()
      .meta({ description: 'an estimate: balance by the median of the last days charged, at most 7' }),
    notCharged: z
      .array(
        z.object({
          meter: z.string(),
          obis: z.string(),
          from: time,
          to: time,
          code: z.enum(CODES),
          text: z.string(),
          quantity: decimal.nullable().meta({ description: 'as estimated; null where it is not' }),
          amount: money.nullable().meta({ description: 'what that would cost; it is not in the balance' }),
        }),
      )
      .meta({ description: 'of the last 62 days' }),
    inMeter: accountCredit
      .nullable()
      .meta({ description: 'of mode `prepaid-in-meter`: what its meters keep; else null' }),
  })
  .meta({ id: 'AccountBalance' })

export const priceLists = z.object({
  lists: z.array(
    z.object({
      list: z.string(),
      currency: z.string(),
      tables: z.array(
        z.object({
          from: time,
          registers: z.record(z.string(), z.string()),
          ladder: z
            .object({
              register: z.string(),
              every: z.enum(['year', 'month']),
              begins: z.string(),
              steps: z.array(z.object({ above: decimal, price: decimal })),
            })
            .nullable(),
          standing: z
            .object({ every: z.enum(['day', 'month']), amount: money, due: z.string().nullable() })
            .nullable(),
        }),
      ),
    }),
  ),
})

export const levelEvent = z
  .object({
    sequence: z.int(),
    type: z.literal('account.level'),
    account: z.string(),
    level: z.string().meta({ description: 'L1, L2 or L3' }),
    event: z.enum(['reached', 'left']).meta({ description: 'left: it may be reached again' }),
    threshold: money,
    balance: money,
    perDay: money.nullable().meta({ description: 'what a day costs, as in `daysLeft`' }),
    at: time,
  })
  .meta({ id: 'LevelEvent' })

export const eventsPage = z.object({
  gateway: z.string(),
  epoch: z.int(),
  events: z.array(levelEvent),
  next: z.int().meta({ description: 'ask for what comes after this; as asked when there is no more' }),
})
