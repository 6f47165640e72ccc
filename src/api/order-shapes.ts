/** The shapes of orders of supply, for OpenAPI and for the types of what is written as them. */

import { z } from 'zod'
import { TAKEN_FOR } from '../supply/order/change.ts'
import { INTENDED, RESTORE_CAUSES } from '../supply/order/order.ts'
import { CUT_STATES, LATENESSES, RESTORE_STATES } from '../supply/order/states.ts'
import { CUSTOMERS, PROTECTIONS } from '../supply/policy/policy.ts'
import { word } from './ledger-shapes.ts'
import { decimal, inOneLine, interlock, nameAsked, onwards, time, timeNeeded } from './shapes.ts'

const KINDS = ['cut', 'restore'] as const
const STATES = [...new Set([...CUT_STATES, ...RESTORE_STATES])] as const
const DIGEST = /^[0-9a-f]{64}$/

const said = (most: number) => inOneLine(most).refine(text => text !== '', 'say it')
const reason = said(200).meta({ description: 'in your words, for the journal' })
const orderName = word.meta({ description: 'of the order', examples: ['O-5f0c2f7a9d1e4b38'] })
const newOrder = {
  account: word.meta({ description: 'of the account', examples: ['0004711'] }),
  meter: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'its id in the meter list', examples: ['m1'] }),
  reason,
  ticket: word.nullish().meta({ description: 'the operation ticket', examples: ['T-2026-0112'] }),
  batch: word.nullish().meta({ description: 'what was asked for together', examples: ['B-2026-11-24'] }),
}

export const orderNamed = z.strictObject({ id: orderName })

export const cutGiven = z.strictObject(newOrder)

export const restoreGiven = z.strictObject({
  ...newOrder,
  intended: z.enum(['close-allowed', 'closed']).default('close-allowed').meta({
    description: '`close-allowed`: the customer presses the button; `closed` needs a confirmation',
  }),
  cause: z.enum(['asked', 'wrongful']).default('asked').meta({
    description: '`wrongful`: the cut should not have been; its batch is stopped',
  }),
  confirmation: z
    .strictObject({
      how: said(200).meta({ description: 'how it is known that nobody is endangered' }),
      at: timeNeeded,
    })
    .nullish()
    .meta({ description: 'with `closed` only (P-14)' }),
})

export const approvalGiven = z.strictObject({
  digest: z
    .string()
    .regex(DIGEST, '64 hex digits, as `now.digest` of GET /v1/orders/{id}')
    .meta({ description: '`now.digest` of what you have looked at', examples: ['ab'.repeat(32)] }),
})

export const reasonGiven = z.strictObject({ reason })

export const resolutionGiven = z.strictObject({
  as: z.enum(['executed', 'not-executed']),
  how: said(200).meta({ description: 'who saw it, and how' }),
})

export const ordersAsked = z.strictObject({
  ...onwards,
  account: word.optional(),
  meter: nameAsked,
  kind: z.enum(KINDS).optional(),
  state: z.enum(STATES).optional(),
  open: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: '`true`: only those to which something may still happen' }),
})

const facts = z
  .object({
    meter: z.string(),
    address: z.string(),
    number: z.string().meta({ description: 'as the meter tells it of itself' }),
    account: z.string(),
    pairing: z.object({ from: time, reference: z.string() }),
    customer: z.enum(CUSTOMERS),
    arrears: z.object({
      amount: decimal.meta({ description: 'what is owed, exact' }),
      currency: z.string(),
      credits: z.int().meta({ description: 'of the ledger: the last payment that is in it' }),
    }),
    read: z
      .object({ at: time, register: z.string(), value: decimal })
      .meta({ description: 'what the arrears rest on; shown, and no part of the digest' }),
    policy: z.object({ name: z.string(), edition: z.string(), digest: z.string() }),
    protections: z.array(
      z.object({
        class: z.enum(PROTECTIONS),
        from: z.string(),
        to: z.string().nullable(),
        authorityReference: z.string().nullable(),
        visited: time.nullable(),
      }),
    ),
    firstNotice: time.meta({ description: 'when it was delivered' }),
  })
  .meta({ id: 'FactsShown' })

const signed = z.object({ by: z.string(), at: time })
const digest = z.string().meta({ description: 'SHA-256 of the facts, 64 hex digits' })

const because = z
  .object({ code: z.string(), text: z.string() })
  .nullable()
  .meta({ description: 'of the state' })
const takenFor = z.enum(TAKEN_FOR).meta({
  description: 'what billing is to take it for: a cut is one only when it is proved, before that `not-cut`',
})
/** Of a restore. */
const service = {
  cause: z.enum(RESTORE_CAUSES),
  countsFrom: time.meta({ description: 'of a restore: all its times are counted from here' }),
  lateness: z.enum(LATENESSES).meta({
    description: 'by `waitedSeconds`: `slow` from 15 min on, `late` 30 min, `escalated` 2 h, `unlawful` 24 h',
  }),
  waitedSeconds: z.int().meta({ description: 'until it was done, or until now' }),
  fieldOrderAt: time.nullable().meta({ description: 'when somebody was asked to drive there' }),
}

const orderFields = {
  order: z.string(),
  kind: z.enum(KINDS),
  intended: z.enum(INTENDED),
  account: z.string(),
  meter: z.string(),
  address: z.string(),
  number: z.string(),
  line: z.string(),
  transformer: z.string().nullable(),
  state: z.enum(STATES),
  since: time,
  because,
  requestedBy: z.string(),
  requestedAt: time,
  reason: z.string(),
  ticket: z.string().nullable(),
  batch: z.string().nullable(),
  isRehearsal: z.boolean().meta({ description: 'no frame of it leaves' }),
  attempts: z.int().meta({ description: 'frames that left or may have; of a cut one at most' }),
  sent: z
    .object({
      attempt: z.int(),
      at: time,
      deadline: time,
      operator: z.string().meta({ description: 'eight hex digits the meter writes into its own record' }),
      before: z
        .object({
          isOpen: z.boolean().nullable(),
          trips: z.int().nullable(),
          closes: z.int().nullable(),
          hasLoad: z.boolean().nullable(),
        })
        .meta({ description: 'what the meter told right before; null where it does not tell' }),
      answer: z.enum(['accepted', 'refused', 'silent']).nullable(),
    })
    .nullable()
    .meta({ description: 'the last of them' }),
  dueAt: time.nullable().meta({ description: 'when something is done next if nothing happens before' }),
  supersededBy: z.string().nullable(),
  takenFor,
  expiresAt: time.nullable().meta({ description: 'of a cut: not sent by then it never is' }),
  digest: digest.nullable().meta({ description: 'of `facts`' }),
  facts: facts.nullable().meta({ description: 'of a cut: as approved; before that, as shown last' }),
  shown: z.object({ to: z.string(), at: time }).nullable(),
  approved: signed.nullable(),
  noticed: z
    .object({ deliveredAt: time, earliest: time, latest: time })
    .nullable()
    .meta({ description: 'the second notice, and when the cut may leave by it' }),
  billing: z
    .object({
      says: z.enum(['unpaid', 'paid']).nullable(),
      by: z.string(),
      at: time.nullable(),
      text: z.string(),
    })
    .nullable()
    .meta({ description: 'what billing said at the last final check: by whom, and when it was so' }),
  cause: service.cause.nullable(),
  countsFrom: service.countsFrom.nullable(),
  lateness: service.lateness.nullable(),
  waitedSeconds: service.waitedSeconds.nullable(),
  fieldOrderAt: service.fieldOrderAt,
  confirmation: z.object({ by: z.string(), how: z.string(), at: time }).nullable(),
}

export const order = z.object(orderFields).meta({ id: 'Order' })

export const ordersPage = z.object({
  orders: z.array(z.object({ sequence: z.int(), ...orderFields }).meta({ id: 'NumberedOrder' })),
  next: z.int().nullable().meta({ description: 'ask for what comes after this; null on the last page' }),
})

export const orderChange = z
  .object({
    type: z.literal('order.changed'),
    sequence: z.int().meta({ description: 'grows, with gaps; a change has one for good' }),
    at: time,
    order: z.string(),
    kind: z.enum(KINDS),
    intended: z.enum(INTENDED),
    account: z.string(),
    meter: z.string(),
    state: z.enum(STATES),
    since: time,
    because,
    takenFor,
    service: z.object(service).nullable().meta({ description: 'of a restore, at the time of the change' }),
    reason: z.string(),
    ticket: z.string().nullable(),
    batch: z.string().nullable(),
    supersededBy: z.string().nullable(),
    isRehearsal: z.boolean(),
  })
  .meta({ id: 'OrderChange' })

export const orderChangesPage = z.object({
  gateway: z.string(),
  epoch: z.int(),
  changes: z.array(orderChange),
  next: z.int().meta({ description: 'ask for what comes after this; as asked when there is no more' }),
})

export const orderLooked = z
  .object({
    ...orderFields,
    now: z
      .object({
        digest: digest.nullable(),
        facts: facts.nullable().meta({ description: 'null where they are not all known' }),
        changes: z
          .array(z.object({ fact: z.string(), was: z.unknown(), is: z.unknown() }))
          .meta({ description: 'what is another than was approved; times in it are UTC milliseconds' }),
        interlocks: z.array(interlock).meta({ description: 'all that was asked, passed or not' }),
      })
      .nullable()
      .meta({ description: 'to a key of `approve`: what it may approve within `approval.selectFor`' }),
    heldOpen: z
      .object({
        remaining: decimal,
        closesAbove: decimal,
        unit: z.string(),
        readAt: time,
        auditedAt: time.meta({ description: 'when the meter told the allow-close amount' }),
        text: z.string(),
      })
      .nullable()
      .meta({
        description:
          'of a restore: what keeps the customer’s button from closing it, by the money left in the meter; null where nothing is known to',
      }),
    steps: z.array(
      z
        .object({
          step: z.int(),
          at: time,
          event: z.string(),
          state: z.enum(STATES),
          by: z.string(),
          digest: z.string().meta({ description: 'SHA-256 of the order after it, as its entry has it too' }),
          journal: z.int().meta({ description: 'number of its entry in the journal' }),
        })
        .meta({ id: 'OrderStep' }),
    ),
  })
  .meta({ id: 'OrderLooked' })

export const supplyState = z
  .object({
    stopped: z
      .object({ by: z.string(), at: time, reason: z.string() })
      .nullable()
      .meta({ description: 'the kill switch, as it was set over the API' }),
    stopFile: z
      .boolean()
      .nullable()
      .meta({ description: 'whether its file is there; null: not known, and then nobody is cut' }),
    fuse: z.object({
      blown: z.object({ at: time, text: z.string() }).nullable(),
      resetAskedBy: z.string().nullable(),
    }),
    isRehearsal: z.boolean().meta({ description: '`supply.orders.dryRun`: no frame leaves' }),
    search: z
      .object({
        beganAt: time,
        endedAt: time.nullable().meta({ description: 'null: some are still to be looked at' }),
        open: z.array(
          z.object({
            meter: z.string(),
            seenAt: time,
            openedAt: time.nullable().meta({ description: "by the meter's record and clock" }),
            operator: z.string().nullable(),
          }),
        ),
        unseen: z.array(z.string()).meta({ description: 'meters that have not answered, or do not tell' }),
      })
      .nullable()
      .meta({
        description:
          'After the store was restored from a copy, or rescued: relays that were seen open, and no order tells why. Null where none was needed.',
      }),
  })
  .meta({ id: 'SupplyState' })

export const switched = z.object({
  stopped: supplyState.shape.stopped,
  fuse: supplyState.shape.fuse,
})
