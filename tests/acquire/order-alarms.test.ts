/** Late restores at the desk of alarms: kept and told within a minute, also over a restart, and ended when there is light (P-15, P-16). */

import { expect, test } from 'vitest'
import { createAlarmDesk } from '../../src/acquire/alarm-desk.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import type { AlarmEvent } from '../../src/reading/alarm/alarm.ts'
import type { Order } from '../../src/supply/order/order.ts'
import { restoreIn } from '../supply/order/cases.ts'
import { recordingLog } from '../support/api.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const told = (events: readonly AlarmEvent[]) => events.map(({ event, rule, of }) => `${event} ${rule} ${of}`)

test('P-15 P-16 a late restore and its field order are alarms of a meter, though no meter is in the list any more', async () => {
  const clock = virtualClock()
  const log = recordingLog()
  const kept: AlarmEvent[] = []
  let open: readonly Order[] = [restoreIn('refused', { countsFrom: clock.now() })]
  const started = (before: readonly AlarmEvent[]) => {
    const desk = createAlarmDesk({
      store: {
        alarm: async events => void kept.push(...events),
        ordersOpen: async () => open,
      },
      ...{ meters: [], offsetMinutes: 480, before, clock, log },
      latencies: { before: new Map(), write: async () => undefined },
      broken: error => {
        throw error
      },
    })
    desk.start()
    return desk
  }
  const first = started([])
  await clock.pass(29 * MINUTE)
  expect([kept, first.standing()]).toEqual([[], []])
  await clock.pass(2 * MINUTE)
  open = open.map(one => ({ ...one, fieldOrderAt: clock.now() }) as Order)
  await clock.pass(HOUR)
  expect(told(kept)).toEqual(['raised P-16 m1', 'raised P-15 m1'])
  expect(log.lines).toEqual([
    'alarm: P-16 of m1, late: no light after 30 min: order r1 is refused',
    'alarm: P-15 of m1: somebody has to drive there: order r1 is refused',
  ])
  await first.stop()
  const second = started(kept.splice(0))
  expect(told(second.standing())).toEqual(['raised P-16 m1', 'raised P-15 m1'])
  await clock.pass(5 * MINUTE)
  expect(kept).toEqual([])
  open = []
  await clock.pass(MINUTE)
  expect(told(kept)).toEqual(['cleared P-16 m1', 'cleared P-15 m1'])
  expect(second.standing()).toEqual([])
  await second.stop()
})
