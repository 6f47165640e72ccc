/** A gateway's clock that is set while orders are under way in the running daemon: an hour back, a day on, a few seconds, at each moment of them. */

import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { isRelayFrame } from '../support/desk-bench.ts'
import { type Bench, whole } from '../support/whole-order.ts'

type Moment = 'look' | 'written' | 'frame'

const MOMENTS: readonly Moment[] = ['look', 'written', 'frame']
const STEPS = [-HOUR, DAY, 3 * SECOND]

/** Set once it is asked for: before the first question of a look, with the order written down, with its frame on the wire. */
async function stepped(moment: Moment, byMs: number): Promise<{ bench: Bench; stepNow: () => void }> {
  let isWanted = false
  const set = () => {
    if (isWanted) bench.bench.setClock(byMs)
    isWanted = false
  }
  const whenSending = () => moment === 'written' && set()
  const bench = await whole({}, whenSending, null, {
    reaches(bytes) {
      if (moment === 'look' || (moment === 'frame' && isRelayFrame(bytes))) set()
      return true
    },
  })
  await bench.armed()
  const stepNow = () => {
    isWanted = true
  }
  return { bench, stepNow }
}

test.each(STEPS)(
  'P-13 PR-53 PR-56 PR-58 set by %d ms: a cut that is checked or written down does not leave, one that left is looked for, and who pays has light',
  async byMs => {
    for (const moment of MOMENTS) {
      const { bench, stepNow } = await stepped(moment, byMs)
      const { until, clock, orderOf, frames, isOpen, pay, meter, close } = bench
      stepNow()
      await until('24T09:50')
      await clock.pass(20 * MINUTE)
      const state = orderOf('O-1')?.state
      const isGone = moment === 'frame'
      expect([moment, frames(), state === 'confirmed']).toEqual([moment, isGone ? 1 : 0, isOpen()])
      expect(isGone ? ['confirmed'] : ['withdrawn', 'not-sent', 'expired']).toContain(state)
      await pay()
      await clock.pass(MINUTE)
      meter.relay.pressButton(bench.bench.truth())
      await clock.pass(6 * MINUTE)
      expect([moment, isOpen(), frames() <= 2]).toEqual([moment, false, true])
      await close()
    }
  },
)

test.each(STEPS)(
  'P-15 P-16 PR-64 set by %d ms while it is restored: permitted all the same, within a minute of the next try',
  async byMs => {
    for (const moment of ['look', 'frame'] as const) {
      const { bench, stepNow } = await stepped(moment, byMs)
      const { until, clock, all, frames, isOpen, pay, meter, close } = bench
      await until('24T10:10')
      expect(isOpen()).toBe(true)
      stepNow()
      await pay()
      await clock.pass(MINUTE)
      expect([moment, byMs, all()[1]?.state]).toEqual([moment, byMs, 'close-allowed'])
      meter.relay.pressButton(bench.bench.truth())
      await clock.pass(6 * MINUTE)
      expect([moment, all()[1]?.state, isOpen(), frames() <= 3]).toEqual([moment, 'restored', false, true])
      await close()
    }
  },
)
