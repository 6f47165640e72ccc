/** Exchanges in a real store with the real gate: what is released is of the meter that hung there, and nothing is billed across. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { releasesPage } from '../../src/api/billing-shapes.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { periodsOf } from '../../src/reading/billing/periods.ts'
import type { Release } from '../../src/reading/billing/release.ts'
import { DATABASE_FILE } from '../../src/store/rescue/set-aside.ts'
import { createPlace, type Hanging, midnight, type PlaceParts } from '../support/exchanged-place.ts'
import { newDirectory, readerIn } from './data-directory.ts'

/** Day 4, 10:30. */
const EXCHANGE = midnight(4) + 10.5 * HOUR
const OLD: Hanging = { number: 'A', from: midnight(0) - DAY, start: 4_000_000, perHour: 50 }
const LOW: Hanging = { number: 'B', from: EXCHANGE, start: 12, perHour: 50 }
/** Above the old one, and not by more than may flow in an hour. */
const HIGH: Hanging = { ...LOW, start: 4_006_600 }
const NAMED = { meterNumber: 'B' }
const DAYS = [1, 2, 3, 4, 5, 6, 7, 8]
/** Of each day of the run; audits are at 06:01. */
const BEGIN = midnight(0) + 6 * HOUR

function place(parts: Partial<PlaceParts> = {}) {
  const directory = newDirectory()
  return { ...createPlace({ directory, hung: [OLD, LOW], ...parts }), directory }
}

function latestIn(directory: string, days: readonly number[] = DAYS): (Release | null)[] {
  const { book } = readerIn(directory)
  return days.map(day => book.latestOf('m1', midnight(day)))
}

const segments = (directory: string, days?: readonly number[]) =>
  latestIn(directory, days).map(one => one && one.standing === 'actual' && one.segment)

function billed(directory: string, days?: readonly number[]): (string | null)[] {
  const releases = latestIn(directory, days).filter(one => one !== null)
  return periodsOf(releases).map(({ standing, quantities: [one] }) =>
    one ? `${standing} ${formatScaled(one.value)}` : standing,
  )
}

describe('V-I5 an exchange', () => {
  test('that the list names opens a segment: held until then, adopted from the first day on', () => {
    const { run, settle, directory } = place()
    run(BEGIN, midnight(7))
    settle(DAYS)
    expect(segments(directory)).toEqual([1, 1, 1, 1, null, null, null, null])
    run(midnight(7), midnight(8) + 3 * HOUR, NAMED)
    settle(DAYS, NAMED)
    expect(segments(directory)).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
    // Polls are each hour: the last one that another confirms was an hour before the last, the first likewise.
    expect(billed(directory)).toEqual([
      ...['actual 12.00', 'actual 12.00', 'actual 12.00'],
      'split 10.50',
      ...['actual 12.00', 'actual 12.00', 'actual 12.00'],
    ])
    const [entry] = readerIn(directory).book.releasesOf('m1', midnight(5), midnight(5) + 1)
    const written = JSON.parse(entry?.text ?? '')
    expect(releasesPage.shape.releases.element.parse(written)).toEqual(written)
    expect(written.opening.final).toMatchObject({
      at: '2026-11-05T09:01:00+08:00',
      segment: 1,
      multiplier: '1',
    })
    const { opening } = entry ?? {}
    expect(opening?.final).toMatchObject({ at: midnight(4) + 9 * HOUR + MINUTE, segment: 1 })
    expect(opening?.initial).toMatchObject({ at: midnight(4) + 12 * HOUR + MINUTE, segment: 2 })
    expect(latestIn(directory, [6])[0]).not.toHaveProperty('opening')
  })

  test('whose new meter stands higher leaves the midnight beside it to a person, and the time of exchange settles it', () => {
    const { run, settle, directory } = place({ hung: [OLD, HIGH] })
    // Audits are at 06:01, of day 4 the last of the old one.
    run(BEGIN, midnight(8) + 3 * HOUR)
    run(midnight(8) + 3 * HOUR, midnight(8) + 5 * HOUR, NAMED)
    settle(DAYS, NAMED)
    expect(segments(directory)).toEqual([1, 1, 1, 1, null, 2, 2, 2])
    const told = { ...NAMED, exchanged: [EXCHANGE] }
    settle(DAYS, told)
    expect(segments(directory)).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
    const across = billed(directory)[3] ?? ''
    expect(across).toMatch(/^split \d+\.\d\d$/)
    expect(Number(across.slice(6))).toBeLessThanOrEqual(12)
  })

  test('is the same after a restart, settled in whatever order, and by a reader of its own', () => {
    const { run, directory, calls } = place()
    run(BEGIN, midnight(7))
    run(midnight(7), midnight(8) + 3 * HOUR, NAMED)
    calls.close()
    const again = createPlace({ directory, hung: [OLD, LOW] })
    again.settle([8, 6, 5, 7, 2, 1, 4, 3], NAMED)
    expect(segments(directory)).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
    expect(billed(directory)[3]).toBe('split 10.50')
    // The baseline of a new start is of the meter that is there.
    again.run(midnight(8) + 3 * HOUR, midnight(9) + 3 * HOUR, NAMED)
    again.settle([9], NAMED)
    expect(segments(directory, [9])).toEqual([2])
    expect(billed(directory, [8, 9])).toEqual(['actual 12.00'])
  })

  test('named before the new meter hangs there: the old one is held apart, and adopted when it is gone', () => {
    const { run, settle, directory } = place()
    run(BEGIN, midnight(2) + 12 * HOUR)
    run(midnight(2) + 13 * HOUR, midnight(4) + 9 * HOUR, NAMED)
    settle(DAYS, NAMED)
    expect(segments(directory)).toEqual([1, 1, null, null, null, null, null, null])
    run(midnight(4) + 9 * HOUR, midnight(8) + 3 * HOUR, NAMED)
    settle(DAYS, NAMED)
    expect(segments(directory)).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
  })

  test('that was none: the list is changed back, and the same meter goes on', () => {
    const { run, settle, directory } = place({ hung: [OLD] })
    run(BEGIN, midnight(3))
    run(midnight(3), midnight(5) + 3 * HOUR, NAMED)
    run(midnight(5) + 3 * HOUR, midnight(8) + 3 * HOUR)
    settle(DAYS)
    expect(segments(directory)).toEqual([1, 1, 1, 1, 1, 1, 1, 1])
  })

  test('undone: what another counted meanwhile is nobody’s, and the old meter goes on', () => {
    const { run, settle, directory } = place({
      hung: [OLD, LOW, { ...OLD, from: midnight(6) + 12 * HOUR, start: 4_007_050 }],
    })
    run(BEGIN, midnight(8) + 3 * HOUR)
    settle(DAYS)
    expect(segments(directory)).toEqual([1, 1, 1, 1, null, null, null, 1])
  })

  test('V-I5 what the new meter remembers of before is another place’s', () => {
    const { run, askFreeze, settle, directory } = place({ unasked: [3], hung: [OLD, HIGH] })
    run(BEGIN, midnight(4) + 10 * HOUR)
    run(midnight(4) + 11 * HOUR, midnight(6), NAMED)
    const foreign = askFreeze(3, midnight(6) + 2 * HOUR, NAMED)
    expect(foreign).toMatchObject({ quality: 'quarantined', findings: [{ rule: 'V-I5', version: 2 }] })
    settle(DAYS, NAMED)
    // Estimated between what the old one told.
    expect(latestIn(directory, [3])[0]).toMatchObject({ standing: 'estimated', segment: 1 })
    expect(segments(directory, [2, 4])).toEqual([1, 1])
  })
})

describe('V-I5 a meter that tells nothing of itself', () => {
  test.each([
    ['lower', LOW],
    ['higher', HIGH],
  ])('is exchanged by the time that is written, also where the next stands %s', (_, next) => {
    const { run, settle, directory } = place({ mute: true, hung: [OLD, next] })
    const told = { exchanged: [EXCHANGE] }
    run(BEGIN, midnight(6))
    run(midnight(6), midnight(8) + 3 * HOUR, told)
    settle(DAYS, told)
    expect(segments(directory)).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
    expect(billed(directory)[3]).toBe('split 10.50')
  })

  test('was released as the old one: the time that is written later makes versions of it, and those are split', () => {
    const { run, settle, directory } = place({ mute: true, hung: [OLD, HIGH] })
    run(BEGIN, midnight(8) + 3 * HOUR)
    settle(DAYS)
    expect(new Set(segments(directory))).toEqual(new Set([1]))
    const told = { exchanged: [EXCHANGE] }
    settle(DAYS, told)
    expect(segments(directory)).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
    expect(latestIn(directory, [4, 5]).map(one => one?.version)).toEqual([1, 2])
    expect(billed(directory)[3]).toBe('split 10.50')
    // Taken out again nothing goes back to segment 1, and nothing new is released without a person.
    run(midnight(8) + 3 * HOUR, midnight(9) + 3 * HOUR)
    settle([...DAYS, 9])
    expect(segments(directory, [8, 9])).toEqual([2, null])
  })
})

describe('V-I7 transformers that were replaced', () => {
  /** Day 4, 10:30, from 10 to 40; the meter counts on. */
  const ratios = { now: 40, before: [{ until: EXCHANGE, ratio: 10 }] }
  const alone = { hung: [OLD] }

  test('have a date: boundaries of before it are judged by what was in force, and the period is split', () => {
    const { run, settle, directory } = place(alone)
    run(BEGIN, midnight(4) + 10 * HOUR, { ratios: { now: 10 } })
    run(midnight(4) + 11 * HOUR, midnight(8) + 3 * HOUR, { ratios })
    settle(DAYS, { ratios })
    expect(latestIn(directory).map(one => one?.multiplier)).toEqual([
      ...['10', '10', '10', '10'],
      ...['40', '40', '40', '40'],
    ])
    expect(billed(directory)).toEqual([
      ...['actual 120.00', 'actual 120.00', 'actual 120.00'],
      'split 280.00',
      ...['actual 480.00', 'actual 480.00', 'actual 480.00'],
    ])
  })

  test('have none: what was read before is held for good, as it was', () => {
    const { run, settle, directory } = place(alone)
    run(BEGIN, midnight(4) + 10 * HOUR, { ratios: { now: 10 } })
    run(midnight(4) + 11 * HOUR, midnight(6) + 3 * HOUR, { ratios: { now: 40 } })
    settle(DAYS, { ratios: { now: 40 } })
    expect(segments(directory)).toEqual(DAYS.map(() => null))
  })

  test('are dated later: what was released by the old ones since is held, and never billed across', () => {
    const { run, settle, directory } = place(alone)
    run(BEGIN, midnight(6) + 3 * HOUR, { ratios: { now: 10 } })
    settle(DAYS, { ratios: { now: 10 } })
    run(midnight(6) + 3 * HOUR, midnight(8) + 3 * HOUR, { ratios })
    settle(DAYS, { ratios })
    expect(latestIn(directory).map(one => one?.multiplier)).toEqual([
      ...['10', '10', '10', '10', '10', '10'],
      ...['40', '40'],
    ])
  })
})

test('PR-07 a rescued store tells the same segments', () => {
  const { run, directory, calls } = place()
  run(BEGIN, midnight(7))
  run(midnight(7), midnight(8) + 3 * HOUR, NAMED)
  const [turns, epoch] = [calls.audits().map(one => one.turns), calls.epoch()]
  calls.condemn('a test says so')
  calls.close()
  const again = createPlace({ directory, hung: [OLD, LOW] })
  expect(again.calls.epoch()).toBeGreaterThan(epoch)
  expect(turns[0]?.length).toBeGreaterThan(3)
  expect(again.calls.audits().map(one => one.turns)).toEqual(turns)
  again.settle(DAYS, NAMED)
  expect(segments(directory)).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
})

test('PR-06 a damaged audit makes no meter of two: what follows is held until all is told anew', () => {
  const { run, directory, calls } = place()
  run(BEGIN, midnight(7))
  run(midnight(7), midnight(8) + 3 * HOUR, NAMED)
  calls.close()
  const database = new DatabaseSync(join(directory, DATABASE_FILE))
  const spoiled = database.prepare(
    "UPDATE audit SET evidence = 'x' WHERE facts IS NOT NULL AND at > (SELECT min(at) FROM audit)",
  )
  expect(spoiled.run().changes).toBeGreaterThan(0)
  database.close()
  const again = createPlace({ directory, hung: [OLD, LOW] })
  again.settle(DAYS, NAMED)
  expect(segments(directory).filter(one => one === 2)).toEqual([])
  expect(segments(directory, [5, 6, 7, 8])).toEqual([null, null, null, null])
  again.run(midnight(8) + 3 * HOUR, midnight(9) + 3 * HOUR, NAMED)
  again.settle([9], NAMED)
  expect(segments(directory, [9])).toEqual([2])
})
