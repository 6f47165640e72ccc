/** What goes wrong in practice (prepaid.md §11), each by its own name, as far as orders themselves prevent it. */

import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts'
import { cleared } from '../../../src/supply/order/clearing.ts'
import { operatorOf } from '../../../src/supply/order/digest.ts'
import { finalCheck, type Standing } from '../../../src/supply/order/final-check.ts'
import type { Look } from '../../../src/supply/order/look.ts'
import { next } from '../../../src/supply/order/next.ts'
import { type Cut, INTENDED, type Order } from '../../../src/supply/order/order.ts'
import { CUT_STATES } from '../../../src/supply/order/states.ts'
import {
  billed,
  came,
  cutIn,
  LOOK,
  NOW,
  POLICY,
  restoreIn,
  SENT,
  SHOWN,
  STANDING,
  stateAfter,
} from './cases.ts'

const sentWith = (standing: Partial<Standing>, look: Partial<Look>, at = NOW) => {
  const cut = cutIn('checking', { expiresAt: at + HOUR, noticed: null })
  const check = finalCheck(POLICY, cut, { ...STANDING, ...standing }, { ...LOOK, at, ...look }, at)
  return came(next(cut, { type: 'send', check, deadline: at + SECOND }, at))
}
const outcome = (order: Order) => `${order.state}: ${order.because?.text ?? ''}`
const kWh = (value: number) => ({
  register: { register: '1-0:1.8.0', value: { digits: BigInt(value), scaler: 0 } },
})

describe('prepaid.md §11', () => {
  test('wrong customer cut: crossed meters, a stale pairing, another address (P-07)', () => {
    expect(outcome(sentWith({}, { number: '100002' }))).toContain('withdrawn: OTHER_METER')
    expect(outcome(sentWith({}, { address: 'AAAAAAAAAAAA' }))).toContain('withdrawn: OTHER_ADDRESS')
    const elsewhere = { ...SHOWN, pairing: { from: NOW, reference: 'archive 18' } }
    expect(outcome(sentWith({ shown: elsewhere }, {}))).toContain('withdrawn: FACTS_CHANGED: pairing')
    expect(outcome(sentWith({ isExchangeOpen: true }, {}))).toContain('withdrawn: EXCHANGE_OPEN')
  })

  test('cut on an erroneous read: 900 000 kWh, seen right before, stops it (P-03)', () => {
    expect(outcome(sentWith({}, kWh(900_000)))).toContain('withdrawn: REGISTER_LEAPT')
    expect(outcome(sentWith({}, kWh(900)))).toContain('withdrawn: REGISTER_FELL')
    const read = { at: NOW, quality: 'suspect' } as const
    expect(outcome(sentWith({ facts: { ...STANDING.facts, read } }, {}))).toContain('armed: READ_NOT_ACTUAL')
  })

  test('paid but cut: a payment at every step, and billing that does not answer (P-13, P-07)', () => {
    for (const state of CUT_STATES) {
      const cut = cutIn(state)
      const after = cleared([cut], { cause: 'payment', reference: 'P', happenedAt: NOW, at: NOW }, () => 'r1')
      const isDone = cut.sent === null || state === 'not-executed'
      expect(after.some(({ kind }) => kind === 'restore')).toBe(!isDone)
      for (const order of after) if (order.kind === 'cut') expect(order.state).not.toBe('checking')
    }
    expect(outcome(sentWith({ billing: billed(null) }, {}))).toContain('armed: BILLING_SILENT')
    const paid = { ...SHOWN, arrears: { ...SHOWN.arrears, credits: 13 } }
    expect(outcome(sentWith({ shown: paid }, {}))).toContain('withdrawn: PAID')
  })

  test('paid, not reconnected: the meter is away, and is reached when it comes back; somebody is sent meanwhile (P-15)', () => {
    let restore = came(next(restoreIn('requested'), { type: 'unreached', text: 'silent' }, NOW))
    for (let at = restore.dueAt ?? 0; at < NOW + 40 * MINUTE; at = restore.dueAt ?? at) {
      restore = came(next(restore, { type: 'time' }, at))
      restore = came(next(restore, { type: 'unreached', text: 'silent' }, at))
    }
    expect(restore.fieldOrderAt).not.toBeNull()
    const heard = came(next(restore, { type: 'reachable' }, NOW + HOUR))
    const at = Math.max(heard.dueAt ?? 0, NOW + 40 * MINUTE)
    const look = { ...LOOK, at, isOpen: true, hasLoad: false, isOpenCommanded: true }
    expect(stateAfter(heard, { type: 'send', look, deadline: at + SECOND }, at)).toBe('sending')
  })

  test('retry flips the state: an attempt is of one intended state, after a look, and a cut has one (P-17)', () => {
    const again = restoreIn('unconfirmed', { sent: SENT, attempts: 1 })
    const at = NOW + HOUR
    const seen = { ...LOOK, at, isOpen: true, isOpenCommanded: true, hasLoad: false }
    const tried = came(next(again, { type: 'send', look: seen, deadline: at + SECOND }, at))
    expect([tried.intended, tried.attempts]).toEqual([again.intended, 2])
    const customersOwn = { ...LOOK, at, hasLoad: true }
    expect(stateAfter(again, { type: 'send', look: customersOwn, deadline: at + SECOND }, at)).toBe(
      'restored',
    )
    expect(stateAfter(cutIn('unconfirmed'), { type: 'check' }, NOW)).toBe('SENT_ALREADY')
  })

  test('command replay, stale queue: a deadline of minutes, no line that holds frames, and a second look after the last can come (P-17)', () => {
    expect(sentWith({}, {}).sent?.deadline).toBe(NOW + SECOND)
    expect(outcome(sentWith({ line: 'indirect' }, {}))).toContain('withdrawn: LINE_INDIRECT')
    expect(outcome(sentWith({ control: 'weak' }, {}))).toContain('withdrawn: CONTROL_WEAK')
    const paid = cleared(
      [cutIn('sending')],
      { cause: 'payment', reference: 'P', happenedAt: NOW, at: NOW },
      () => 'r',
    )
    expect(paid.at(-1)).toMatchObject({ kind: 'restore', settlesAt: NOW + 5 * MINUTE })
  })

  test('“success” without movement: an answer, a state, a record against a load that flows confirm nothing (P-18, PR-60)', () => {
    const answer = (look: Partial<Look>) =>
      stateAfter(
        cutIn('sending'),
        { type: 'answered', outcome: 'accepted', text: '', look: { ...LOOK, ...look } },
        NOW,
      )
    const record = { count: 4, at: NOW, operator: SENT.operator }
    expect(answer({})).toBe('sending')
    expect(answer({ isOpen: true, isOpenCommanded: true })).toBe('sending')
    expect(answer({ isOpen: true, opened: record, hasLoad: true })).toBe('sending')
    expect(answer({ isOpen: true, opened: record, hasLoad: false })).toBe('confirmed')
    const refused = (isOpen: boolean | null) => {
      const look = isOpen === null ? null : { ...LOOK, isOpen, hasLoad: false }
      return stateAfter(cutIn('sending'), { type: 'answered', outcome: 'refused', text: '', look }, NOW)
    }
    expect([refused(false), refused(true), refused(null)]).toEqual(['refused', 'unconfirmed', 'unconfirmed'])
    expect(stateAfter(cutIn('sending'), { type: 'time' }, NOW + 10 * MINUTE)).toBe('unconfirmed')
  })

  test('cut at night, on a holiday, in heat: never sent; a restore goes at any hour (P-09, C-14)', () => {
    const at = (time: string) => Date.parse(`${time}+08:00`)
    expect(outcome(sentWith({}, {}, at('2026-11-24T03:00:00')))).toContain('OUTSIDE_WINDOW')
    expect(outcome(sentWith({}, {}, at('2026-12-03T10:00:00')))).toContain('HOLIDAY')
    const heat = { ...STANDING.facts, declared: new Map([['heat', true]]) }
    expect(outcome(sentWith({ facts: heat }, {}))).toContain('armed: DECLARED')
    const night = at('2026-12-03T03:00:00')
    const look = { ...LOOK, at: night, isOpen: true, isOpenCommanded: true, hasLoad: false }
    expect(stateAfter(restoreIn('requested'), { type: 'send', look, deadline: night + 1 }, night)).toBe(
      'sending',
    )
  })

  test('mass cut: a blown fuse and the kill switch put what waits aside for a decision (P-11, PR-66)', () => {
    for (const state of ['requested', 'approved', 'armed', 'checking'] as const) {
      expect(stateAfter(cutIn(state), { type: 'fuse-blown', text: '' }, NOW)).toBe('quarantined')
      expect(stateAfter(cutIn(state), { type: 'stopped', by: 'boss' }, NOW)).toBe('quarantined')
    }
    const released = came(next(cutIn('quarantined'), { type: 'release', by: 'boss' }, NOW)) as Cut
    expect(released).toMatchObject({ state: 'requested', shown: null, approved: null, noticed: null })
  })

  test('notice said sent, not delivered: counts for nothing (P-04, P-05)', () => {
    const first = { ...STANDING.facts, firstNotice: 'sent' } as const
    const second = { ...STANDING.facts, secondNotice: 'sent' } as const
    expect(outcome(sentWith({ facts: first }, {}))).toContain('FIRST_NOTICE_NOT_DELIVERED')
    expect(outcome(sentWith({ facts: second }, {}))).toContain('SECOND_NOTICE_NOT_DELIVERED')
    expect(stateAfter(cutIn('approved'), { type: 'check' }, NOW)).toBe('NOT_NOTICED')
  })

  test('meter refuses, operator assumes weak password: the status says that it keeps power', () => {
    const refused = (isKeptPowered: boolean) => {
      const look = { ...LOOK, isKeptPowered }
      return came(next(cutIn('sending'), { type: 'answered', outcome: 'refused', text: '04', look }, NOW))
        .because?.code
    }
    expect([refused(true), refused(false)]).toEqual(['METER_KEEPS_POWER', 'METER_REFUSED'])
    expect(outcome(sentWith({}, { isKeptPowered: true }))).toContain('withdrawn: METER_KEEPS_POWER')
  })

  test('operator code unused: the record of the meter names the order', () => {
    const { id, sent } = sentWith({}, {})
    expect(sent?.operator).toBe(operatorOf(id, 1))
  })

  test('protection switched on re-energises: no order keeps power, and what a protection undoes waits for the button (P-14, PR-55)', () => {
    expect(INTENDED).toEqual(['open', 'close-allowed', 'closed'])
    const asked = { cause: 'protection', reference: 'S-1', happenedAt: NOW, at: NOW } as const
    expect(cleared([cutIn('confirmed')], asked, () => 'r1')).toMatchObject([
      { kind: 'restore', intended: 'close-allowed', confirmation: null },
    ])
    expect(cleared([cutIn('armed')], asked, () => 'r1')).toMatchObject([{ state: 'withdrawn' }])
  })
})
