/** Turns of many lines. */

import { describe, expect, test } from 'vitest'
import { laterMs } from '../../src/running/turns.ts'

const polled = (...every: readonly number[]) => [{ polls: every.map(everyMs => ({ everyMs, points: [] })) }]

describe('turns', () => {
  test('a few lines ask as the calendar says, thousands one after another', () => {
    expect(laterMs(0, polled(60_000))).toBe(0)
    expect(laterMs(31, polled(900_000))).toBe(155)
    expect(laterMs(1_999, polled(60_000))).toBe(9_995)
  })

  test('never more than a quarter of the shortest interval late', () => {
    for (let place = 0; place < 20_000; place += 7)
      expect(laterMs(place, polled(900_000, 60_000))).toBeLessThan(15_000)
    expect(laterMs(5, polled())).toBe(0)
    expect(laterMs(5, [])).toBe(0)
  })
})
