/** An order whose every check passes, to take one thing away from at a time. */

import { MINUTE, SECOND } from '../../../src/core/time.ts'
import type { BillingWord } from '../../../src/supply/order/billing.ts'
import { digestOf } from '../../../src/supply/order/digest.ts'
import type { FactsShown } from '../../../src/supply/order/facts-shown.ts'
import type { Standing } from '../../../src/supply/order/final-check.ts'
import { passes } from '../../../src/supply/order/interlock.ts'
import type { Look } from '../../../src/supply/order/look.ts'
import { next } from '../../../src/supply/order/next.ts'
import type { Cut, Order, Restore, Wanted } from '../../../src/supply/order/order.ts'
import type { Stepped } from '../../../src/supply/order/refusal.ts'
import type { CutState } from '../../../src/supply/order/states.ts'
import { NOW, FACTS as POLICY_FACTS } from '../policy/cases.ts'

export { NOW, POLICY } from '../policy/cases.ts'

export const SHOWN: FactsShown = {
  meter: 'm1',
  address: '000000000001',
  number: '100001',
  account: '000481',
  pairing: { from: 0, reference: 'archive 17' },
  customer: 'residents',
  arrears: { amount: '128.40', currency: 'CNY', credits: 12 },
  read: { at: NOW - 10 * MINUTE, register: '1-0:1.8.0', value: '1000.00' },
  policy: { name: 'test', edition: '1', digest: 'd1' },
  protections: [],
  firstNotice: POLICY_FACTS.firstNotice as number,
}

export const WANTED: Wanted = {
  ...{ id: 'o1', account: '000481', meter: 'm1', address: '000000000001', number: '100001' },
  ...{ line: 'l1', transformer: 't1', requestedBy: 'clerk', requestedAt: NOW - 50 * MINUTE },
  ...{ reason: 'three bills', ticket: 'T-1', batch: null, isRehearsal: false },
}

export const LOOK: Look = {
  at: NOW,
  ...{ address: '000000000001', number: '100001' },
  register: { register: '1-0:1.8.0', value: { digits: 100100n, scaler: -2 } },
  ...{ clockErrorMs: 4 * SECOND, isOpen: false, isOpenCommanded: false, isKeptPowered: false, hasLoad: true },
  opened: { count: 3, at: NOW - 1e9, operator: '00000000' },
  closed: { count: 3, at: NOW - 9e8, operator: '00000000' },
}

/** What billing says, asked right now. */
export function billed(says: BillingWord['says'], at = NOW): BillingWord {
  return { says, by: 'https://billing.example', at, text: says ?? 'answered 503' }
}

export const STANDING: Standing = {
  facts: { ...POLICY_FACTS, meterClockErrorMs: null },
  shown: SHOWN,
  billing: billed('unpaid'),
  ...{ isOutage: false, isExchangeOpen: false, isJournalWritable: true, isStoreWell: true, isStopped: false },
  fuse: passes('fuse', 'whole'),
  ...{ line: 'direct', control: 'strong' },
  register: { value: { digits: 100000n, scaler: -2 }, at: NOW - 10 * MINUTE },
  mostPerHour: { digits: 10n, scaler: 0 },
}

export function cutIn(state: CutState, more: Partial<Cut> = {}): Cut {
  const isSent = ['sending', 'confirmed', 'refused', 'unconfirmed', 'manual', 'not-executed'].includes(state)
  const digest = digestOf(SHOWN)
  const shown = { to: 'boss', at: NOW - 30 * SECOND, facts: SHOWN, digest }
  const approved = { by: 'boss', at: NOW - 45 * MINUTE, facts: SHOWN, digest }
  const noticed = { deliveredAt: NOW - 40 * MINUTE, earliest: NOW - 10 * MINUTE, latest: NOW + 20 * MINUTE }
  return {
    ...WANTED,
    ...{ kind: 'cut', intended: 'open', state, since: NOW - MINUTE, because: null, dueAt: null },
    ...{ attempts: isSent ? 1 : 0, supersededBy: null, expiresAt: NOW + 300 * MINUTE, shown },
    sent: isSent ? SENT : null,
    approved: state === 'requested' ? null : approved,
    noticed: state === 'requested' || state === 'approved' ? null : noticed,
    ...more,
  }
}

export const SENT = {
  attempt: 1,
  at: NOW,
  deadline: NOW + 30 * SECOND,
  operator: 'ABCD1234',
  before: { isOpen: false, trips: 3, closes: 3, hasLoad: true },
  answer: null,
} as const

export function restoreIn(state: Restore['state'], more: Partial<Restore> = {}): Restore {
  return {
    ...{ ...WANTED, id: 'r1', requestedBy: 'daemon' },
    ...{ kind: 'restore', intended: 'close-allowed', cause: 'payment', state, since: NOW, because: null },
    ...{ attempts: 0, tries: 0, sent: null, dueAt: NOW, supersededBy: null, countsFrom: NOW },
    ...{ confirmation: null, fieldOrderAt: null, beforeCut: SENT.before, settlesAt: null },
    ...more,
  }
}

/** The order as it is then; throws what refuses it. */
export function came<Kind extends Order>(stepped: Stepped<Kind>): Kind {
  if ('refused' in stepped) throw new Error(`${stepped.refused.code}: ${stepped.refused.text}`)
  return stepped.order
}

export function stateAfter(...asked: Parameters<typeof next>): string {
  const stepped = next(...asked)
  return 'refused' in stepped ? stepped.refused.code : stepped.order.state
}
