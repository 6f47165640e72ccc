/** The table of orders: what each event makes of each state, and a reason of its own for each refusal. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/time.ts'
import { cleared, mayBeSetAside, restoring } from '../../../src/supply/order/clearing.ts'
import { canonical, digestOf, operatorOf } from '../../../src/supply/order/digest.ts'
import type {
  Approve,
  CutEvent,
  Noticed,
  OrderEvent,
  RestoreEvent,
} from '../../../src/supply/order/events.ts'
import { finalCheck } from '../../../src/supply/order/final-check.ts'
import { CHECKS, refuses } from '../../../src/supply/order/interlock.ts'
import { next } from '../../../src/supply/order/next.ts'
import type { Cut, Order } from '../../../src/supply/order/order.ts'
import { BECAUSES, DOOR_REFUSALS, REFUSALS } from '../../../src/supply/order/reasons.ts'
import { isStanding, possiblyCut, requestCut } from '../../../src/supply/order/request.ts'
import { CUT_STATES, RESTORE_STATES } from '../../../src/supply/order/states.ts'
import { CUT_TABLE, RESTORE_TABLE } from '../../../src/supply/order/table.ts'
import { wakesAt } from '../../../src/supply/order/wakes.ts'
import {
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
  WANTED,
} from './cases.ts'

const check = finalCheck(POLICY, cutIn('checking'), STANDING, LOOK, NOW)
const deadline = NOW + 30 * SECOND
const approve: Approve = {
  type: 'approve',
  ...{ by: 'boss', digest: digestOf(SHOWN), facts: SHOWN, interlocks: [], selectForMs: MINUTE },
}
const noticed: Noticed = {
  type: 'noticed',
  ...{ deliveredAt: NOW - SECOND, earliest: NOW + 30 * MINUTE, latest: NOW + HOUR },
}
const answered = { type: 'answered', outcome: 'silent', text: '', look: null } as const

const RESTARTED = { type: 'restarted', isTimeTrusted: true } as const

const CUT_EVENTS: Readonly<Record<CutEvent['type'], CutEvent>> = {
  shown: { type: 'shown', to: 'boss', facts: SHOWN },
  approve,
  cancel: { type: 'cancel', by: 'clerk', reason: 'mistake' },
  clear: { type: 'clear', cause: 'payment', reference: 'P1' },
  noticed,
  check: { type: 'check' },
  send: { type: 'send', check, deadline },
  answered,
  looked: { type: 'looked', look: LOOK },
  unreached: { type: 'unreached', text: 'silent' },
  resolve: { type: 'resolve', by: 'fitter', as: 'executed', how: 'seen' },
  supersede: { type: 'supersede', order: 'r1' },
  restarted: RESTARTED,
  'clock-stepped': { type: 'clock-stepped', byMs: HOUR },
  stopped: { type: 'stopped', by: 'boss' },
  'fuse-blown': { type: 'fuse-blown', text: '' },
  'batch-frozen': { type: 'batch-frozen', text: '' },
  release: { type: 'release', by: 'boss' },
  time: { type: 'time' },
}

const RESTORE_EVENTS: Readonly<Record<RestoreEvent['type'], RestoreEvent>> = {
  send: { type: 'send', look: LOOK, deadline },
  unreached: { type: 'unreached', text: 'silent' },
  answered,
  looked: { type: 'looked', look: LOOK },
  resolve: { type: 'resolve', by: 'fitter', as: 'executed', how: 'seen' },
  supersede: { type: 'supersede', order: 'r2' },
  reachable: { type: 'reachable' },
  restarted: RESTARTED,
  'clock-stepped': { type: 'clock-stepped', byMs: HOUR },
  time: { type: 'time' },
}

describe('every state and every event', () => {
  test('lead where the table says, or are refused with a reason', () => {
    for (const state of CUT_STATES)
      for (const event of Object.values(CUT_EVENTS)) held(cutIn(state), event, CUT_TABLE[state])
    for (const state of RESTORE_STATES)
      for (const event of Object.values(RESTORE_EVENTS)) held(restoreIn(state), event, RESTORE_TABLE[state])
  })

  function held(
    order: Order,
    event: OrderEvent,
    row: Readonly<Record<string, readonly string[] | undefined>>,
  ) {
    const came = next(order, event, NOW)
    if ('order' in came) expect(row[event.type]).toContain(came.order.state)
    else expect(came.refused.remedy).not.toBe('')
  }

  test('PR-58 what was sent is never sent again, by any event', () => {
    const sent: readonly Cut['state'][] = CUT_STATES.filter(state => cutIn(state).sent !== null)
    for (const state of sent)
      for (const event of Object.values(CUT_EVENTS)) {
        const came = next(cutIn(state), event, NOW)
        if ('order' in came) expect(came.order.attempts).toBe(1)
        if (state !== 'sending' && 'order' in came) expect(came.order.state).not.toBe('sending')
      }
  })

  test('PR-63 whatever has not left is withdrawn by a payment, and stays so', () => {
    const before = CUT_STATES.filter(state => cutIn(state).sent === null && isStanding(cutIn(state)))
    for (const state of before) {
      const [paid] = cleared([cutIn(state)], PAYMENT, () => 'r1')
      expect([paid?.state, paid?.because?.code]).toEqual(['withdrawn', 'PAID'])
      for (const event of Object.values(CUT_EVENTS))
        expect(stateAfter(paid as Order, event, NOW)).toBe('ORDER_WITHDRAWN')
    }
  })
})

const PAYMENT = { cause: 'payment', reference: 'P1', happenedAt: NOW - 5 * MINUTE, at: NOW } as const

type Refused = readonly [code: string, order: Order, event: OrderEvent, at?: number]

const shownThen = (ago: number) => ({
  shown: { to: 'boss', at: NOW - ago, facts: SHOWN, digest: digestOf(SHOWN) },
})
const other = { ...SHOWN, arrears: { ...SHOWN.arrears, credits: 13 } }

const REFUSED: readonly Refused[] = [
  ['APPROVER_IS_REQUESTER', cutIn('requested'), { ...approve, by: 'clerk' }],
  ['NOT_SHOWN', cutIn('requested', { shown: null }), approve],
  ['NOT_SHOWN', cutIn('requested'), { ...approve, by: 'chief' }],
  ['SHOWN_TOO_LONG_AGO', cutIn('requested', shownThen(MINUTE + 1)), approve],
  ['SHOWN_TOO_LONG_AGO', cutIn('requested', shownThen(-1)), approve],
  ['DIGEST_DIFFERS', cutIn('requested'), { ...approve, digest: digestOf(other) }],
  ['FACTS_CHANGED', cutIn('requested'), { ...approve, facts: other }],
  [
    'PROTECTED',
    cutIn('requested'),
    { ...approve, interlocks: [{ ...refuses('x', 'STOPPED', ''), code: 'PROTECTED' }] },
  ],
  ['STOPPED', cutIn('requested'), { ...approve, interlocks: [refuses('kill_switch', 'STOPPED', '')] }],
  ['FUSE_BLOWN', cutIn('requested'), { ...approve, interlocks: [refuses('fuse', 'FUSE_BLOWN', '')] }],
  ['APPROVED_ALREADY', cutIn('approved'), approve],
  ['APPROVED_ALREADY', cutIn('armed'), approve],
  ['SENT_ALREADY', cutIn('sending'), approve],
  ['ORDER_CONFIRMED', cutIn('confirmed'), approve],
  ['ORDER_OVER', cutIn('expired'), approve],
  ['IN_QUARANTINE', cutIn('quarantined'), approve],
  ['ORDER_REFUSED', cutIn('refused'), CUT_EVENTS.cancel],
  ['ORDER_NOT_SENT', cutIn('not-sent'), CUT_EVENTS.cancel],
  ['ORDER_NOT_EXECUTED', cutIn('not-executed'), CUT_EVENTS.cancel],
  ['ORDER_SUPERSEDED', cutIn('superseded'), CUT_EVENTS.cancel],
  ['ORDER_REHEARSED', cutIn('rehearsed'), CUT_EVENTS.cancel],
  ['NOT_APPROVED', cutIn('requested'), { type: 'check' }],
  ['NOT_APPROVED', cutIn('requested'), noticed],
  ['NOTICE_IN_FUTURE', cutIn('approved'), { ...noticed, deliveredAt: NOW + 1 }],
  ['NOTICE_BEFORE_ORDER', cutIn('approved'), { ...noticed, deliveredAt: NOW - DAY }],
  ['NOTICED_ALREADY', cutIn('armed'), noticed],
  ['NOT_NOTICED', cutIn('approved'), { type: 'check' }],
  ['NOTICE_TOO_RECENT', cutIn('armed'), { type: 'check' }, NOW - 11 * MINUTE],
  ['UNDER_CHECK', cutIn('checking'), answered],
  ['NOT_IN_QUARANTINE', cutIn('armed'), CUT_EVENTS.release],
  ['RELEASER_IS_REQUESTER', cutIn('quarantined'), { type: 'release', by: 'clerk' }],
  ['NOT_SENT_YET', cutIn('armed'), CUT_EVENTS.resolve],
  ['RESTORE_STAYS', restoreIn('requested'), CUT_EVENTS.cancel],
  ['RESTORE_GOES_ON', restoreIn('unconfirmed'), { type: 'resolve', by: 'a', as: 'not-executed', how: '' }],
  [
    'LOOK_TOO_OLD',
    restoreIn('requested'),
    { type: 'send', look: { ...LOOK, at: NOW - MINUTE - 1 }, deadline },
  ],
  ['ORDER_RESTORED', restoreIn('restored'), RESTORE_EVENTS.send],
]

describe('P-06 PR-51 PR-52 refusals', () => {
  for (const [code, order, event, at = NOW] of REFUSED)
    test(`${code}: ${event.type} of what is ${order.state}`, () => {
      expect(stateAfter(order, event, at)).toBe(code)
    })

  test('of a request', () => {
    const asked = { wanted: WANTED, facts: SHOWN, interlocks: [], earlier: [] }
    const code = (more: object) => {
      const made = requestCut({ ...asked, ...more })
      return 'refused' in made ? made.refused.code : made.order.state
    }
    expect(code({})).toBe('requested')
    expect(code({ earlier: [cutIn('armed')] })).toBe('ORDER_STANDS')
    expect(code({ earlier: [cutIn('manual')] })).toBe('ORDER_STANDS')
    expect(code({ earlier: [restoreIn('close-allowed')] })).toBe('RESTORE_STANDS')
    expect(code({ earlier: [cutIn('withdrawn'), restoreIn('restored', { dueAt: null })] })).toBe('requested')
    expect(code({ interlocks: [refuses('outage', 'OUTAGE', '')] })).toBe('OUTAGE')
  })

  test('P-14 of a direct close without who answers for it', () => {
    const code = (intended: 'closed' | 'close-allowed', confirmation: { at: number } | null) => {
      const made = restoring({
        ...{
          wanted: { ...WANTED, id: 'r9', requestedAt: NOW },
          intended,
          cause: 'asked',
          since: NOW,
          earlier: [],
        },
        confirmation: confirmation && { by: 'clerk', how: 'telephone', ...confirmation },
      })
      return 'refused' in made ? made.refused.code : made.at(-1)?.state
    }
    expect(code('closed', null)).toBe('CONFIRMATION_MISSING')
    expect(code('closed', { at: NOW + 1 })).toBe('CONFIRMATION_IN_FUTURE')
    expect(code('close-allowed', { at: NOW })).toBe('NOTHING_CONFIRMED')
    expect([code('closed', { at: NOW }), code('close-allowed', null)]).toEqual(['requested', 'requested'])
  })

  test('every refusal of the table is one of these', () => {
    const here = new Set(REFUSED.map(([code]) => code))
    for (const code of ['ORDER_STANDS', 'RESTORE_STANDS', 'CONFIRMATION_MISSING', 'CONFIRMATION_IN_FUTURE'])
      here.add(code)
    for (const code of ['NOTHING_CONFIRMED', 'ORDER_WITHDRAWN']) here.add(code)
    expect(Object.keys(REFUSALS).filter(code => !here.has(code))).toEqual([])
  })
})

test('docs/orders.md names every reason, and none that is not there', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/orders.md'), 'utf8')
  const named = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code)
  expect(named).toEqual([CHECKS, BECAUSES, REFUSALS, DOOR_REFUSALS].flatMap(codes => Object.keys(codes)))
})

describe('PR-51 what was shown', () => {
  test('has one digest however it is written, and another for every fact', () => {
    const turned = Object.fromEntries(Object.entries(SHOWN).reverse()) as unknown as typeof SHOWN
    expect(digestOf(turned)).toBe(digestOf(SHOWN))
    expect(canonical({ b: [1, 'x', null], a: { d: 1, c: true } })).toBe(
      '{"a":{"c":true,"d":1},"b":[1,"x",null]}',
    )
    const changed = (Object.keys(SHOWN) as (keyof typeof SHOWN)[]).filter(
      fact => digestOf({ ...SHOWN, [fact]: 'another' }) !== digestOf(SHOWN),
    )
    expect(changed).toEqual(Object.keys(SHOWN).filter(fact => fact !== 'read'))
  })

  test('is void after a restart; what was approved is not', () => {
    const came = next(cutIn('requested'), RESTARTED, NOW)
    expect('order' in came && came.order.shown).toBeNull()
    expect(stateAfter(cutIn('armed'), RESTARTED, NOW)).toBe('armed')
    expect(stateAfter(cutIn('checking'), RESTARTED, NOW)).toBe('armed')
  })

  test('and approved, is withdrawn where the clock is set, a protection entered, the meter exchanged, the policy changed', () => {
    expect(stateAfter(cutIn('approved'), CUT_EVENTS['clock-stepped'], NOW)).toBe('withdrawn')
    const codes = (['protection', 'exchange', 'policy', 'hold', 'dispute', 'wrongful'] as const).map(
      cause => cleared([cutIn('armed')], { ...PAYMENT, cause }, () => 'r1').at(-1)?.because?.code,
    )
    expect(codes).toEqual([
      ...['PROTECTION_ENTERED', 'EXCHANGED', 'POLICY_CHANGED', 'HELD', 'DISPUTED', 'REPORTED_WRONGFUL'],
    ])
  })

  test('P-17 names its order to the meter: every attempt by another operator code', () => {
    const codes = Array.from({ length: 1000 }, (_, place) => operatorOf('o1', place + 1))
    expect(new Set(codes).size).toBe(1000)
    expect(codes.every(code => /^[0-9A-F]{8}$/.test(code))).toBe(true)
  })
})

test('wakes no later than time makes something of it, and not before', () => {
  const at = NOW + 30 * DAY
  for (const order of [
    ...CUT_STATES.map(state => cutIn(state)),
    ...RESTORE_STATES.map(state => restoreIn(state)),
  ]) {
    const wakes = wakesAt(order)
    const came = next(order, { type: 'time' }, at)
    const isChanged = 'order' in came && came.order !== order
    if (wakes === null) expect(isChanged, order.state).toBe(false)
    const before = next(order, { type: 'time' }, (wakes ?? at) - 1)
    expect('order' in before && before.order !== order, order.state).toBe(false)
  }
})

test('PR-57 PR-66 a frozen batch, a blown fuse and the kill switch set aside what has not left, and nothing else', () => {
  const all = [...CUT_STATES.map(state => cutIn(state)), ...RESTORE_STATES.map(state => restoreIn(state))]
  const aside = all.filter(mayBeSetAside).map(one => came(next(one, { type: 'batch-frozen', text: '' }, NOW)))
  expect(aside.map(({ kind, state }) => `${kind} ${state}`)).toEqual(Array(4).fill('cut quarantined'))
})

describe('time alone', () => {
  const at = (state: Cut['state'], ms: number) => stateAfter(cutIn(state), { type: 'time' }, NOW + ms)

  test('ends what was not approved, not sent, or whose second notice is too old (P-05)', () => {
    expect([at('requested', 299 * MINUTE), at('requested', 300 * MINUTE)]).toEqual(['requested', 'expired'])
    expect([at('armed', 20 * MINUTE), at('armed', 20 * MINUTE + 1)]).toEqual(['armed', 'expired'])
    expect([at('checking', 20 * MINUTE + 1), at('quarantined', 300 * MINUTE)]).toEqual(['expired', 'expired'])
  })

  test('PR-60 leaves unconfirmed what nothing proves in ten minutes, and to a person after fifteen', () => {
    expect([at('sending', 10 * MINUTE - 1), at('sending', 10 * MINUTE)]).toEqual(['sending', 'unconfirmed'])
    expect([at('unconfirmed', 15 * MINUTE - 1), at('unconfirmed', 15 * MINUTE)]).toEqual([
      'unconfirmed',
      'manual',
    ])
  })

  test('P-17 what left by the clock as it is now is not called over by an hour that the clock was put back', () => {
    const cut = cutIn('sending', { since: NOW, dueAt: NOW + 5 * SECOND })
    const set = { type: 'clock-stepped', byMs: -HOUR, from: NOW - SECOND } as const
    const after = came(next(cut, set, NOW + SECOND))
    expect(after).toEqual(cut)
    const look = { ...LOOK, at: NOW + MINUTE }
    expect(came(next(after, { type: 'looked', look }, NOW + MINUTE)).state).toBe('sending')
  })

  test('PR-58 a restart while sending leaves it unconfirmed', () => {
    expect(stateAfter(cutIn('sending'), RESTARTED, NOW)).toBe('unconfirmed')
    expect(stateAfter(cutIn('sending', { supersededBy: 'r1' }), RESTARTED, NOW)).toBe('superseded')
  })
})

describe('P-13 a payment', () => {
  const undone = (...orders: Order[]) =>
    cleared(orders, PAYMENT, () => 'r1').map(({ id, state }) => `${id} ${state}`)

  test('undoes what was cut, or may have been', () => {
    expect(undone(cutIn('confirmed'))).toEqual(['r1 requested'])
    expect(undone(cutIn('unconfirmed'))).toEqual(['o1 superseded', 'r1 requested'])
    expect(undone(cutIn('manual'))).toEqual(['o1 superseded', 'r1 requested'])
    expect(undone(cutIn('sending'))).toEqual(['o1 sending', 'r1 requested'])
    expect(undone(cutIn('refused'))).toEqual(['r1 requested'])
  })

  test('undoes what only a person says was never done', () => {
    const told = (code: 'TOLD_BY_PERSON' | 'PROVED_NOT_DONE') =>
      undone(cutIn('not-executed', { because: { code, text: '' } }))
    expect(told('TOLD_BY_PERSON')).toEqual(['r1 requested'])
    expect(told('PROVED_NOT_DONE')).toEqual([])
  })

  test('undoes nothing twice, and not what was never cut', () => {
    expect(undone(cutIn('confirmed'), restoreIn('requested'))).toEqual([])
    expect(undone(cutIn('confirmed'), restoreIn('restored', { dueAt: null }))).toEqual([])
    expect(undone(cutIn('not-executed'))).toEqual([])
    const told = { code: 'TOLD_BY_PERSON', text: 'li: the light is on' } as const
    expect(undone(cutIn('not-executed', { because: told }))).toEqual(['r1 requested'])
    expect(undone(cutIn('not-sent', { sent: SENT }))).toEqual([])
    expect(possiblyCut([cutIn('rehearsed')])).toBeNull()
  })

  test('P-16 counts from its own time, never from a time to come', () => {
    const of = (happenedAt: number) =>
      cleared([cutIn('confirmed')], { ...PAYMENT, happenedAt }, () => 'r1').at(-1)
    expect(of(NOW - 20 * MINUTE)).toMatchObject({
      countsFrom: NOW - 20 * MINUTE,
      dueAt: NOW,
      kind: 'restore',
    })
    expect(of(NOW + HOUR)).toMatchObject({ countsFrom: NOW })
  })
})
