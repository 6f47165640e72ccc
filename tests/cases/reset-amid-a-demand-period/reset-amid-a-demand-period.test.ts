/**
 * Seen: a meter that was reset between two rounds, unseen because its demand was zero before and after, measured the
 * demand period the reset had found begun no further; V-R40 held its demand against what flowed in that period.
 */

import { expect, test } from 'vitest'
import { MINUTE } from '../../../src/core/time.ts'
import { type DemandSeen, demandAfter } from '../../../src/reading/seen/demand-seen.ts'

const HOURLY = [60 * MINUTE]
const EVERY = 15

test('V-R40 what a reset nobody saw found begun says nothing of the demand; what began later does', () => {
  let seen: DemandSeen | null = null
  const again: number[] = []
  // 12 kW all the time, and a demand that stays at zero: polled each quarter from five past on.
  for (let minute = 5; minute <= 245; minute += EVERY) {
    const energy = { at: minute * MINUTE, kwh: minute * 0.2, other: null, step: 0.01 }
    seen = demandAfter(seen, { at: minute * MINUTE, watts: 0, energy }, HOURLY)
    again.push(seen.again)
  }
  // It lies below what flowed from 01:20 on; the period that a reset before then found begun may last until 02:20.
  const minuteOf = (index: number) => 5 + EVERY * index
  expect(minuteOf(again.findIndex(watts => watts > 0))).toBe(80 + 60 + EVERY + 60)
})
