/** Estimates of boundaries, case by case: by which days, and when there is none. */

import { describe, expect, test } from 'vitest'
import { formatScaled } from '../../../src/core/scaled.ts'
import { DAY } from '../../../src/core/time.ts'
import type { Release, ReleasedRegister } from '../../../src/reading/billing/release.ts'
import { USUAL_POLICY } from '../../../src/reading/billing/release.ts'
import { type EstimateFacts, estimateBoundary } from '../../../src/reading/estimate/boundary.ts'
import { register, released } from '../../support/released.ts'

const TOTAL = '1-0:1.8.0'
const PEAK = '1-0:1.8.1'
const OFF_PEAK = '1-0:1.8.2'

/** Monday, 2026-11-16, 00:00 in China. */
const MONDAY = Date.UTC(2026, 10, 15, 16)

const on = (day: number, ...texts: string[]): Release =>
  released(
    MONDAY + day * DAY,
    texts.map((text, tariff) => register(`1-0:1.8.${tariff}`, text)),
  )

const guessed = (release: Release): Release => ({
  ...release,
  standing: 'estimated',
  registers: release.registers.map(one => ({
    ...one,
    reading: null,
    estimate: { method: 'like-days', evidence: 'of the days before' },
  })),
})

/** Four weeks before the Monday: 10.00 a day, 4.00 on Saturdays, 2.00 on Sundays. */
const HISTORY: readonly Release[] = Array.from({ length: 29 }, (_, nth) => on(nth - 28, `${usually(nth)}.00`))

function usually(days: number): number {
  const [weeks, rest] = [Math.floor(days / 7), days % 7]
  return 1_000 + weeks * 56 + Math.min(rest, 5) * 10 + (rest === 6 ? 4 : 0)
}

const LAST = HISTORY.at(-1) as Release

function ask(other: Partial<EstimateFacts> = {}) {
  return estimateBoundary({
    boundary: MONDAY + DAY,
    previous: (other.boundary ?? MONDAY + DAY) - DAY,
    needed: [TOTAL],
    before: LAST,
    after: null,
    history: HISTORY,
    policy: USUAL_POLICY,
    segment: 1,
    multiplier: '1',
    capacityOf: () => null,
    offsetMinutes: 480,
    ...other,
  })
}

function registersOf(other: Partial<EstimateFacts>): readonly ReleasedRegister[] {
  const answer = ask(other)
  if ('cannot' in answer) throw new Error(answer.cannot)
  return answer.registers
}

const said = (other: Partial<EstimateFacts>) =>
  Object.fromEntries(registersOf(other).map(({ obis, value }) => [obis, formatScaled(value)]))

describe('without a later read', () => {
  test.each([
    ['Monday', 22, '10.00'],
    ['Wednesday', 24, '10.00'],
    ['Friday', 26, '10.00'],
    ['Saturday', 27, '4.00'],
    ['Sunday', 28, '2.00'],
  ])('a %s counts as its like days did', (_, days, grown) => {
    const history = HISTORY.slice(0, days)
    const before = history.at(-1) as Release
    const start = usually(days - 1)
    const [total] = registersOf({ boundary: before.boundary + DAY, before, history })
    expect(formatScaled(total?.value ?? { digits: 0n, scaler: 0 })).toBe(`${start + Number(grown)}.00`)
    expect(total).toMatchObject({ codes: ['2.8.0'], reading: null, witnesses: [], unit: 'kWh' })
    expect(total?.estimate?.method).toBe('like-days')
    expect(total?.estimate?.evidence).toContain(`1 d of (${grown} + ${grown} + ${grown})/3`)
  })

  test('fewer than three like days: as many days as there are, those of four weeks at most', () => {
    const history = HISTORY.slice(-6)
    expect(said({ history })).toEqual({ [TOTAL]: '1231.20' })
    expect(registersOf({ history })[0]?.estimate?.evidence).toContain('1 d of 36.00/5')
  })

  test('a day the register fell, by a person, is no roll-over: nothing is concluded', () => {
    const capacityOf = () => ({ digits: 1_000_000n, scaler: 0 })
    const edited = { ...on(-6, '1160.00'), standing: 'edited' as const, by: 'Li Wei' }
    const history = HISTORY.map(one => (one.boundary === edited.boundary ? edited : one))
    expect(usually(21)).toBeGreaterThan(1160)
    expect(ask({ history, capacityOf })).toMatchObject({ cannot: expect.stringContaining('too few days') })
  })

  test('a second day goes on from the first estimate', () => {
    const before = guessed(on(1, '1234.00'))
    expect(said({ boundary: MONDAY + 2 * DAY, before, history: [...HISTORY, before] })).toEqual({
      [TOTAL]: '1244.00',
    })
  })

  test('a month for a meter released every month', () => {
    const months = [-122, -92, -61, -31, 0].map((day, nth) => on(day, `${nth * 100}.00`))
    const before = months.at(-1) as Release
    const [total] = registersOf({ boundary: MONDAY + 30 * DAY, previous: MONDAY, before, history: months })
    expect(formatScaled(total?.value ?? { digits: 0n, scaler: 0 })).toBe('497.82')
    expect(total?.estimate?.evidence).toContain('30 d of 300.00/92')
  })
})

describe('between two reads', () => {
  test('a Saturday and a Sunday share as they usually do', () => {
    const history = HISTORY.slice(0, 27)
    const before = history.at(-1) as Release
    const after = on(0, `${usually(26) + 12}.00`)
    expect(said({ boundary: MONDAY - DAY, before, history, after })).toEqual({
      [TOTAL]: `${usually(26) + 8}.00`,
    })
    const [total] = registersOf({ boundary: MONDAY - DAY, before, history, after })
    expect(total?.estimate).toEqual({
      method: 'interpolated',
      evidence:
        '1218.00 kWh at 2026-11-14T00:00:00+08:00 and 12.00 more until 2026-11-16T00:00:00+08:00; of that [1 d of (4.00 + 4.00 + 4.00)/3] to [1 d of (4.00 + 4.00 + 4.00)/3 + 1 d of (2.00 + 2.00 + 2.00)/3], as like days count',
    })
  })

  test('without a past all days are alike', () => {
    const [before, after] = [on(0, '100.00'), on(3, '110.00')]
    expect(said({ before, after, history: [before] })).toEqual({ [TOTAL]: '103.33' })
    expect(registersOf({ before, after, history: [before] })[0]?.estimate?.evidence).toContain(
      '10.00 more until 2026-11-19T00:00:00+08:00; of that 1 to 3 d, all days alike',
    )
  })

  test('too many estimates in the past count as no past', () => {
    const history = HISTORY.slice(0, 27).map((one, nth) => (nth % 5 > 1 && nth < 26 ? guessed(one) : one))
    const before = history.at(-1) as Release
    const after = on(0, `${usually(26) + 12}.00`)
    expect(said({ boundary: MONDAY - DAY, before, history, after })).toEqual({
      [TOTAL]: `${usually(26) + 6}.00`,
    })
  })

  test('tariffs are fitted to their total', () => {
    const [before, after] = [on(0, '10.00', '5.00', '4.99'), on(3, '10.04', '5.02', '5.01')]
    const needed = [TOTAL, PEAK, OFF_PEAK]
    expect(said({ before, after, needed, history: [before] })).toEqual({
      [TOTAL]: '10.01',
      [PEAK]: '5.01',
      [OFF_PEAK]: '4.99',
    })
  })

  test('an end without the split: the totals alone', () => {
    const [before, after] = [on(0, '10.00', '5.00', '5.00'), on(2, '12.00')]
    const needed = [TOTAL, PEAK, OFF_PEAK]
    expect(said({ before, after, needed, history: [before] })).toEqual({ [TOTAL]: '11.00' })
  })
})

describe('a later read of another meter or multiplier', () => {
  test.each<Partial<Release>>([{ segment: 2 }, { multiplier: '40' }])('%j is as good as none', other => {
    const after = { ...on(2, '1240.00'), ...other }
    expect(registersOf({ after })[0]?.estimate?.method).toBe('like-days')
    expect(said({ after })).toEqual(said({}))
  })
})

describe('is refused', () => {
  const later = on(2, '1240.00')
  const estimates = [1, 2, 3].map(day => guessed(on(day, `${1_224 + day}.00`)))
  const fourth = { boundary: MONDAY + 4 * DAY, before: estimates.at(-1) as Release }
  const few = HISTORY.slice(-3)
  const mostlyGuessed = HISTORY.map((one, nth) => (nth % 3 === 1 ? one : guessed(one)))
  test.each<[string, Partial<EstimateFacts>, RegExp]>([
    ['without a release before', { before: null }, /nothing is released before/],
    ['after an exchange', { segment: 2, after: { ...later, segment: 2 } }, /exchanged/],
    ['across another multiplier', { multiplier: '40' }, /multiplier/],
    ['for the fourth day in a row', { ...fourth, history: [...HISTORY, ...estimates] }, /at most 3 days/],
    [
      'for the fourth day, also with a later read',
      { ...fourth, history: [...HISTORY, ...estimates], after: on(5, '1270.00') },
      /4 days before/,
    ],
    [
      'for the fourth day of which none was released',
      { boundary: MONDAY + 4 * DAY, after: on(5, '1270.00') },
      /4 days before/,
    ],
    ['from estimates alone', { before: guessed(LAST), history: HISTORY.map(guessed) }, /no estimate/],
    [
      'from a past of estimates',
      { history: mostlyGuessed, before: mostlyGuessed.at(-1) as Release },
      /too few days/,
    ],
    ['from too short a past', { history: few }, /too few days/],
    [
      'for a second month',
      {
        boundary: MONDAY + 61 * DAY,
        previous: MONDAY + 30 * DAY,
        before: guessed(on(30, '400.00')),
        history: [-92, -61, -31, 0].map((day, nth) => on(day, `${nth * 100}.00`)),
      },
      /one period/,
    ],
    ['where none are wanted', { policy: { ...USUAL_POLICY, mostEstimatedDays: 0 } }, /as configured/],
    ['where a register fell', { after: on(2, '1223.99') }, /fell from 1224.00 to 1223.99 kWh/],
    [
      'where it fell by too little for a roll-over',
      { after: on(2, '1200.00'), capacityOf: () => ({ digits: 10_000n, scaler: 0 }) },
      /did not roll over/,
    ],
    [
      'where a net register fell',
      {
        needed: ['1-0:16.8.0'],
        before: released(MONDAY, [register('1-0:16.8.0', '5.00')]),
        after: released(MONDAY + 2 * DAY, [register('1-0:16.8.0', '4.00')]),
        capacityOf: () => ({ digits: 6n, scaler: 0 }),
      },
      /fell/,
    ],
    [
      'where an end lacks a total',
      { needed: [TOTAL, '1-0:2.8.0'] },
      /1-0:2.8.0 is not released at both ends/,
    ],
    ['for a tariff without its total', { needed: [PEAK] }, /1-0:1.8.1 is needed without a total/],
    ['where nothing is needed', { needed: [] }, /no register is needed/],
    [
      'where the unit is another',
      {
        after: released(MONDAY + 2 * DAY, [{ ...register(TOTAL, '1300.00'), unit: 'Wh' }]),
      },
      /one unit/,
    ],
  ])('%s', (_, facts, why) => {
    const answer = ask(facts)
    expect('cannot' in answer ? answer.cannot : 'an estimate').toMatch(why)
  })
})
