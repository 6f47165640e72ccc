/** The daemon killed between each pair of steps of a cut and of the restore after it: one frame of a cut at most, and whoever pays has light. */

import { expect, test } from 'vitest'
import { MINUTE } from '../../src/core/time.ts'
import { isRelayFrame } from '../support/desk-bench.ts'
import { whole } from '../support/whole-order.ts'

/** Before and after each step is written; with the frame kept on this side, or gone. What becomes of the cut, and of how many frames. */
const MOMENTS: readonly (readonly [moment: string, ends: string, frames: number])[] = [
  ['before check', 'confirmed', 1],
  ['after check', 'confirmed', 1],
  ['before send', 'confirmed', 1],
  ['after send', 'not-executed', 0],
  ['frame kept', 'not-executed', 1],
  ['frame left', 'confirmed', 1],
  ['before answered', 'confirmed', 1],
  ['after answered', 'confirmed', 1],
]

/** Killed at the first such moment once it is wanted. */
async function mortal(moment: string) {
  let isWanted = false
  const die = (what: string) => {
    if (!isWanted || what !== moment) return false
    isWanted = false
    bench.kill()
    return true
  }
  const bench = await whole({}, undefined, null, {
    reaches(bytes) {
      if (!isRelayFrame(bytes)) return true
      if (die('frame kept')) return false
      die('frame left')
      return true
    },
  })
  bench.watch(what => void die(what))
  await bench.armed()
  /** It must come to the moment in a few minutes; then the next process starts. */
  const killedWithin = async (ms: number) => {
    isWanted = true
    await bench.clock.pass(ms)
    expect(isWanted).toBe(false)
    await bench.reborn()
  }
  return { ...bench, killedWithin }
}

test.each(MOMENTS)(
  'P-13 P-18 PR-58 killed in a cut, %s: it ends %s, with %d frames, as is so in truth',
  async (moment, ends, most) => {
    const { until, killedWithin, orderOf, frames, isOpen, pay, clock, meter, close } = await mortal(moment)
    await until('24T09:50')
    await killedWithin(3 * MINUTE)
    await until('24T10:10')
    expect([orderOf('O-1')?.state, frames(), isOpen()]).toEqual([ends, most, ends === 'confirmed'])
    await pay()
    await clock.pass(MINUTE)
    meter.relay.pressButton(clock.now())
    await clock.pass(MINUTE)
    expect(isOpen()).toBe(false)
    await close()
  },
)

test.each(MOMENTS.filter(([moment]) => !moment.endsWith('check')))(
  'P-13 P-15 PR-64 killed in a restore, %s: the next process goes on, and there is light',
  async moment => {
    const { until, killedWithin, all, frames, isOpen, pay, clock, meter, close } = await mortal(moment)
    await until('24T10:10')
    const paid = pay()
    await killedWithin(MINUTE)
    await paid
    await clock.pass(MINUTE)
    meter.relay.pressButton(clock.now())
    await clock.pass(MINUTE)
    expect([all()[1]?.state, isOpen(), frames() <= 3]).toEqual(['restored', false, true])
    await close()
  },
)
