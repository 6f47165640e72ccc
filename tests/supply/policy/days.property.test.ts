/** When anybody may be cut at all, against a walk through every minute as clocks show it, where clocks do odd things. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY, MINUTE } from '../../../src/core/time.ts'
import { addDays, dateAt, WEEKDAYS } from '../../../src/supply/policy/dates.ts'
import { daysOf, evaluate } from '../../../src/supply/policy/evaluate.ts'
import { fullDaysAfter } from '../../../src/supply/policy/notices.ts'
import type { Policy } from '../../../src/supply/policy/policy.ts'
import { openOn } from '../../../src/supply/policy/windows.ts'
import { zoneOf } from '../../../src/supply/policy/zone.ts'
import { factsAt, POLICY } from './cases.ts'
import { permitted, type Walked, walk } from './naive.ts'

/** Days of these walks; `npm run prove -- policy` walks years. */
const YEARS = Number(process.env['METERD_POLICY_YEARS'] ?? 0)
const SEED = Number(process.env['METERD_SEED'] ?? 1)
const RUNS = YEARS > 0 ? 200 : 25

/** Half an hour; midnight skipped; midnight twice; a date shown, put back and shown again; no such date; two hours; summer time off for Ramadan. */
const PLACES: readonly (readonly [zone: string, from: string])[] = [
  ['Australia/Lord_Howe', '2026-03-30'],
  ['Australia/Lord_Howe', '2026-09-29'],
  ['Africa/Cairo', '2026-04-20'],
  ['Asia/Beirut', '2026-03-24'],
  ['America/Havana', '2026-10-27'],
  ['America/St_Johns', '2010-11-02'],
  ['America/St_Johns', '2010-03-09'],
  ['Pacific/Apia', '2011-12-26'],
  ['Antarctica/Troll', '2026-03-25'],
  ['Antarctica/Troll', '2026-10-20'],
  ['Africa/Casablanca', '2026-02-11'],
  ['Asia/Shanghai', '2026-11-20'],
]
const DAYS = 9

const date = (from: string) => fc.integer({ min: -3, max: DAYS + 3 }).map(away => addDays(from, away))
const yearly = fc.date({ min: new Date('2024-01-01'), max: new Date('2024-12-31'), noInvalidDate: true })
const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 3 })
/** Edges in the hours in which clocks are changed more often than elsewhere. */
const minuteOfDay = fc.oneof(
  fc.integer({ min: 0, max: 1439 }),
  fc.integer({ min: 0, max: 8 }).map(halves => halves * 30),
  fc.integer({ min: 44, max: 47 }).map(halves => halves * 30),
)
const window = fc
  .tuple(days, minuteOfDay, fc.oneof(minuteOfDay, fc.constant(1440)))
  .filter(([, from, to]) => from < to)
  .map(([on, from, to]) => ({ days: on, from, to }))

function range(from: string) {
  const dated = fc.tuple(date(from), fc.nat(2)).map(([first, more]) => [first, addDays(first, more)])
  const everyYear = fc.tuple(yearly, yearly).map(ends => ends.map(one => dateAt(one.getTime()).slice(5)))
  return fc
    .oneof({ arbitrary: dated, weight: 4 }, { arbitrary: everyYear, weight: 1 })
    .map(([first = '', last = '']) => ({ name: 'some days', source: 'some', from: first, to: last }))
}

function policyAt(zone: string, from: string): fc.Arbitrary<Policy> {
  return fc
    .record({
      open: fc.array(window, { maxLength: 4 }),
      never: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { maxLength: 3 }),
      holidays: fc.array(range(from), { maxLength: 2 }),
      noCut: fc.array(range(from), { maxLength: 1 }),
      dayBefore: fc.boolean(),
      unknownFrom: fc.integer({ min: DAYS - 3, max: DAYS + 400 * Math.max(1, YEARS) }),
      accepted: fc.integer({ min: -5, max: 2 }),
    })
    .map(({ open, never, holidays, noCut, dayBefore, unknownFrom, accepted }) => ({
      ...POLICY,
      zone,
      accepted: { by: 'A. Person', on: addDays(from, accepted) },
      windows: { open, never, source: 'windows' },
      holidays: {
        known: { from: addDays(from, -1), to: addDays(from, unknownFrom) },
        ...{ dayBefore, days: holidays, source: 'holidays' },
      },
      noCut,
    }))
}

/** Walks also the day before and after, so that edges at midnight are seen. */
function walkFrom(zone: string, from: string, count: number): Walked {
  return walk(zone, Date.parse(`${addDays(from, -2)}T00:00:00Z`), (count + 4) * 1440)
}

function expectSame(policy: Policy, from: string, count: number, walked: Walked): void {
  const naive = permitted(policy, walked)
  const [first, last] = [from, addDays(from, count - 1)]
  const own = new Set<number>()
  for (const { open } of daysOf(policy, first, last))
    for (const span of open) for (let at = span.from; at < span.to; at += MINUTE) own.add(at)
  const wrong = walked.minutes.filter(
    ({ at, date: on }) => on >= first && on <= last && naive.has(at) !== own.has(at),
  )
  const shown = wrong.slice(0, 3).map(({ at, date: on, minuteOfDay: minute }) => ({ at, on, minute }))
  expect(shown).toEqual([])
}

describe('P-09 PR-56 when cuts are permitted at all', () => {
  test.each(PLACES)('%s from %s: the same as by every minute its clocks show', (zone, from) => {
    const walked = walkFrom(zone, from, DAYS)
    fc.assert(
      fc.property(policyAt(zone, from), policy => expectSame(policy, from, DAYS, walked)),
      { numRuns: RUNS, seed: SEED },
    )
  })

  test.each(PLACES)('%s from %s: evaluating a minute says the same as its day', (zone, from) => {
    const start = Date.parse(`${from}T00:00:00Z`)
    const minute = fc.integer({ min: 0, max: DAYS * 1440 - 1 }).map(nth => start + nth * MINUTE)
    const { minutes } = walkFrom(zone, from, DAYS)
    const shown = new Map(minutes.map(one => [one.at, one]))
    fc.assert(
      fc.property(policyAt(zone, from), minute, (policy, at) => {
        const on = shown.get(at)?.date ?? ''
        const permits = [...daysOf(policy, on, on)].some(({ open }) =>
          open.some(span => span.from <= at && at < span.to),
        )
        const { allowed, next } = evaluate(policy, factsAt(at), at)
        expect(allowed).toBe(permits)
        if (next === null) return
        // The next time is one at which nothing of the calendar speaks against it, and none lies between.
        expect(evaluate(policy, factsAt(next.at), next.at).allowed).toBe(true)
        for (const { open } of daysOf(policy, addDays(on, -1), zoneOf(zone).dateAt(next.at)))
          for (const span of open) expect(span.from > at && span.from < next.at).toBe(false)
      }),
      { numRuns: 4 * RUNS, seed: SEED },
    )
  })

  test('months of odd clocks, or years, minute by minute', () => {
    for (const zone of ['Australia/Lord_Howe', 'Africa/Casablanca'].slice(0, YEARS > 0 ? 2 : 1)) {
      const count = YEARS > 0 ? 365 * YEARS : 60
      const walked = walkFrom(zone, '2026-02-20', count)
      fc.assert(
        fc.property(policyAt(zone, '2026-02-20'), policy => expectSame(policy, '2026-02-20', count, walked)),
        { numRuns: 3, seed: SEED },
      )
    }
  })
})

describe('clocks that are put on and back', () => {
  const at = (zone: string, from: string, to: string, day: string) => {
    const minute = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
    const open = [{ days: WEEKDAYS, from: minute(from), to: minute(to) }]
    const policy = { ...POLICY, zone, windows: { open, never: [], source: 'windows' } }
    return openOn(policy, day).map(span => [span.from, span.to].map(one => new Date(one).toISOString()))
  }

  test('the half hour that comes twice is in no window, the rest of it is', () => {
    // On 5 April 2026 Lord Howe's clocks go back from 2:00 to 1:30.
    expect(at('Australia/Lord_Howe', '01:00', '03:00', '2026-04-05')).toEqual([
      ['2026-04-04T14:00:00.000Z', '2026-04-04T14:30:00.000Z'],
      ['2026-04-04T15:30:00.000Z', '2026-04-04T16:30:00.000Z'],
    ])
    expect(at('Australia/Lord_Howe', '01:45', '03:00', '2026-04-05')).toEqual([])
  })

  test('a window with an edge that is skipped is not open that day', () => {
    // On 24 April 2026 Cairo's clocks go on from 0:00 to 1:00.
    expect(at('Africa/Cairo', '00:30', '03:00', '2026-04-24')).toEqual([])
    expect(at('Africa/Cairo', '01:00', '03:00', '2026-04-24')).toHaveLength(1)
  })
})

describe('P-04 full days', () => {
  test.each(PLACES)('%s from %s: whole days of its calendar, and as many times 24 hours', (zone, from) => {
    const { minutes } = walkFrom(zone, from, DAYS)
    const first = Date.parse(`${from}T00:00:00Z`)
    const last = minutes.at(-1)?.at ?? 0
    const nth = fc.integer({ min: 0, max: 3 * 1440 })
    fc.assert(
      fc.property(nth, fc.integer({ min: 1, max: 4 }), (minute, count) => {
        const delivered = first + minute * MINUTE
        const earliest = fullDaysAfter(zone, delivered, count)
        const after = minutes.filter(one => one.at > delivered)
        const day = minutes.find(one => one.at === delivered)?.date ?? ''
        const dates = [...new Set(after.map(one => one.date))].filter(one => one > day).sort()
        // The last minute of the last full day, wherever clocks are put back over midnight.
        const full = dates.slice(0, count)
        const over =
          Math.max(...after.filter(one => one.date <= (full.at(-1) ?? '')).map(one => one.at)) + MINUTE
        expect(over).toBeLessThan(last)
        // Where midnight itself comes twice the later begins the day.
        const midnights = after.filter(one => one.date === dates[count] && one.minuteOfDay === 0)
        const begins = Math.max(over, ...midnights.map(one => one.at))
        expect(earliest).toBe(Math.max(begins, delivered + count * DAY))
      }),
      { numRuns: 2 * RUNS, seed: SEED },
    )
  })
})
