/** What rounds show of meters over days: demands by physics, tariffs by the hour, voltages about their limits. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRoundsSeen, type RoundsSeen } from '../../src/acquire/rounds-seen.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { Reading } from '../../src/reading/reading.ts'
import { validateRound } from '../../src/reading/validate.ts'
import { toyMeter, toyPoint } from '../line/toy-driver.ts'
import { given, MIDNIGHT, SITE } from '../support/judged.ts'

const meterOf = (id: string) => ({
  ...toyMeter([toyPoint(0)], { stamp: toyPoint(9), points: [], depth: 1 }),
  id,
  nameplate: { phases: 1 as const, volts: 220, amperes: 60 },
})
const RULES = ['V-R23', 'V-R24', 'V-R39', 'V-R40', 'V-A8']

/** Judges a round beside what was seen before, takes note of it, and says which of these rules failed. */
function took(
  seen: RoundsSeen,
  at: number,
  values: Readonly<Record<string, readonly [value: string, unit: string]>>,
  meter = 'm1',
  occurredAt?: number,
): readonly string[] {
  const known = { kept: [], seen: seen.of(meter), ...(occurredAt !== undefined && { occurredAt }) }
  const round = Object.entries(values).map(([obis, [value, unit]]) =>
    given(value, {
      meter,
      obis,
      unit,
      readAt: at,
      known: { ...known, now: at },
    } satisfies Partial<Reading> & {
      known: object
    }),
  )
  const judged = validateRound(round)
  seen.note(meter, judged)
  return judged
    .flatMap(({ findings }) => findings.map(({ rule }) => rule))
    .filter(rule => RULES.includes(rule))
}

/** A Monday at +08:00. */
const MONDAY = MIDNIGHT + 2 * DAY

describe('V-R40', () => {
  /** Watts by the minute, and what a meter of such a demand period shows of them. */
  function meter(minutes: readonly number[], period: number, slide: number, clearedAt: number) {
    const sums = [0]
    for (const watts of minutes) sums.push((sums.at(-1) ?? 0) + watts)
    const between = (from: number, to: number) => (sums[to] ?? 0) - (sums[from] ?? 0)
    return (second: number) => {
      const minute = Math.floor(second / 60)
      const part = ((minutes[minute] ?? 0) * (second % 60)) / 60
      const kwh = (between(0, minute) + part) / 60_000
      const from = second >= clearedAt * 60 ? clearedAt : 0
      let most = 0
      let at = 0
      for (let end = Math.ceil(from / slide) * slide + period; end <= minute; end += slide) {
        const mean = between(end - period, end) / period
        if (mean > most) [most, at] = [mean, end]
      }
      return {
        kwh: (Math.floor(kwh * 100) / 100 + 500).toFixed(2),
        kw: (Math.floor(most * 10) / 10_000).toFixed(4),
        at,
      }
    }
  }

  const MINUTES = 14 * 60
  const loads = fc
    .array(fc.tuple(fc.constantFrom(0, 3, 40, 600, 2_500, 13_000), fc.integer({ min: 1, max: 90 })), {
      minLength: 12,
      maxLength: 60,
    })
    .map(parts => {
      const minutes = parts.flatMap(([watts, lasts]) => Array.from({ length: lasts }, () => watts))
      return Array.from({ length: MINUTES }, (_, at) => minutes[at % minutes.length] ?? 0)
    })

  test('never doubts a demand that was measured: any load, period, slide, reset and polls', () => {
    fc.assert(
      fc.property(
        loads,
        fc.constantFrom([15, 15], [15, 1], [30, 30], [60, 60], [60, 5], [20, 20]),
        fc.constantFrom(5, 15, 15, 15, 30, 60),
        fc.integer({ min: 0, max: 59 }),
        fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 60, max: 2 * MINUTES }),
        (minutes, [period = 15, slide = 1], every, offset, chances, clearedAt) => {
          const shows = meter(minutes, period, slide, clearedAt)
          const seen = createRoundsSeen([meterOf('m1')], SITE)
          let nth = 0
          for (let second = offset; second < MINUTES * 60; second += every * 60) {
            const luck = chances[nth++ % chances.length] ?? 0
            if (luck < 10) continue
            const asked = second + (luck % 7)
            const { kwh, kw, at } = shows(asked)
            const told = took(
              seen,
              MONDAY + asked * SECOND,
              { '1-0:1.8.0': [kwh, 'kWh'], '1-0:1.6.0': [kw, 'kW'] },
              'm1',
              at === 0 ? undefined : MONDAY + at * MINUTE,
            )
            expect(told.filter(rule => rule !== 'V-R24')).toEqual([])
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  /** 1.2 kW until noon and half of it since, polled each quarter; what is shown of the demand at the minute. */
  function day(shown: (kw: number, minute: number) => number, of = (minute: number) => minute): string[] {
    const minutes = Array.from({ length: MINUTES }, (_, at) => (at < 720 ? 1_200 : 600))
    const shows = meter(minutes, 15, 15, 0)
    const seen = createRoundsSeen([meterOf('m1')], SITE)
    const told = new Set<string>()
    for (let minute = 2; minute < MINUTES; minute += 15) {
      const { kwh, kw } = shows(of(minute) * 60)
      const demand = shown(Number(kw), minute).toFixed(4)
      for (const rule of took(seen, MONDAY + minute * MINUTE, {
        '1-0:1.8.0': [kwh, 'kWh'],
        '1-0:1.6.0': [demand, 'kW'],
      }))
        told.add(rule)
    }
    return [...told]
  }

  test.each([
    ['as it is', (kw: number) => kw, []],
    [
      'threefold from ten o’clock on',
      (kw: number, minute: number) => (minute < 600 ? kw : 3 * kw),
      ['V-R40'],
    ],
    [
      'a fifth from three on: it falls, and then lies below the means',
      (kw: number, minute: number) => (minute < 180 ? kw : kw / 5),
      ['V-R24', 'V-R40'],
    ],
    ['misread once, far too low', (kw: number, minute: number) => (minute === 602 ? kw / 5 : kw), ['V-R24']],
    ['misread once, far too high', (kw: number, minute: number) => (minute === 602 ? 8 * kw : kw), ['V-R40']],
    ['standing still below what flows', () => 0.3, ['V-R40']],
  ] as const)('%s', (_, shown, expected) => {
    expect(day(shown)).toEqual(expected)
  })
})

describe('V-R24', () => {
  test('is none of a demand that another meter told once, in a round of which no energy was good', () => {
    const seen = createRoundsSeen([meterOf('m1')], SITE)
    const at = (minute: number) => MONDAY + HOUR + minute * MINUTE
    const own = (minute: number, watts = '300.0') => ({
      '1-0:1.6.0': [watts, 'W'] as const,
      '1-0:1.8.0': [`${(100 + minute * 0.004).toFixed(2)}`, 'kWh'] as const,
    })
    for (const minute of [0, 15, 30, 45, 60, 75, 90]) expect(took(seen, at(minute), own(minute))).toEqual([])
    expect(took(seen, at(105), { '1-0:1.6.0': ['781.0', 'W'] })).toEqual([])
    for (const minute of [120, 135, 150]) expect(took(seen, at(minute), own(minute))).toEqual([])
  })
})

describe('V-R39', () => {
  const TABLE = [
    [0, 4],
    [7, 3],
    [8, 2],
    [11, 3],
    [18, 2],
    [23, 4],
  ] as const
  const tariffAt = (hour: number) => TABLE.findLast(([from]) => from <= hour)?.[1] ?? 4

  /**
   * Days of quarters, half a kilowatt; each meter goes by `tariffOf(day, hour, meter)`. Days on which one of them
   * was told, the first round of a day still of those before.
   */
  function live(
    meters: readonly string[],
    days: number,
    tariffOf: (day: number, hour: number, meter: string) => number,
    every = 15,
  ): readonly string[] {
    const seen = createRoundsSeen(meters.map(meterOf), SITE)
    const registers = new Map(meters.map(meter => [meter, [0, 0, 0, 0, 0]]))
    const told = new Set<string>()
    for (let minute = 0; minute < days * 24 * 60; minute += every)
      for (const [nth, meter] of meters.entries()) {
        const own = registers.get(meter) ?? []
        const at = MONDAY + minute * MINUTE + nth * SECOND
        const day = Math.floor(minute / 1440)
        const values = Object.fromEntries(
          [1, 2, 3, 4].map(tariff => [`1-0:1.8.${tariff}`, [(own[tariff] ?? 0).toFixed(2), 'kWh'] as const]),
        )
        if (took(seen, at, values, meter).includes('V-R39')) told.add(`${meter} ${day}`)
        // What flows until the next round, by the minute.
        for (let passed = 0; passed < every; passed++) {
          const tariff = tariffOf(day, Math.floor(((minute + passed) % 1440) / 60), meter)
          own[tariff] = (own[tariff] ?? 0) + 0.5 / 60
        }
      }
    return [...told]
  }
  const swapped = (tariff: number) => ({ 2: 4, 4: 2 })[tariff] ?? tariff

  test('days alike say nothing, those of another table on weekends neither', () => {
    const other = (day: number, hour: number) => (day % 7 >= 5 ? 4 : tariffAt(hour))
    expect(live(['m1'], 16, other)).toEqual([])
  })

  test('peak and valley exchanged are told from the second day on, until two weeks make them the table', () => {
    const told = live(['m1', 'm2', 'm3'], 30, (day, hour, meter) =>
      meter === 'm2' && day >= 9 ? swapped(tariffAt(hour)) : tariffAt(hour),
    )
    expect(told).toEqual(Array.from({ length: 14 }, (_, nth) => `m2 ${10 + nth}`))
  })

  test('one day is none, and what all do is none', () => {
    expect(
      live(['m1', 'm2'], 14, (day, hour, meter) =>
        meter === 'm1' && day === 9 ? swapped(tariffAt(hour)) : tariffAt(hour),
      ),
    ).toEqual([])
    expect(
      live(['m1', 'm2', 'm3'], 20, (day, hour) => (day >= 9 ? swapped(tariffAt(hour)) : tariffAt(hour))),
    ).toEqual([])
  })

  test('polls an hour apart lie in no half hour', () => {
    const told = live(['m1'], 14, (day, hour) => (day >= 9 ? swapped(tariffAt(hour)) : tariffAt(hour)), 60)
    expect(told).toEqual([])
  })
})

describe('V-A8', () => {
  /** Days on which it was told, the first round of a day still of those before; voltages by the quarter. */
  function live(days: number, volts: (day: number, quarter: number) => number): readonly number[] {
    const seen = createRoundsSeen([meterOf('m1')], SITE)
    const told = new Set<number>()
    for (let quarter = 0; quarter < days * 96; quarter++) {
      const day = Math.floor(quarter / 96)
      const value = volts(day, quarter % 96).toFixed(1)
      if (took(seen, MONDAY + quarter * 15 * MINUTE, { '1-0:32.7.0': [value, 'V'] }).includes('V-A8'))
        told.add(day)
    }
    return [...told]
  }
  /** From 190 to 206 V over a day, no two quarters alike. */
  const weak = (quarter: number) => 190 + quarter / 6
  const clamped = (quarter: number) => Math.max(198, weak(quarter))

  test('a weak line is no forgery, however often it passes the limit', () => {
    expect(live(5, (_, quarter) => weak(quarter))).toEqual([])
    expect(live(5, (_, quarter) => 198.1 + (quarter % 40) / 10)).toEqual([])
  })

  test('held at the limit it is told after two days', () => {
    expect(live(5, (_, quarter) => clamped(quarter))).toEqual([2, 3, 4])
    expect(live(4, (_, quarter) => Math.min(235.4, 230 + quarter / 8))).toEqual([2, 3])
  })

  test('days that come nowhere near say nothing, one that passes the limit ends it, and so does a week', () => {
    const far = (day: number, quarter: number) => (day === 1 ? 220 : clamped(quarter))
    expect(live(4, far)).toEqual([3])
    expect(live(5, (day, quarter) => (day === 2 ? weak(quarter) : clamped(quarter)))).toEqual([2, 3])
    expect(live(13, (day, quarter) => (day < 2 ? clamped(quarter) : 220))).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9, 10,
    ])
  })

  test('five of a hundred at the limit and no more inside are told, four are not', () => {
    const few = (count: number) => (_: number, quarter: number) =>
      quarter < count ? 198 : quarter < 2 * count - 1 ? 198.5 : 210 + quarter / 10
    expect(live(3, few(5))).toEqual([2])
    expect(live(3, few(4))).toEqual([])
  })

  test('three times as many at the limit as on each of the eleven values inside are told, a little less is not', () => {
    const six = (inside: number) => (_: number, quarter: number) =>
      quarter < 6 ? 198 : quarter < 6 + inside ? 198.5 : 210
    expect(live(3, six(22))).toEqual([2])
    expect(live(3, six(23))).toEqual([])
  })
})

test('what is held apart is passed over, and of a meter that is none of its line nothing is kept', () => {
  const seen = createRoundsSeen([meterOf('m1')], SITE)
  const one = given('100.00', { readAt: MONDAY }).reading
  seen.note('m1', [{ ...one, quality: 'quarantined', findings: [] }])
  seen.note('m2', [{ ...one, quality: 'good', findings: [] }])
  expect([seen.of('m1'), seen.of('m2')]).toEqual([null, null])
  seen.note('m1', [{ ...one, quality: 'good', findings: [] }])
  expect(seen.of('m1')).not.toBeNull()
})
