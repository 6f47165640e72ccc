/** Alarms of restores that are late and of field orders: raised in time, told again when it is worse, over when there is light (P-15, P-16). */

import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import type { AlarmEvent } from '../../../src/reading/alarm/alarm.ts'
import { createStated, isStatedRule } from '../../../src/reading/alarm/stated.ts'
import { orderAlarms } from '../../../src/supply/order/alarms.ts'
import type { Order } from '../../../src/supply/order/order.ts'
import { cutIn, NOW, restoreIn } from './cases.ts'

const told = (events: readonly AlarmEvent[]) =>
  events.map(({ event, of, rule, about }) => `${event} ${of} ${rule} ${about}`.trim())

test('P-15 P-16 a restore is an alarm from half an hour on, another at two hours and a day, and so is who drives; light ends them', () => {
  const alarms = createStated([])
  const turn = (orders: readonly Order[], after: number) =>
    told(alarms.turn(orderAlarms(orders, NOW + after), NOW + after))
  const open = restoreIn('refused')
  expect(turn([cutIn('unconfirmed'), open], 29 * MINUTE)).toEqual([])
  const drives = { ...open, fieldOrderAt: NOW + 30 * MINUTE }
  expect(turn([drives], 30 * MINUTE)).toEqual(['raised m1 P-15', 'raised m1 P-16 late'])
  expect(turn([drives], 31 * MINUTE)).toEqual([])
  expect(turn([drives], 2 * HOUR)).toEqual(['cleared m1 P-16 late', 'raised m1 P-16 escalated'])
  expect(turn([drives], DAY)).toEqual(['cleared m1 P-16 escalated', 'raised m1 P-16 unlawful'])
  expect(alarms.standing().map(({ rule, severity, blocks }) => [rule, severity, blocks])).toEqual([
    ['P-15', 1, false],
    ['P-16', 1, false],
  ])
  // Seen to have light, and to be looked at once more: only where that look cannot be had somebody drives there again.
  const seen = { ...drives, state: 'restored', since: NOW + DAY, dueAt: NOW + DAY + MINUTE } as const
  expect(turn([seen], DAY + MINUTE)).toEqual(['cleared m1 P-15', 'cleared m1 P-16 unlawful'])
  const unseen = { ...seen, fieldOrderAt: NOW + DAY + 2 * MINUTE }
  expect(turn([unseen], DAY + 2 * MINUTE)).toEqual(['reopened m1 P-15'])
  expect(turn([], DAY + 3 * MINUTE)).toEqual(['cleared m1 P-15'])
  expect(alarms.standing()).toEqual([])
  // Open again within a day it is the same alarm.
  expect(turn([drives], DAY + HOUR)).toEqual(['reopened m1 P-15', 'reopened m1 P-16 unlawful'])
})

test('P-18 PR-60 a cut that nothing proved either way is an alarm until a person has decided', () => {
  const alarms = createStated([])
  const turn = (orders: readonly Order[]) => told(alarms.turn(orderAlarms(orders, NOW), NOW))
  expect(turn([cutIn('unconfirmed')])).toEqual([])
  expect(turn([cutIn('manual')])).toEqual(['raised m1 P-18'])
  expect(turn([])).toEqual(['cleared m1 P-18'])
})

test('P-16 alarms of an earlier life stand on, once, and end by what is so now', () => {
  const first = createStated([])
  const open = restoreIn('unconfirmed', { because: { code: 'METER_SILENT', text: 'account 000481' } })
  const [raised] = first.turn(orderAlarms([open], NOW + HOUR), NOW + HOUR)
  expect(raised?.evidence.text).toBe('no light after 60 min: order r1 is unconfirmed, METER_SILENT')
  const second = createStated(raised ? [raised].filter(isStatedRule) : [])
  expect(second.standing()).toHaveLength(1)
  expect(second.turn(orderAlarms([open], NOW + HOUR), NOW + HOUR)).toEqual([])
  expect(told(second.turn([], NOW + 2 * HOUR))).toEqual(['cleared m1 P-16 late'])
})
