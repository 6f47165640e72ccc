/** Which period a freeze closes. */

import { describe, expect, test } from 'vitest'
import { civilOf, DAY, HOUR } from '../../src/core/time.ts'
import { type Periods, periodOf } from '../../src/reading/freeze-period.ts'

const DAILY: Periods = { every: 'day', at: 0 }
const HOURLY: Periods = { every: 'hour' }
const MONTHLY: Periods = { every: 'month', on: [{ day: 1, hour: 0 }] }
const THREE: Periods = {
  every: 'month',
  on: [
    { day: 1, hour: 0 },
    { day: 11, hour: 12 },
    { day: 21, hour: 0 },
  ],
}
const MINUTE_MS = 60_000

describe('a freeze closes the period that ended at its boundary', () => {
  test.each<readonly [string, string, Periods, string, string, number]>([
    ['midnight closes the day before', '2026-11-21T00:00:00', DAILY, '2026-11-20T00', '2026-11-21T00', 0],
    ['a few minutes late', '2026-11-21T00:03:00', DAILY, '2026-11-20T00', '2026-11-21T00', 3 * MINUTE_MS],
    [
      'made when power came back',
      '2026-11-21T09:40:00',
      DAILY,
      '2026-11-20T00',
      '2026-11-21T00',
      580 * MINUTE_MS,
    ],
    [
      'a minute early is not that day’s',
      '2026-11-20T23:59:00',
      DAILY,
      '2026-11-19T00',
      '2026-11-20T00',
      1439 * MINUTE_MS,
    ],
    ['new year', '2027-01-01T00:00:00', DAILY, '2026-12-31T00', '2027-01-01T00', 0],
    ['leap day', '2028-02-29T00:00:00', DAILY, '2028-02-28T00', '2028-02-29T00', 0],
    [
      'a meter told to freeze at 08:00',
      '2026-11-21T08:00:00',
      { every: 'day', at: 480 },
      '2026-11-20T08',
      '2026-11-21T08',
      0,
    ],
    [
      'and before that hour',
      '2026-11-21T07:59:00',
      { every: 'day', at: 480 },
      '2026-11-19T08',
      '2026-11-20T08',
      1439 * MINUTE_MS,
    ],
    ['the hour', '2026-11-21T14:00:00', HOURLY, '2026-11-21T13', '2026-11-21T14', 0],
    ['the hour, late', '2026-11-21T00:01:00', HOURLY, '2026-11-20T23', '2026-11-21T00', MINUTE_MS],
    ['the month', '2026-11-01T00:00:00', MONTHLY, '2026-10-01T00', '2026-11-01T00', 0],
    ['the month, late', '2026-11-03T10:00:00', MONTHLY, '2026-10-01T00', '2026-11-01T00', 58 * HOUR],
    ['the first month', '2027-01-01T00:00:00', MONTHLY, '2026-12-01T00', '2027-01-01T00', 0],
    ['the first of three settlements', '2026-11-01T00:00:00', THREE, '2026-10-21T00', '2026-11-01T00', 0],
    ['the second', '2026-11-11T12:00:00', THREE, '2026-11-01T00', '2026-11-11T12', 0],
    ['an hour before the second', '2026-11-11T11:00:00', THREE, '2026-10-21T00', '2026-11-01T00', 251 * HOUR],
    ['the third', '2026-11-21T00:00:00', THREE, '2026-11-11T12', '2026-11-21T00', 0],
    [
      'a day February has not',
      '2026-03-01T00:00:00',
      { every: 'month', on: [{ day: 31, hour: 0 }] },
      '2025-12-31T00',
      '2026-01-31T00',
      29 * DAY,
    ],
    [
      'nor does the month after it have it early',
      '2026-03-20T00:00:00',
      { every: 'month', on: [{ day: 31, hour: 0 }] },
      '2025-12-31T00',
      '2026-01-31T00',
      48 * DAY,
    ],
  ])('%s', (_, stamp, periods, from, to, lateMs) => {
    expect(periodOf(stamp, periods)).toEqual({ from: `${from}:00:00`, to: `${to}:00:00`, lateMs })
  })

  test('is none for a stamp no calendar has, or a meter without a settlement day', () => {
    expect(periodOf('2026-02-30T00:00:00', DAILY)).toBeNull()
    expect(periodOf('2026-02-01T00:00:00', { every: 'month', on: [] })).toBeNull()
  })

  test.each([DAILY, HOURLY, MONTHLY, THREE])('periods follow one another without a gap (%o)', periods => {
    const start = Date.UTC(2027, 10, 29, 0, 7)
    let before = periodOf(civilOf(start, 0), periods)
    for (let hour = 1; hour < 24 * 120; hour += 1) {
      const next = periodOf(civilOf(start + hour * HOUR, 0), periods)
      if (next?.to !== before?.to) expect(next?.from).toBe(before?.to)
      before = next
    }
  })
})
