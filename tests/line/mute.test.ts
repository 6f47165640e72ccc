import { describe, expect, test } from 'vitest'
import { createMuteWatch } from '../../src/line/mute.ts'
import { createUtilisation } from '../../src/line/utilisation.ts'
import { virtualClock } from '../support/virtual-clock.ts'

describe('a line on which nobody answers', () => {
  test('is known by three different meters that were well, in a row', () => {
    const watch = createMuteWatch(virtualClock())
    expect(watch.silent('m1', true)).toBe(null)
    expect(watch.silent('m2', true)).toBe(null)
    expect(watch.silent('m3', true)).toMatch(/3 meters that were well/)
    expect(watch.mute).not.toBe(null)
  })

  test.each([
    ['one meter, often', ['m1', 'm1', 'm1', 'm1'], true],
    ['meters known to be dead', ['m1', 'm2', 'm3', 'm4'], false],
  ])('is not: %s', (_, meters, wasWell) => {
    const watch = createMuteWatch(virtualClock())
    for (const meter of meters) expect(watch.silent(meter, wasWell)).toBe(null)
    expect(watch.mute).toBe(null)
  })

  test('is not where anything was heard between', () => {
    const watch = createMuteWatch(virtualClock())
    for (const meter of ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']) {
      if (meter === 'm3' || meter === 'm5') watch.heard()
      expect(watch.silent(meter, true)).toBe(null)
    }
  })

  test('is asked ever more rarely, twice a minute at last, and is well as soon as it is heard', async () => {
    const clock = virtualClock()
    const watch = createMuteWatch(clock)
    watch.heard()
    for (const meter of ['m1', 'm2', 'm3']) {
      watch.silent(meter, true)
      await clock.pass(2_000)
    }
    expect(watch.mute).toMatchObject({ since: 0 })
    const pauses: number[] = []
    for (let probe = 0; probe < 6; probe++) {
      watch.silent(`m${probe}`, true)
      pauses.push((watch.mute?.askAt ?? 0) - clock.monotonic())
      await clock.pass(60_000)
    }
    expect(pauses).toEqual([5_000, 10_000, 20_000, 30_000, 30_000, 30_000])
    watch.heard()
    expect(watch.mute).toBe(null)
  })
})

test('a line on which nobody was ever heard is asked on and on: the first in its list may be dead', () => {
  const watch = createMuteWatch(virtualClock())
  for (let meter = 1; meter <= 10; meter++) watch.silent(`m${meter}`, true)
  expect(watch.mute?.askAt).toBe(1_000)
})

test('the share of time a line is in use is that of the last minutes', async () => {
  const clock = virtualClock()
  const use = createUtilisation(clock)
  expect(use.look(0)).toBe(0)
  await clock.pass(60_000)
  expect(use.look(60_000)).toBe(1)
  await clock.pass(60_000)
  use.look(60_000)
  await clock.pass(60_000)
  expect(use.look(75_000)).toBeCloseTo(0.25)
})
