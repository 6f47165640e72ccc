/** The shapes of notices, visits and protections, for OpenAPI and for the types of what is written as them. */

import { z } from 'zod'
import { NAME } from '../config/written.ts'
import { SAFEGUARD_KINDS } from '../store/safeguard/entry.ts'
import { RESULTS, VISIT_RESULTS, WHICH } from '../supply/notice/notice.ts'
import { STANDINGS } from '../supply/notice/standing.ts'
import { READ_QUALITIES } from '../supply/policy/facts.ts'
import { CUSTOMERS, PROTECTIONS } from '../supply/policy/policy.ts'
import { word } from './ledger-shapes.ts'
import { decimal, inOneLine, time, timeNeeded } from './shapes.ts'

const noticeName = word.meta({
  description: 'of the notice: each is entered once',
  examples: ['N-2026-0077'],
})
const protectionName = word.meta({
  description: 'of the protection: each is entered once',
  examples: ['S-2026-0009'],
})
const channel = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'small letters, digits and -, at most 32')
  .meta({ description: 'as the notice service calls it', examples: ['sms'] })
const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date such as 2026-11-21')
  .meta({ format: 'date', examples: ['2026-11-21'] })
const account = word.meta({ description: 'of the account', examples: ['0004711'] })
const said = (most: number) => inOneLine(most).refine(text => text !== '', 'say it')
const source = said(200).meta({ description: 'the document it is from' })
const authorityReference = said(200).meta({ description: "the authority's approval of a cut all the same" })
const at = timeNeeded.meta({ description: 'when it was so, by whoever says it; not in the future' })
const sequenceGiven = z
  .int()
  .positive()
  .meta({ description: 'of the entry that proposed it', examples: [31] })

export const noticeNamed = z.strictObject({ id: noticeName })
export const protectionNamed = z.strictObject({ id: protectionName })

export const noticeGiven = z.strictObject({
  notice: noticeName,
  which: z.enum(WHICH),
  channels: z
    .array(channel)
    .max(10)
    .refine(all => new Set(all).size === all.length, 'each once')
    .meta({ description: 'the ways the customer can be reached; none asks for a visit at once' }),
  tries: z.int().min(1).max(10).default(3).meta({ description: 'of each channel, before somebody must go' }),
  template: said(100).meta({ description: 'which text, in which version', examples: ['stop-notice-4'] }),
  order: word.nullish().meta({ description: 'the order it belongs to' }),
})

export const receiptGiven = z.strictObject({
  account: account.meta({ description: 'whose notice it is; another is refused' }),
  receipt: word.meta({ description: 'as the channel calls it', examples: ['SMS-88121'] }),
  channel,
  result: z.enum(RESULTS).meta({ description: 'only `delivered` counts' }),
  at,
  remark: said(200).nullish(),
})

export const visitGiven = z.strictObject({
  visit: word.meta({ description: 'of the visit', examples: ['V-2026-0003'] }),
  notice: noticeName.nullish().meta({ description: 'the notice that was brought' }),
  result: z
    .enum(VISIT_RESULTS)
    .meta({ description: '`handed` to somebody there, `posted` there, or neither' }),
  at,
  photo: said(300).nullish().meta({ description: 'where it is kept; needed unless nobody was met' }),
  who: said(100).meta({ description: 'who was there for you' }),
})

export const protectionGiven = z.strictObject({
  protection: protectionName,
  class: z.enum(PROTECTIONS),
  from: date,
  to: date.nullish().meta({ description: 'the last day; without it no end' }),
  source,
  authorityReference: authorityReference.nullish(),
})

/** What is not said stays as it is. */
export const changeGiven = z.strictObject({
  to: date.nullable().optional().meta({ description: 'the last day; null for no end' }),
  authorityReference: authorityReference.optional(),
  reason: said(200),
})

export const confirmationGiven = z.strictObject({ sequence: sequenceGiven })
export const wholeGiven = z.strictObject({
  source: source.meta({
    description: 'which list, of which day',
    examples: ['customer register, 2026-11-20'],
  }),
})

const condition = z
  .string()
  .regex(NAME, 'a name as the policy has it')
  .meta({ description: 'of the condition, as the policy has it', examples: ['heat'] })

export const declarationGiven = z.strictObject({
  name: condition,
  is: z.boolean().meta({ description: 'whether it is so; where it is nobody is cut' }),
  until: timeNeeded.meta({
    description:
      'until when this says anything, 48 hours ahead at most; then it is unknown, and nobody is cut',
  }),
  source: source.nullish(),
})

export const declarations = z
  .object({
    declared: z.array(
      z.object({
        name: z.string(),
        is: z.boolean(),
        at: time.meta({ description: 'when it was declared' }),
        until: time,
        source: z.string().nullable(),
        by: z.string(),
      }),
    ),
  })
  .meta({ id: 'Declarations' })

export const safeguardEntry = z
  .object({
    sequence: z.int().meta({ description: 'of all accounts' }),
    account: z.string().meta({ description: 'empty where it is of all' }),
    kind: z.enum(SAFEGUARD_KINDS),
    about: z.string().meta({ description: 'the notice, the protection or the condition' }),
    at: time.meta({ description: 'when it was so' }),
    facts: z.record(z.string(), z.unknown()),
    recordedAt: time.meta({ description: 'when it came, by our own clock' }),
    by: z.string(),
    standing: z.enum(STANDINGS).nullable().meta({ description: 'of the notice, after it' }),
  })
  .meta({ id: 'SafeguardEntry' })

const required = {
  notice: z.string(),
  which: z.enum(WHICH),
  channels: z.array(z.string()),
  tries: z.int(),
  template: z.string(),
  order: z.string().nullable(),
  requiredAt: time,
}
const visit = z
  .object({
    visit: z.string(),
    notice: z.string().nullable(),
    result: z.enum(VISIT_RESULTS),
    at: time,
    photo: z.string().nullable(),
    who: z.string(),
  })
  .meta({ id: 'Visit' })
const receipt = z
  .object({
    receipt: z.string(),
    channel: z.string(),
    result: z.enum(RESULTS),
    at: time.meta({ description: 'by the channel' }),
    receivedAt: time.meta({ description: 'by our own clock' }),
  })
  .meta({ id: 'Receipt' })

export const accountSafeguards = z
  .object({
    account: z.string(),
    isWhole: z.boolean().meta({ description: 'false where an entry is damaged: then nobody is cut' }),
    protectionsKnown: z.boolean().meta({
      description:
        'whether two keys have said that all protected customers are entered; without it nobody is cut',
    }),
    notices: z.array(
      z
        .object({
          ...required,
          standing: z.enum(STANDINGS),
          deliveredAt: time.nullable(),
          visitRequiredAt: time.nullable(),
          clearedAt: time.nullable().meta({ description: 'when nothing was owed any more' }),
          receipts: z.array(receipt),
        })
        .meta({ id: 'Notice' }),
    ),
    visits: z.array(visit),
    protections: z.array(
      z
        .object({
          protection: z.string(),
          class: z.enum(PROTECTIONS),
          from: z.string(),
          to: z.string().nullable(),
          source: z.string(),
          authorityReference: z.string().nullable(),
          by: z.string(),
          enteredAt: time,
        })
        .meta({ id: 'Protection' }),
    ),
    proposed: z
      .array(
        z.object({
          sequence: z.int(),
          protection: z.string(),
          to: z.string().nullable().optional(),
          authorityReference: z.string().optional(),
          reason: z.string(),
          by: z.string(),
        }),
      )
      .meta({ description: 'changes that wait for another key' }),
  })
  .meta({ id: 'AccountSafeguards' })

const noticeRequired = z
  .object({
    sequence: z.int(),
    type: z.literal('notice.required'),
    account: z.string(),
    ...required,
    standing: z.enum(STANDINGS),
  })
  .meta({ id: 'NoticeRequired' })
const next = z.int().meta({ description: 'ask for what comes after this; as asked when there is no more' })

export const noticesPage = z.object({
  gateway: z.string(),
  epoch: z.int().meta({ description: 'of the store; keep it beside `next`' }),
  notices: z.array(noticeRequired),
  next,
})

export const visitsPage = z.object({
  visits: z.array(
    z
      .object({
        sequence: z.int(),
        account: z.string(),
        notice: z.string(),
        which: z.enum(WHICH),
        because: z.string(),
        requiredAt: time,
        points: z.array(z.string()).meta({ description: 'supply points of the account now' }),
      })
      .meta({ id: 'VisitRequired' }),
  ),
  next,
})

const noticeFact = z.union([z.enum(['none', 'sent']), z.object({ delivered: time })])

/** As a file of facts: what is not known is left out. */
export const cutFacts = z
  .object({
    customer: z.enum(CUSTOMERS).optional(),
    arrears: z.object({ amount: decimal, currency: z.string() }).optional(),
    read: z.object({ at: time, quality: z.enum(READ_QUALITIES) }).optional(),
    meterClock: z.object({ offBySeconds: z.number() }).optional(),
    gatewayTime: z.enum(['trusted', 'doubted']),
    firstNotice: noticeFact.optional(),
    secondNotice: noticeFact.optional(),
    protections: z
      .array(
        z.object({
          class: z.enum(PROTECTIONS),
          from: z.string(),
          to: z.string().optional(),
          authorityReference: z.string().optional(),
          visited: time.optional(),
        }),
      )
      .optional(),
    declared: z.record(z.string(), z.boolean()).optional(),
  })
  .meta({ id: 'CutFacts' })
