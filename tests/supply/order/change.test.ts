/** What others are told of orders, and how late a restore is (PR-60, P-12, P-16). */

import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import { changeOf, serviceOf } from '../../../src/supply/order/change.ts'
import { latenessOf } from '../../../src/supply/order/lateness.ts'
import { next } from '../../../src/supply/order/next.ts'
import { CUT_STATES, RESTORE_STATES } from '../../../src/supply/order/states.ts'
import { wakesAt } from '../../../src/supply/order/wakes.ts'
import { came, cutIn, NOW, restoreIn } from './cases.ts'

test('P-16 how late a restore is', () => {
  const late = [15 * MINUTE - 1, 15 * MINUTE, 30 * MINUTE - 1, 30 * MINUTE, 2 * HOUR, DAY].map(latenessOf)
  expect(late).toEqual(['on-time', 'slow', 'slow', 'late', 'escalated', 'unlawful'])
})

test('PR-60 only what is proved is taken for a cut: what is sent is not known, and all else is none', () => {
  const told = CUT_STATES.map(state => [state, changeOf(null, cutIn(state), NOW)?.takenFor ?? 'not told'])
  const rest = ['refused', 'not-sent', 'unconfirmed', 'manual', 'not-executed', 'withdrawn', 'expired']
  expect(Object.fromEntries(told)).toEqual({
    ...{ requested: 'not-cut', approved: 'not told', armed: 'not told', checking: 'not told' },
    ...{ sending: 'unknown', confirmed: 'cut' },
    ...Object.fromEntries([...rest, 'quarantined', 'superseded', 'rehearsed'].map(one => [one, 'not-cut'])),
  })
  const { sent } = cutIn('sending')
  expect(changeOf(null, cutIn('superseded', { sent }), NOW)?.takenFor).toBe('restoring')
})

test('P-12 a restore is told as restoring until it is done, and so is that it is open again', () => {
  const told = RESTORE_STATES.map(state => [state, changeOf(null, restoreIn(state), NOW)?.takenFor])
  expect(Object.fromEntries(told)).toEqual({
    ...Object.fromEntries(RESTORE_STATES.map(state => [state, 'restoring'])),
    ...{ restored: 'restored', rehearsed: 'not-cut' },
  })
  expect(changeOf(restoreIn('restored'), restoreIn('requested'), NOW)?.takenFor).toBe('restoring')
})

test('P-12 what others see as it was is told once', () => {
  const restore = restoreIn('unconfirmed')
  expect(changeOf(restore, { ...restore, tries: 3, dueAt: NOW + HOUR }, NOW)).toBeNull()
  expect(changeOf(restore, { ...restore, fieldOrderAt: NOW }, NOW)).not.toBeNull()
  expect(changeOf({ ...restore, fieldOrderAt: NOW }, { ...restore, fieldOrderAt: NOW + 1 }, NOW)).toBeNull()
  expect(changeOf(restore, { ...restore, lateness: 'late' }, NOW)).not.toBeNull()
  expect(changeOf(cutIn('sending'), cutIn('sending', { dueAt: NOW }), NOW)).toBeNull()
})

test('P-16 each lateness is a step of its own, woken for, from the payment’s own time; done, it is later no more', () => {
  const countsFrom = NOW - 10 * MINUTE
  let restore = restoreIn('refused', { countsFrom, dueAt: null, fieldOrderAt: NOW })
  const noted: unknown[] = []
  for (let at = wakesAt(restore); at !== null; at = wakesAt(restore)) {
    expect(came(next(restore, { type: 'time' }, at - 1))).toBe(restore)
    restore = came(next(restore, { type: 'time' }, at))
    noted.push([restore.lateness, at - countsFrom])
  }
  expect(noted).toEqual([
    ['slow', 15 * MINUTE],
    ['late', 30 * MINUTE],
    ['escalated', 2 * HOUR],
    ['unlawful', DAY],
  ])
  const done = restoreIn('restored', { countsFrom, since: NOW, dueAt: null })
  expect(wakesAt(done)).toBeNull()
  expect(serviceOf(done, NOW + DAY)).toMatchObject({ lateness: 'on-time', waitedMs: 10 * MINUTE })
})
