/** Intervals case by case: how a gap is divided, and when it is not. */

import { expect, test } from 'vitest'
import { formatScaled, parseScaled } from '../../../src/core/scaled.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/time.ts'
import { type IntervalsAsked, intervalsOf, needsPattern } from '../../../src/reading/estimate/intervals.ts'
import { clockSet, type RegisterRead } from '../../../src/reading/estimate/stretches.ts'

/** 2026-11-16T00:00:00+08:00, a Monday. */
const MONDAY = Date.UTC(2026, 10, 15, 16)

const read = (at: number, text: string, stamped = false): RegisterRead => ({
  at,
  value: parseScaled(text) ?? { digits: 0n, scaler: 0 },
  stamped,
})

function ask(reads: readonly RegisterRead[], other: Partial<IntervalsAsked> = {}): readonly string[] {
  const asked = {
    obis: '1-0:1.8.0',
    reads,
    from: MONDAY,
    to: MONDAY + HOUR,
    everyMs: 15 * MINUTE,
    offsetMinutes: 480,
    capacity: null,
    areOneCourse: () => true,
    ...other,
  }
  return intervalsOf(asked).map(({ mark, value, method }) =>
    [mark, value && formatScaled(value), method].filter(word => word !== null).join(' '),
  )
}

const quarters = (...texts: string[]) => texts.map((text, nth) => read(MONDAY + nth * 15 * MINUTE, text))

test('read at each end: measured', () => {
  expect(ask(quarters('10.00', '10.25', '10.25', '10.26', '11.00'))).toEqual([
    'measured 0.25',
    'measured 0.00',
    'measured 0.01',
    'measured 0.74',
  ])
})

test('a gap of an hour is divided evenly, and comes to what was counted', () => {
  const reads = quarters('10.00', '10.25').concat(read(MONDAY + HOUR, '11.00'))
  expect(ask(reads)).toEqual([
    'measured 0.25',
    'estimated 0.25 linear',
    'estimated 0.25 linear',
    'estimated 0.25 linear',
  ])
  expect(ask([read(MONDAY, '10.00'), read(MONDAY + HOUR, '10.02')])).toEqual([
    'estimated 0.01 linear',
    'estimated 0.01 linear',
    'estimated 0.00 linear',
    'estimated 0.00 linear',
  ])
})

test('a gap is divided in steps of its own two reads, however fine reads before and after it are', () => {
  const quarter = (nth: number, text: string) => read(MONDAY + nth * 15 * MINUTE, text)
  const gap = [quarter(0, '10.00'), quarter(3, '10.05')]
  const said = ['estimated 0.02 linear', 'estimated 0.02 linear', 'estimated 0.01 linear']
  expect(ask([...gap, quarter(4, '10.060')])).toEqual([...said, 'measured 0.010'])
  expect(ask([quarter(-1, '9.990'), ...gap, quarter(4, '10.06')])).toEqual([...said, 'measured 0.01'])
  expect(ask([quarter(0, '10.00'), quarter(3, '10.050')]).slice(0, 3)).toEqual([
    'estimated 0.017 linear',
    'estimated 0.017 linear',
    'estimated 0.016 linear',
  ])
})

test('a read between two ends divides evenly on either side of it', () => {
  const reads = [read(MONDAY, '10.00'), read(MONDAY + 20 * MINUTE, '10.20'), read(MONDAY + HOUR, '10.60')]
  expect(ask(reads)).toEqual([
    'estimated 0.15 linear',
    'estimated 0.15 linear',
    'estimated 0.15 linear',
    'estimated 0.15 linear',
  ])
})

test('what is answered within 45 s stands for a quarter, and what is later does not', () => {
  const late = (ms: number) =>
    ask([read(MONDAY + ms, '10.00'), read(MONDAY + 15 * MINUTE + ms, '10.30'), read(MONDAY + HOUR, '11.00')])
  expect(late(45 * SECOND)[0]).toBe('measured 0.30')
  expect(late(46 * SECOND)[0]).toBe('missing')
})

test.each([
  [-9, 5],
  [-5, 9],
])('of two reads near an end, %d s and %d s from it, the nearer one stands for it', (before, after) => {
  const isLater = -before > after
  const reads = [
    read(MONDAY + before * SECOND, isLater ? '9.99' : '10.00'),
    read(MONDAY + after * SECOND, isLater ? '10.00' : '10.01'),
    read(MONDAY + 15 * MINUTE, '10.50'),
  ]
  expect(ask(reads, { to: MONDAY + 15 * MINUTE })).toEqual(['measured 0.50'])
})

test('nothing is said before the first read and after the last', () => {
  const reads = [read(MONDAY + 15 * MINUTE, '10.00'), read(MONDAY + 30 * MINUTE, '10.10')]
  expect(ask(reads)).toEqual(['missing', 'measured 0.10', 'missing', 'missing'])
  expect(ask([])).toEqual(['missing', 'missing', 'missing', 'missing'])
})

/** Hours of four weeks: 2.00 from 00:00 to 01:00 and 1.00 in each other; twice that on weekends. */
function weeks(until: number): RegisterRead[] {
  const reads: RegisterRead[] = []
  let steps = 0n
  for (let at = MONDAY - 28 * DAY; at <= until; at += HOUR) {
    reads.push({ at, value: { digits: steps, scaler: -2 }, stamped: false })
    const days = (at - MONDAY) / DAY + 28
    const isWeekend = Math.floor(days) % 7 > 4
    steps += (Number.isInteger(days) ? 200n : 100n) * (isWeekend ? 2n : 1n)
  }
  return reads
}

test('a longer gap is divided as like days counted in the same intervals', () => {
  const known = weeks(MONDAY - HOUR)
  const end = Number(formatScaled(known.at(-1)?.value ?? { digits: 0n, scaler: 0 }))
  const reads = [...known, read(MONDAY + 3 * HOUR, (end + 6).toFixed(2))]
  const span = { from: MONDAY - HOUR, to: MONDAY + 3 * HOUR, everyMs: HOUR }
  expect(needsPattern({ reads, ...span })).toBe(true)
  // Sunday's last hour usually counts 2.00, Monday's first three 2.00, 1.00 and 1.00.
  expect(ask(reads, span)).toEqual([
    'estimated 2.00 like-days',
    'estimated 2.00 like-days',
    'estimated 1.00 like-days',
    'estimated 1.00 like-days',
  ])
})

test('without days enough before, a longer gap is divided evenly', () => {
  const reads = [read(MONDAY, '10.00'), read(MONDAY + 4 * HOUR, '14.00')]
  expect(ask(reads, { to: MONDAY + 2 * HOUR, everyMs: HOUR })).toEqual([
    'estimated 1.00 linear',
    'estimated 1.00 linear',
  ])
})

test('days further back than four weeks before the gap tell nothing', () => {
  const old = weeks(MONDAY - HOUR).map(one => ({ ...one, at: one.at - 27 * DAY }))
  const end = Number(formatScaled(old.at(-1)?.value ?? { digits: 0n, scaler: 0 }))
  const reads = [...old, read(MONDAY - HOUR, `${end + 1}.00`), read(MONDAY + 3 * HOUR, `${end + 5}.00`)]
  expect(ask(reads, { everyMs: HOUR })).toEqual(['estimated 1.00 linear'])
})

test('a gap of more than three days is missing', () => {
  const gap = (ms: number) => ask([read(MONDAY, '10.00'), read(MONDAY + ms, '14.00')], { everyMs: HOUR })[0]
  expect(gap(3 * DAY)).toMatch(/^estimated/)
  expect(gap(3 * DAY + 4 * MINUTE)).toBe('missing')
})

test('nothing is divided across an exchange, or what fell and did not roll over', () => {
  const reads = quarters('10.00', '10.25', '10.50')
  const to = MONDAY + 30 * MINUTE
  const other = (later: RegisterRead) => later.at !== reads[1]?.at
  expect(ask(reads, { to, areOneCourse: (_, later) => other(later) })).toEqual(['missing', 'measured 0.25'])
  expect(ask(quarters('10.00', '9.99', '10.50'), { to })).toEqual(['missing', 'measured 0.51'])
  expect(ask(quarters('99.99', '0.01', '0.02'), { to, capacity: { digits: 100n, scaler: 0 } })).toEqual([
    'measured 0.02',
    'measured 0.01',
  ])
})

test('a net register may fall', () => {
  const reads = [read(MONDAY, '10.00'), read(MONDAY + 30 * MINUTE, '9.95')]
  expect(ask(reads, { to: MONDAY + 30 * MINUTE, obis: '1-0:16.8.0' })).toEqual([
    'estimated -0.03 linear',
    'estimated -0.02 linear',
  ])
})

test('a clock that was set between: only what rests on it is in doubt', () => {
  const setAt = (by: number) => (instant: number) => (instant < MONDAY + MINUTE ? -by : 0)
  const ends = (stamped: boolean) => [read(MONDAY, '1.00', stamped), read(MONDAY + HOUR, '2.00')] as const
  expect(clockSet(...ends(true), setAt(31 * SECOND))).not.toBe(0)
  expect(clockSet(...ends(true), setAt(30 * SECOND))).toBe(0)
  expect(clockSet(...ends(false), setAt(HOUR))).toBe(0)
  expect(clockSet(...ends(true), () => null)).toBe(0)
})
