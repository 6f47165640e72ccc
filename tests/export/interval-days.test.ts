/** Days made of what the intervals of a register are, from its reads on. */

import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { intervalDaysOf, isWholeDay } from '../../src/export/interval-days.ts'
import { intervalsOf } from '../../src/reading/estimate/intervals.ts'
import { MARCH } from '../support/exported-days.ts'

const EVERY = 15 * MINUTE

/** A register that counts 0.02 kWh in every quarter, polled but between 10:00 and 11:00 of the first day, and a week later. */
function intervals(from: number, to: number) {
  const reads = Array.from({ length: 3 * 96 + 1 }, (_, slot) => slot)
    .filter(slot => slot <= 40 || slot >= 44)
    .map(slot => ({
      at: MARCH + slot * EVERY,
      value: { digits: 100n + 2n * BigInt(slot), scaler: -2 },
      stamped: false,
    }))
  const asked = { obis: '1-0:1.8.0', from, to, everyMs: EVERY, offsetMinutes: 480, capacity: null }
  return intervalsOf({ ...asked, reads, areOneCourse: () => true })
}

const days = (from: number, to: number) =>
  intervalDaysOf({
    ...{
      meter: 'flat-01',
      obis: '1-0:1.8.0',
      unit: 'kWh',
      everyMs: EVERY,
      offsetMinutes: 480,
    },
    intervals: intervals(from, to),
  })

test('each day begins at the site’s midnight, its intervals in order, and their sum is what the register counted', () => {
  const [first, second, ...others] = days(MARCH, MARCH + 2 * DAY)
  expect(others).toEqual([])
  expect([first?.from, second?.from]).toEqual([MARCH, MARCH + DAY])
  expect(first?.intervals.map(({ mark }) => mark).lastIndexOf('estimated')).toBe(43)
  expect(first?.intervals[40]).toEqual({
    mark: 'estimated',
    value: { digits: 2n, scaler: -2 },
    method: 'linear',
  })
  for (const day of [first!, second!]) {
    expect(isWholeDay(day)).toBe(true)
    expect(day.intervals.reduce((sum, { value }) => sum + (value?.digits ?? 0n), 0n)).toBe(192n)
  }
})

test('a day that is not over is as long as it is known, one begun within is left out', () => {
  const [first, second] = days(MARCH + HOUR, MARCH + DAY + 2 * HOUR)
  expect(second).toBeUndefined()
  expect([first?.from, first?.intervals.length]).toEqual([MARCH + DAY, 8])
  expect(isWholeDay(first!)).toBe(false)
})

test('intervals with a hole between them are no days', () => {
  const [first, , ...rest] = intervals(MARCH, MARCH + DAY)
  const told = {
    meter: 'flat-01',
    obis: '1-0:1.8.0',
    unit: 'kWh',
    everyMs: EVERY,
    offsetMinutes: 480,
  }
  expect(() => intervalDaysOf({ ...told, intervals: [first!, ...rest] })).toThrow(/without holes/)
})
