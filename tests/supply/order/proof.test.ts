/** What a look proves of an order that was sent, and what it does not (P-18, PR-60). */

import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../../src/core/time.ts'
import { operatorOf } from '../../../src/supply/order/digest.ts'
import type { Look } from '../../../src/supply/order/look.ts'
import type { Cut, Restore, Sent } from '../../../src/supply/order/order.ts'
import { proveCut, proveRestore } from '../../../src/supply/order/proof.ts'
import { cutIn, LOOK, NOW, restoreIn, SENT } from './cases.ts'

const OURS = SENT.operator
const tripped = { count: 4, at: NOW + 1, operator: OURS }
const LATER = NOW + 5 * MINUTE + 1

const CUTS: readonly (readonly [string, Partial<Look>, string, Partial<Sent>?])[] = [
  ['the record with our code', { isOpen: true, hasLoad: false, opened: tripped }, 'executed'],
  [
    'the record in small letters',
    { isOpen: true, opened: { ...tripped, operator: 'abcd1234' }, hasLoad: null },
    'executed',
  ],
  ['the record, where the state is not told', { isOpen: null, hasLoad: false, opened: tripped }, 'executed'],
  [
    'the record of somebody else',
    { isOpen: true, hasLoad: null, opened: { ...tripped, operator: '11111111' } },
    'unknown',
  ],
  [
    'our code in a record that is not new',
    { isOpen: true, hasLoad: null, opened: { ...tripped, count: 3 } },
    'unknown',
  ],
  [
    'a welded contact: recorded, and current flows',
    { isOpen: true, hasLoad: true, opened: tripped },
    'unknown',
  ],
  ['recorded, and closed again', { isOpen: false, hasLoad: true, opened: tripped }, 'unknown'],
  ['the state alone', { isOpen: true, hasLoad: null, opened: null }, 'unknown'],
  ['the state, and current flows', { isOpen: true, hasLoad: true, opened: null }, 'unknown'],
  ['state and load, without a record', { isOpen: true, hasLoad: false, opened: null }, 'executed'],
  ['state and load, and a record that counted nothing', { isOpen: true, hasLoad: false }, 'unknown'],
  [
    'state and no load, where there was none before',
    { isOpen: true, hasLoad: false, opened: null },
    'unknown',
    { before: { ...SENT.before, hasLoad: false } },
  ],
  ['no load alone', { isOpen: null, hasLoad: false, opened: null }, 'unknown'],
  ['closed, and the frame may still arrive', { at: LATER - 1 }, 'unknown'],
  ['closed, and no trip counted, when it can arrive no more', { at: LATER, hasLoad: null }, 'not-executed'],
  ['closed, and current flows, when it can arrive no more', { at: LATER, opened: null }, 'not-executed'],
  [
    'closed and nothing else, when it can arrive no more',
    { at: LATER, opened: null, hasLoad: false },
    'unknown',
  ],
  ['another meter that is open', { isOpen: true, opened: tripped, number: '100002' }, 'unknown'],
  ['no number', { isOpen: true, opened: tripped, number: null }, 'unknown'],
]

describe('P-18 PR-60 I-09 a cut', () => {
  for (const [name, look, verdict, sent = {}] of CUTS)
    test(`${name}: ${verdict}`, () => {
      const cut: Cut = cutIn('sending', { sent: { ...SENT, ...sent } })
      expect(proveCut(cut, { ...LOOK, at: NOW + MINUTE, ...look }).verdict).toBe(verdict)
    })
})

const dark = { isOpen: true, isOpenCommanded: true, hasLoad: false, opened: tripped } as const
const closedBy = (attempt: number) => ({ count: 4, at: NOW + 2, operator: operatorOf('r1', attempt) })
const still = { isOpen: false, hasLoad: false } as const

const RESTORES: readonly (readonly [string, Partial<Look>, string, Partial<Restore>?])[] = [
  ['current flows', { hasLoad: true }, 'executed'],
  ['open', dark, 'not-executed'],
  ['told to close, and waiting for the button', { ...dark, isOpenCommanded: false }, 'permitted'],
  ['closed by our last attempt', { ...still, opened: tripped, closed: closedBy(2) }, 'executed'],
  ['closed by our first attempt', { ...still, opened: tripped, closed: closedBy(1) }, 'executed'],
  [
    'closed by an attempt there never was',
    { ...still, opened: tripped, closed: { ...closedBy(3), at: NOW } },
    'unknown',
  ],
  [
    'closed after the trip by somebody else',
    { ...still, opened: tripped, closed: { ...closedBy(9) } },
    'executed',
  ],
  ['the state alone, after a trip', { ...still, opened: tripped }, 'unknown'],
  ['the state alone, without records', { ...still, opened: null, closed: null }, 'unknown'],
  ['no load alone', { isOpen: null, hasLoad: false }, 'unknown'],
  ['never tripped', still, 'executed'],
  ['never tripped, and the cut may still arrive', still, 'unknown', { settlesAt: NOW + 2 * MINUTE }],
  ['another meter', { hasLoad: true, number: '100002' }, 'unknown'],
]

describe('P-15 PR-60 a restore', () => {
  for (const [name, look, verdict, more = {}] of RESTORES)
    test(`${name}: ${verdict}`, () => {
      const sent = { ...SENT, attempt: 2, operator: operatorOf('r1', 2) }
      const restore = restoreIn('close-allowed', { attempts: 2, sent, ...more })
      expect(proveRestore(restore, { ...LOOK, at: NOW + MINUTE, ...look }).verdict).toBe(verdict)
    })
})
