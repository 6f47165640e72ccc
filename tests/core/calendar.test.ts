/** Where periods end and begin. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  boundariesIn,
  boundaryAfter,
  boundaryAt,
  boundaryBack,
  type Calendar,
  isBoundary,
  isSameCalendar,
  longestPeriod,
  parseMonthDay,
  readMonthly,
  stepsBetween,
  writeMonthly,
} from '../../src/core/calendar.ts'
import { DAY, HOUR, isoWithOffset } from '../../src/core/time.ts'

const OFFSET = 480
const at = (text: string) => Date.parse(`${text}+08:00`)
const shown = (instant: number) => isoWithOffset(instant, OFFSET)
const FIRST: Calendar = { on: [{ day: 1, hour: 0 }], offsetMinutes: OFFSET }
const THREE: Calendar = {
  on: [
    { day: 21, hour: 12 },
    { day: 1, hour: 0 },
    { day: 31, hour: 23 },
  ],
  offsetMinutes: OFFSET,
}

describe('days of months', () => {
  test.each([
    ['the first', FIRST, '2026-11-20T10:00:00', '2026-11-01T00:00:00+08:00', '2026-12-01T00:00:00+08:00'],
    ['at it', FIRST, '2026-12-01T00:00:00', '2026-12-01T00:00:00+08:00', '2027-01-01T00:00:00+08:00'],
    ['just before', FIRST, '2026-11-30T23:59:59', '2026-11-01T00:00:00+08:00', '2026-12-01T00:00:00+08:00'],
    [
      'a month without a 31st',
      THREE,
      '2026-11-30T00:00:00',
      '2026-11-21T12:00:00+08:00',
      '2026-12-01T00:00:00+08:00',
    ],
    [
      'and one that has it',
      THREE,
      '2026-12-31T23:30:00',
      '2026-12-31T23:00:00+08:00',
      '2027-01-01T00:00:00+08:00',
    ],
  ] as const)('%s', (_, calendar, now, before, after) => {
    expect(shown(boundaryAt(calendar, at(now)))).toBe(before)
    expect(shown(boundaryAfter(calendar, at(now)))).toBe(after)
  })

  test('two settlements ago, over a new year', () => {
    expect(shown(boundaryBack(THREE, at('2027-01-01T00:00:00'), 2))).toBe('2026-12-21T12:00:00+08:00')
    expect(stepsBetween(THREE, at('2026-12-21T12:00:00'), at('2027-01-01T00:00:00'))).toBe(2)
  })

  test('without a day, as of damaged text, there is no boundary and no end of looking for one', () => {
    const none = readMonthly('99T99 x')
    expect(boundaryAt(none, at('2026-11-20T10:00:00'))).toBeNaN()
    expect([...boundariesIn(none, 0, 1e13)]).toEqual([])
    expect(boundaryAt(FIRST, Number.NaN)).toBeNaN()
  })

  test('what is written is read as it was', () => {
    expect(writeMonthly(THREE)).toBe('21T12 01T00 31T23 480')
    expect(readMonthly(writeMonthly(THREE))).toEqual(THREE)
    expect(['00T00', '32T00', '01T24', '1T00', '01T00 ', ''].map(parseMonthDay)).toEqual(Array(6).fill(null))
  })
})

test('calendars are the same where their boundaries are', () => {
  const quarters = { everyMs: HOUR / 4, from: 0 }
  expect(isSameCalendar(quarters, { everyMs: HOUR / 4, from: 7 * HOUR })).toBe(true)
  expect(isSameCalendar(quarters, { everyMs: HOUR / 4, from: 1 })).toBe(false)
  expect(isSameCalendar(quarters, { everyMs: HOUR, from: 0 })).toBe(false)
  expect(isSameCalendar(FIRST, { ...FIRST })).toBe(true)
  expect(isSameCalendar(FIRST, { ...FIRST, offsetMinutes: 0 })).toBe(false)
  expect(isSameCalendar(FIRST, quarters)).toBe(false)
})

const day = fc.record({ day: fc.integer({ min: 1, max: 31 }), hour: fc.integer({ min: 0, max: 23 }) })
const calendars: fc.Arbitrary<Calendar> = fc.oneof(
  fc.record({ everyMs: fc.constantFrom(1_000, HOUR, DAY), from: fc.integer({ min: -DAY, max: DAY }) }),
  fc.record({
    on: fc.uniqueArray(day, {
      minLength: 1,
      maxLength: 3,
      selector: ({ day, hour }) => `${day} ${hour}`,
    }),
    offsetMinutes: fc.constantFrom(0, 480, -300),
  }),
)

test('boundaries lie where they are counted', () => {
  fc.assert(
    fc.property(
      calendars,
      fc.integer({ min: 0, max: 4e12 }),
      fc.integer({ min: 0, max: 9 }),
      (calendar, instant, steps) => {
        const last = boundaryAt(calendar, instant)
        const next = boundaryAfter(calendar, instant)
        expect(last <= instant && instant < next && next - last <= longestPeriod(calendar)).toBe(true)
        expect(isBoundary(calendar, last) && isBoundary(calendar, next)).toBe(true)
        expect(isBoundary(calendar, last + 1)).toBe(false)
        expect(boundaryAfter(calendar, last)).toBe(next)
        const back = boundaryBack(calendar, last, steps)
        expect(stepsBetween(calendar, back, last)).toBe(steps)
        expect(stepsBetween(calendar, last, back)).toBe(steps === 0 ? 0 : -steps)
        const between = [...boundariesIn(calendar, back, last)]
        expect(between).toHaveLength(steps)
        expect(between).toEqual(between.toSorted((a, b) => a - b))
        expect(between.every(one => isBoundary(calendar, one))).toBe(true)
      },
    ),
    { numRuns: 2_000, seed: 6 },
  )
})
