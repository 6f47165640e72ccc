/** Billing's word by each of the three ways it may be had: unpaid only where somebody says so who knows, and not too long ago (P-07). */

import { expect, test } from 'vitest'
import { MINUTE } from '../../../src/core/time.ts'
import { type BillingKnown, type BillingRule, billingWord } from '../../../src/supply/order/billing.ts'
import { billed, NOW } from './cases.ts'

const ASKED: BillingRule = { way: 'asked' }
const PUSHED: BillingRule = { way: 'pushed', mostAgeMs: 15 * MINUTE }
const LEDGER: BillingRule = { way: 'ledger' }
const owed = (digits: bigint) => ({ digits, scaler: -2 })
const HERE: BillingKnown = { answer: null, balance: 'here', statedAt: null, owed: owed(1n) }
const STATED: BillingKnown = { ...HERE, balance: 'pushed', statedAt: NOW - 15 * MINUTE }

const ROWS: readonly (readonly [string, BillingRule, BillingKnown, 'unpaid' | 'paid' | null])[] = [
  ['nobody asked', ASKED, HERE, null],
  ['asked', ASKED, { ...HERE, answer: billed('unpaid') }, 'unpaid'],
  ['asked a minute ago', ASKED, { ...HERE, answer: billed('unpaid', NOW - MINUTE) }, 'unpaid'],
  ['asked longer ago', ASKED, { ...HERE, answer: billed('unpaid', NOW - MINUTE - 1) }, null],
  ['asked in time to come', ASKED, { ...HERE, answer: billed('unpaid', NOW + 1) }, null],
  ['asked, and paid', ASKED, { ...HERE, answer: billed('paid') }, 'paid'],
  ['asked, and no answer', ASKED, { ...HERE, answer: billed(null) }, null],
  ['stated fifteen minutes ago', PUSHED, STATED, 'unpaid'],
  ['stated longer ago', PUSHED, { ...STATED, statedAt: NOW - 15 * MINUTE - 1 }, null],
  ['stated for a time to come', PUSHED, { ...STATED, statedAt: NOW + 1 }, null],
  ['never stated', PUSHED, { ...STATED, statedAt: null }, null],
  ['stated, of an account kept here', PUSHED, { ...STATED, balance: 'here' }, null],
  ['stated, nothing owed', PUSHED, { ...STATED, owed: owed(0n) }, 'paid'],
  ['stated, damaged since', PUSHED, { ...STATED, owed: null }, null],
  ['an answer does not stand for a balance', PUSHED, { ...HERE, answer: billed('unpaid') }, null],
  ['in the ledger', LEDGER, HERE, 'unpaid'],
  ['in the ledger, nothing owed', LEDGER, { ...HERE, owed: owed(0n) }, 'paid'],
  ['in the ledger, damaged', LEDGER, { ...HERE, owed: null }, null],
  ['in the ledger, kept by billing', LEDGER, STATED, null],
  ['in the ledger, kept by nobody', LEDGER, { ...HERE, balance: 'none' }, null],
]

test.each(ROWS)('P-07 %s', (_, rule, known, says) => {
  const word = billingWord(rule, known, NOW)
  expect(word.says).toBe(says)
  if (says === null) expect(word.text).not.toBe('')
  else expect(word.at).not.toBe(null)
})
