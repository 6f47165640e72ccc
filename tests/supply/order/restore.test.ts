/** Restores: tried at once, again and again, nothing in their way, and somebody drives there in time (P-13 to P-16, PR-64). */

import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/time.ts'
import { cleared, restoring } from '../../../src/supply/order/clearing.ts'
import type { Look } from '../../../src/supply/order/look.ts'
import { next } from '../../../src/supply/order/next.ts'
import { type Order, RESTORE_CAUSES, type Restore } from '../../../src/supply/order/order.ts'
import { isStanding } from '../../../src/supply/order/request.ts'
import { RESTORE_STATES } from '../../../src/supply/order/states.ts'
import { RESTORE_TABLE } from '../../../src/supply/order/table.ts'
import { wakesAt } from '../../../src/supply/order/wakes.ts'
import { came, cutIn, LOOK, NOW, restoreIn, SENT, WANTED } from './cases.ts'

const DARK: Look = {
  ...LOOK,
  isOpen: true,
  isOpenCommanded: true,
  hasLoad: false,
  opened: { count: 4, at: NOW, operator: 'A' },
}
const sendAt = (restore: Restore, at: number, look: Partial<Look> = {}) =>
  came(next(restore, { type: 'send', look: { ...DARK, at, ...look }, deadline: at + 30 * SECOND }, at))
const answer = (restore: Restore, outcome: 'accepted' | 'refused' | 'not-sent' | 'silent', at: number) =>
  came(next(restore, { type: 'answered', outcome, text: '', look: null }, at))

describe('P-15 a restore', () => {
  test('of a silent meter is tried after 10 s, 30 s, 2 min, 5 min, then rarely, and at once when it is heard', () => {
    let restore = restoreIn('requested')
    const waits: number[] = []
    for (let at = NOW; waits.length < 6; at = restore.dueAt ?? 0) {
      restore = came(next(restore, { type: 'unreached', text: '' }, at))
      waits.push(((restore.dueAt ?? 0) - at) / SECOND)
    }
    expect(waits).toEqual([10, 30, 120, 300, 900, 900])
    expect(restore.attempts).toBe(0)
    const heard = came(next(restore, { type: 'reachable' }, NOW + HOUR))
    expect(heard.dueAt).toBe(Math.min(NOW + HOUR, restore.dueAt ?? 0))
  })

  test('sends another frame only after a look, and when the one before is obeyed no more', () => {
    const sending = sendAt(restoreIn('requested'), NOW)
    const silent = answer(sending, 'silent', NOW + 2 * SECOND)
    expect([sending.state, silent.state, silent.dueAt]).toEqual(['sending', 'unconfirmed', NOW + 12 * SECOND])
    const early = sendAt(silent, NOW + 12 * SECOND)
    expect([early.state, early.attempts, early.dueAt]).toEqual(['unconfirmed', 1, NOW + 30 * SECOND + 1])
    const again = sendAt(early, NOW + 31 * SECOND)
    expect([again.state, again.attempts]).toEqual(['sending', 2])
    expect(again.sent?.operator).not.toBe(sending.sent?.operator)
  })

  test('is done where the look shows it, without a frame', () => {
    expect(sendAt(restoreIn('unconfirmed', { sent: SENT, attempts: 1 }), NOW, { hasLoad: true }).state).toBe(
      'restored',
    )
    expect(sendAt(restoreIn('requested'), NOW, { isOpenCommanded: false }).state).toBe('close-allowed')
  })

  test('permitted waits for the button, and is permitted again where it did not take', () => {
    const allowed = answer(sendAt(restoreIn('requested'), NOW), 'accepted', NOW + SECOND)
    expect([allowed.state, allowed.dueAt]).toEqual(['close-allowed', NOW + 6 * SECOND])
    const waiting = sendAt(allowed, NOW + 6 * SECOND, { isOpenCommanded: false })
    expect([waiting.state, waiting.attempts]).toEqual(['close-allowed', 1])
    const ignored = sendAt(allowed, NOW + 40 * SECOND)
    expect([ignored.state, ignored.attempts]).toEqual(['sending', 2])
    // Tried often already: it waits longer, and no earlier frame is the reason any more.
    const held = sendAt({ ...allowed, tries: 3 }, NOW + 20 * SECOND)
    expect(held.because?.code).toBe('EARLIER_FRAME_HOLDS')
    const seldom = sendAt(held, NOW + 40 * SECOND)
    expect([seldom.state, seldom.because?.code]).toEqual(['close-allowed', 'PERMITTED'])
  })

  test('P-14 closed directly is not done by an answer', () => {
    const direct = restoreIn('requested', { intended: 'closed' })
    const accepted = answer(sendAt(direct, NOW), 'accepted', NOW + SECOND)
    expect([accepted.state, accepted.dueAt]).toEqual(['unconfirmed', NOW + 6 * SECOND])
    expect(sendAt(accepted, NOW + 6 * SECOND, { hasLoad: true }).state).toBe('restored')
  })

  test('P-14 closed directly and obeyed by its state is not sent again; one that is seen open is', () => {
    const sent = { ...SENT, answer: 'accepted' } as const
    const direct = restoreIn('unconfirmed', { intended: 'closed', sent, attempts: 1 })
    const closed = sendAt(direct, NOW + HOUR, { isOpen: false })
    expect(closed).toMatchObject({ attempts: 1, state: 'unconfirmed', because: { code: 'NO_PROOF_IN_TIME' } })
    expect(closed.dueAt).toBeGreaterThan(NOW + HOUR)
    expect(sendAt(direct, NOW + HOUR).attempts).toBe(2)
    // Of one that waits for its button it is repeated as rarely as any try.
    expect(sendAt({ ...direct, tries: 4 }, NOW + 4 * MINUTE)).toMatchObject({
      attempts: 1,
      state: 'unconfirmed',
    })
    const unheard = { ...direct, sent: { ...sent, answer: 'silent' } } as const
    expect(sendAt(unheard, NOW + HOUR, { isOpen: false }).attempts).toBe(2)
  })

  test('of contacts that hold together under load is told once all the same: they may part any day', () => {
    const welded = { isOpen: true, hasLoad: true }
    const told = sendAt(restoreIn('requested'), NOW, welded)
    expect([told.state, told.attempts]).toEqual(['sending', 1])
    const look = { ...DARK, ...welded }
    const event = { type: 'answered', outcome: 'refused', text: '', look } as const
    expect(came(next(told, event, NOW + SECOND)).state).toBe('restored')
  })

  test('P-14 P-15 that its relay cannot be told has a field order at once, no frame and no step towards one; light is seen all the same', () => {
    const event = { type: 'send', deadline: NOW + 30 * SECOND, whyNot: 'it knows no permit' } as const
    const tried = (look: Partial<Look>) =>
      came(next(restoreIn('requested'), { ...event, look: { ...DARK, ...look } }, NOW))
    expect(tried({})).toMatchObject({
      ...{ state: 'not-sent', attempts: 0, fieldOrderAt: NOW, dueAt: NOW + 10 * SECOND },
      because: { code: 'CANNOT_BE_TOLD', text: 'it knows no permit' },
    })
    for (const isOpen of [true, false]) expect(tried({ isOpen, hasLoad: true }).state).toBe('restored')
  })

  test('never leaves for another meter', () => {
    for (const other of [{ number: '100002' }, { number: null }, { address: '000000000002' }])
      expect(sendAt(restoreIn('requested'), NOW, other)).toMatchObject({
        attempts: 0,
        because: { code: 'OTHER_METER' },
      })
  })

  test('raises a field order 30 minutes after the payment, whatever it does, and goes on', () => {
    for (const state of RESTORE_STATES) {
      const sent = state === 'sending' ? { ...SENT, at: NOW + 30 * MINUTE } : null
      const restore = restoreIn(state, { sent })
      const at = (ms: number) => {
        const stepped = next(restore, { type: 'time' }, NOW + ms)
        return 'order' in stepped ? stepped.order.fieldOrderAt : null
      }
      // One that waits for its last look is not done.
      const isOpen = !['superseded', 'rehearsed'].includes(state)
      expect([at(30 * MINUTE - 1), at(30 * MINUTE)]).toEqual([null, isOpen ? NOW + 30 * MINUTE : null])
    }
    const done = next(restoreIn('restored', { dueAt: null }), { type: 'time' }, NOW + HOUR)
    expect('order' in done && done.order.fieldOrderAt).toBeNull()
    const late = restoreIn('restored', { dueAt: NOW + 31 * MINUTE, settlesAt: NOW + 31 * MINUTE })
    expect(wakesAt({ ...late, dueAt: NOW + HOUR })).toBe(NOW + 33 * MINUTE)
    const raised = restoreIn('not-sent', { fieldOrderAt: NOW, dueAt: NOW })
    expect(sendAt(raised, NOW + HOUR).state).toBe('sending')
  })

  test('is not later by a clock that is set', () => {
    const restore = restoreIn('not-sent', { countsFrom: NOW })
    const [back, on] = [-HOUR, HOUR].map(byMs =>
      came(next(restore, { type: 'clock-stepped', byMs }, NOW + byMs)),
    )
    expect([back?.countsFrom, on?.countsFrom]).toEqual([NOW - HOUR, NOW])
    expect([back?.dueAt, on?.dueAt]).toEqual([NOW - HOUR, NOW + HOUR])
  })

  test('is not set with the clock where it was stamped since: nobody waits a day for a clock that was put on by one', () => {
    const from = NOW + DAY - SECOND
    const at = NOW + DAY + SECOND
    const sent = { ...SENT, at: NOW + DAY, deadline: NOW + DAY + 30 * SECOND }
    const stamped = restoreIn('not-sent', { since: NOW + DAY, dueAt: NOW + DAY + 10 * SECOND, sent })
    const set = (restore: Restore, byMs: number) =>
      came(next(restore, { type: 'clock-stepped', byMs, from }, at))
    expect(set(stamped, DAY)).toEqual(stamped)
    const before = { ...stamped, since: NOW, dueAt: NOW + 10 * SECOND, sent: { ...SENT, at: NOW } }
    expect(set(before, DAY)).toMatchObject({ dueAt: NOW + DAY + 10 * SECOND, sent: { at: NOW + DAY } })
    // Whatever it says, no try is further off than the rarest.
    expect(set({ ...before, dueAt: NOW + DAY }, DAY).dueAt).toBe(at + 15 * MINUTE)
  })

  test('of which nobody knows how long it has waited, after a restart with a clock in doubt, has its field order at once', () => {
    const raisedBy = (isTimeTrusted: boolean, more: Partial<Restore> = {}) =>
      came(next(restoreIn('close-allowed', more), { type: 'restarted', isTimeTrusted }, NOW)).fieldOrderAt
    expect([raisedBy(true), raisedBy(false), raisedBy(false, { fieldOrderAt: NOW - HOUR })]).toEqual([
      null,
      NOW,
      NOW - HOUR,
    ])
    expect(raisedBy(false, { state: 'restored' })).toBeNull()
  })

  test('is looked at again once no late frame of the cut can come, and begins anew where one came', () => {
    const lit = { isOpen: false, hasLoad: true }
    const restored = sendAt(restoreIn('requested', { settlesAt: NOW + MINUTE }), NOW, lit)
    expect([restored.state, restored.dueAt]).toEqual(['restored', NOW + MINUTE])
    const look = (more: Partial<Look>) =>
      came(next(restored, { type: 'looked', look: { ...LOOK, ...more } }, NOW + MINUTE))
    expect(look({})).toMatchObject({ state: 'restored', dueAt: null })
    expect(look({ ...DARK })).toMatchObject({ state: 'requested', dueAt: NOW + MINUTE })
  })
})

describe('P-15 P-18 a restore that a person says is done', () => {
  const say = (restore: Restore, by: string, at = NOW) =>
    came(next(restore, { type: 'resolve', by, as: 'executed', how: 'seen' }, at))
  const look = (restore: Restore, at: number, more: Partial<Look>) =>
    came(next(restore, { type: 'looked', look: { ...LOOK, at, hasLoad: false, ...more } }, at))
  const UNPROVED = { isOpen: false, opened: { count: 4, at: NOW, operator: 'A' } }

  test('of a payment is so by a second key or by a look, and the meter is looked at at once', () => {
    for (const cause of RESTORE_CAUSES) {
      const first = say(restoreIn('unconfirmed', { cause, dueAt: NOW + HOUR }), 'fitter')
      const isEnough = cause === 'asked'
      expect([cause, first.state]).toEqual([cause, isEnough ? 'restored' : 'unconfirmed'])
      expect([first.because?.code, first.dueAt]).toEqual(['TOLD_BY_PERSON', NOW])
      if (isEnough) continue
      expect(say(first, 'fitter').state).toBe('unconfirmed')
      expect(say(first, 'clerk')).toMatchObject({
        ...{ state: 'restored', dueAt: NOW },
        because: { code: 'TOLD_BY_PERSON', text: 'fitter: seen; clerk: seen' },
      })
    }
    expect(say(restoreIn('sending', { sent: SENT, dueAt: null }), 'fitter')).toMatchObject({
      ...{ state: 'sending', dueAt: null },
    })
    // The meter waits for its button, and the customer says that it is pressed.
    expect(say(restoreIn('close-allowed'), 'fitter').state).toBe('restored')
  })

  test('begins anew where it is seen open, and the word that was wrong counts no more', () => {
    const told = say(restoreIn('close-allowed'), 'fitter')
    const dark = look(told, NOW + SECOND, DARK)
    expect(dark).toMatchObject({ state: 'requested', dueAt: NOW + SECOND, told: null })
    const first = say(restoreIn('unconfirmed'), 'fitter')
    expect(say(sendAt(first, NOW), 'clerk').state).toBe('sending')
    expect(say(sendAt(first, NOW, { number: '100002' }), 'clerk').state).toBe('restored')
  })

  test('is looked at until it is proved, or for a day', () => {
    const told = say(restoreIn('close-allowed'), 'fitter')
    expect(look(told, NOW + SECOND, { hasLoad: true })).toMatchObject({
      ...{ state: 'restored', dueAt: null, because: { code: 'PROVED_BY_LOAD' } },
    })
    let restore = told
    const looks: number[] = []
    while (restore.dueAt !== null) {
      const at = restore.dueAt
      looks.push(at - NOW)
      expect(isStanding(restore)).toBe(true)
      restore =
        looks.length % 2 === 0
          ? look(restore, at, looks.length % 4 === 0 ? UNPROVED : { ...DARK, number: '100002' })
          : came(next(restore, { type: 'unreached', text: '' }, at))
    }
    expect([looks[0], looks.at(-1), looks.length]).toEqual([0, DAY, 97])
    expect([isStanding(restore), restore.because?.code]).toEqual([false, 'TOLD_BY_PERSON'])
  })

  test('has its field order in time all the same, unless a look shows that there is light', () => {
    const told = say(restoreIn('close-allowed'), 'fitter')
    expect(wakesAt({ ...told, dueAt: NOW + HOUR })).toBe(NOW + 30 * MINUTE)
    expect(came(next(told, { type: 'time' }, NOW + 30 * MINUTE)).fieldOrderAt).toBe(NOW + 30 * MINUTE)
    const doubted = { type: 'restarted', isTimeTrusted: false } as const
    expect(came(next(told, doubted, NOW)).fieldOrderAt).toBe(NOW)
    const seen = look(told, NOW + SECOND, { hasLoad: true })
    expect(came(next(seen, { type: 'time' }, NOW + HOUR)).fieldOrderAt).toBeNull()
  })
})

test('P-13 P-18 who pays, or asks, after a person said that there is light is tried anew; after a look that shows it nobody is', () => {
  const cut = cutIn('confirmed')
  const said = { code: 'TOLD_BY_PERSON', text: 'fitter: seen; clerk: seen' } as const
  const seen = { code: 'PROVED_BY_LOAD', text: 'current flows' } as const
  const paidAt = NOW + 2 * HOUR
  const paid = (restore: Restore) =>
    cleared(
      [cut, restore],
      { cause: 'payment', reference: 'P-2', happenedAt: paidAt, at: paidAt },
      () => 'r2',
    )
  const asked = (restore: Restore) => {
    const wanted = { ...WANTED, id: 'r2', requestedAt: paidAt }
    const more = { intended: 'close-allowed', cause: 'asked', since: paidAt, confirmation: null } as const
    const made = restoring({ ...more, wanted, earlier: [cut, restore] })
    return 'refused' in made ? [] : made
  }
  const told = (all: readonly Order[]) => all.map(({ id, state }) => `${id} ${state}`)
  for (const by of [paid, asked]) {
    // Still looked into, and its field order was ended by the word.
    const looked = restoreIn('restored', { because: said, dueAt: paidAt, fieldOrderAt: NOW - HOUR })
    expect(told(by(looked))).toEqual(['r1 superseded', 'r2 requested'])
    expect(by(looked).at(-1)).toMatchObject({ fieldOrderAt: NOW - HOUR, dueAt: paidAt })
    expect(told(by({ ...looked, dueAt: null }))).toEqual(['r2 requested'])
  }
  expect(paid(restoreIn('restored', { because: seen, dueAt: null }))).toEqual([])
  expect(paid(restoreIn('restored', { because: seen, dueAt: paidAt }))).toEqual([])
  // A word that is not enough yet keeps the one that is tried.
  expect(paid(restoreIn('unconfirmed', { because: said }))).toEqual([])
})

test('PR-50 P-15 a rehearsal that waits for its meter takes the place of no restore', () => {
  const asked = (isRehearsal: boolean) =>
    restoring({
      ...{ wanted: { ...WANTED, id: 'r2', requestedAt: NOW, isRehearsal }, intended: 'close-allowed' },
      ...{ cause: 'asked', since: NOW, confirmation: null },
      earlier: [restoreIn('not-sent', { isRehearsal: true })],
    })
  expect(asked(true)).toMatchObject([{ id: 'r1' }])
  expect(asked(false)).toMatchObject([
    { id: 'r1', state: 'superseded' },
    { id: 'r2', isRehearsal: false },
  ])
})

test('P-15 a restore asked for by the meter list as it is now takes the place of one by the list as it was', () => {
  const asked = (more: Partial<typeof WANTED>) => {
    const wanted = { ...WANTED, id: 'r2', requestedAt: NOW, ...more }
    const as = { intended: 'close-allowed', cause: 'asked', since: NOW, confirmation: null } as const
    const made = restoring({ ...as, wanted, earlier: [cutIn('confirmed'), restoreIn('not-sent')] })
    return 'refused' in made ? [] : made.map(({ id, state }) => `${id} ${state}`)
  }
  expect(asked({})).toEqual(['r1 not-sent'])
  expect(asked({ address: '000000000002' })).toEqual(['r1 superseded', 'r2 requested'])
  expect(asked({ number: '100002' })).toEqual(['r1 superseded', 'r2 requested'])
  // A list that names no number knows no better.
  expect(asked({ number: '' })).toEqual(['r1 not-sent'])
})

test('PR-64 nothing of a policy is in the way of a restore', () => {
  const events = new Set(Object.values(RESTORE_TABLE).flatMap(row => Object.keys(row)))
  for (const event of ['stopped', 'fuse-blown', 'batch-frozen', 'clear', 'cancel', 'approve'])
    expect(events.has(event)).toBe(false)
})

test('P-14 a direct close takes the place of a permission that waits, and not the other way', () => {
  const asked = (intended: 'closed' | 'close-allowed', standing: Restore) =>
    restoring({
      ...{ wanted: { ...WANTED, id: 'r2', requestedAt: NOW }, intended, cause: 'asked', since: NOW },
      confirmation: intended === 'closed' ? { by: 'clerk', how: 'telephone', at: NOW } : null,
      earlier: [standing],
    })
  const told = (all: ReturnType<typeof asked>) =>
    'refused' in all ? all.refused.code : all.map(({ id, state }) => `${id} ${state}`)
  const waiting = restoreIn('close-allowed', { countsFrom: NOW - HOUR })
  expect(told(asked('closed', waiting))).toEqual(['r1 superseded', 'r2 requested'])
  expect(asked('closed', waiting)).toMatchObject([{}, { countsFrom: NOW - HOUR }])
  expect(told(asked('closed', restoreIn('sending', { sent: SENT })))).toEqual(['r1 sending', 'r2 requested'])
  const direct = restoreIn('unconfirmed', { intended: 'closed' })
  expect(told(asked('close-allowed', direct))).toEqual(['r1 unconfirmed'])
})
