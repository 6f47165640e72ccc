/** The usage calendar: days and spans add up to what was billed, and a reader can make each quantity again. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addScaled,
  compareScaled,
  formatScaled,
  type Scaled,
  subtractScaled,
} from '../../../src/core/scaled.ts'
import { DAY, HOUR } from '../../../src/core/time.ts'
import { periodsOf } from '../../../src/reading/billing/periods.ts'
import type { Opening, Release, SeriesEnd, Standing } from '../../../src/reading/billing/release.ts'
import { totalOf, type Used, usageOf } from '../../../src/reading/billing/usage-calendar.ts'
import { bookOf, boundaryOf, FACTS, NEEDED, START, TOTAL, world } from '../../support/billed-world.ts'
import { rounds } from '../../support/rounds.ts'

const SITE = { offsetMinutes: 0, capacitiesAt: () => FACTS.capacities }
const zero: Scaled = { digits: 0n, scaler: -2 }

function sumOf(used: readonly Used[], obis: string): Scaled {
  const own = used.flatMap(({ registers }) => registers.filter(one => one.obis === obis))
  return own.map(({ quantity }) => quantity).reduce(addScaled, zero)
}

/** What a reader with nothing but the calendar comes to. */
function madeAgain({ registers }: Used): readonly string[] {
  return registers.map(({ obis, parts }) => {
    const each = parts.map(({ start, end, rolledOver }) =>
      subtractScaled(rolledOver ? addScaled(end, rolledOver) : end, start),
    )
    return `${obis} ${formatScaled(each.reduce(addScaled, zero))}`
  })
}

const told = ({ registers }: Used) =>
  registers.map(({ obis, quantity }) => `${obis} ${formatScaled(addScaled(quantity, zero))}`)

describe('D-01 the days and spans of a calendar', () => {
  test('A-10 add up to what was billed, over faults, corrections, estimates and exchanges; D-02 each can be made again', () => {
    fc.assert(
      fc.property(world, one => {
        const latest = bookOf(one).latest()
        const used = usageOf(latest, SITE)
        const periods = periodsOf(latest, () => FACTS.capacities)
        for (const obis of NEEDED) {
          const isPartOf = latest.every(({ registers }) => registers.some(register => register.obis === obis))
          if (!isPartOf) continue
          const billed = periods.flatMap(({ quantities }) => quantities.filter(each => each.obis === obis))
          const sum = billed.map(({ value }) => value).reduce(addScaled, zero)
          expect(formatScaled(sumOf(used, obis))).toBe(formatScaled(sum))
        }
        for (const each of used) expect(madeAgain(each)).toEqual(told(each))
      }),
      rounds(11, 200),
    )
  })

  test('A-10 add up to the registers themselves, whatever is released: half days, tariffs withheld, days withdrawn, exchanges', () => {
    fc.assert(
      fc.property(made, parts => {
        const { latest, truth } = bookMade(parts)
        const used = usageOf(latest, SITE)
        for (const [place, obis] of [TOTAL, NEEDED[1] as string].entries())
          expect(formatScaled(sumOf(used, obis))).toBe(formatScaled(scaledOf(truth[place] ?? 0n)))
        for (const each of used) expect(madeAgain(each)).toEqual(told(each))
        // No register is in two of them at any moment.
        for (const obis of NEEDED.slice(0, 2)) {
          const own = used.filter(({ registers }) => registers.some(register => register.obis === obis))
          for (const [place, { from }] of own.entries()) if (place > 0) expect(from).toBe(own[place - 1]?.to)
        }
      }),
      rounds(12, 300),
    )
  })

  test('months in a row count each day and span once, cut wherever', () => {
    fc.assert(
      fc.property(world, fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 3 }), (one, cuts) => {
        const used = usageOf(bookOf(one).latest(), SITE)
        const ends = [-1, ...cuts.sort((a, b) => a - b), 40].map(boundaryOf)
        const months = ends.slice(1).flatMap((to, place) => totalOf(used, ends[place] ?? to, to))
        for (const { obis, unit } of totalOf(used, boundaryOf(-1), boundaryOf(40))) {
          const own = months.filter(each => each.obis === obis && each.unit === unit)
          const sum = own.map(({ quantity }) => quantity).reduce(addScaled, zero)
          expect(compareScaled(sum, sumOf(used, obis))).toBe(0)
        }
      }),
      rounds(13, 100),
    )
  })
})

describe('D-01 a total', () => {
  const totals = (latest: readonly Release[], from: number, to: number) =>
    totalOf(usageOf(latest, SITE), START + from * DAY, START + to * DAY).map(one => [
      one.obis,
      formatScaled(one.quantity),
      (one.from - START) / DAY,
      (one.to - START) / DAY,
      one.without.map(hole => [(hole.from - START) / DAY, (hole.to - START) / DAY]),
    ])
  const both = (day: number, ...values: bigint[]) => released(day, 0n, { registers: registersFrom(values) })

  test('tells of each register from when to when: a tariff reaches back past midnights released without it', () => {
    const latest = [both(0, 1_000n, 300n), both(1, 1_500n), both(2, 2_100n), both(3, 2_500n, 900n)]
    expect(totals(latest, 1, 3)).toEqual([
      [TOTAL, '10.00', 1, 3, []],
      [NEEDED[1], '6.00', 0, 3, []],
    ])
    expect(totals(latest, 0, 1)).toEqual([[TOTAL, '5.00', 0, 1, []]])
  })

  test('and the times in between of which nothing can be told: an exchange without reads', () => {
    const other = { segment: 2 }
    const latest = [
      released(0, 1_000n),
      released(1, 1_500n),
      released(2, 40n, other),
      released(3, 90n, other),
    ]
    expect(totals(latest, 0, 3)).toEqual([[TOTAL, '5.50', 0, 3, [[1, 2]]]])
    expect(totals(latest, 1, 3)).toEqual([[TOTAL, '0.50', 2, 3, []]])
  })
})

describe('D-01 a day is marked', () => {
  const marks = (...latest: Release[]) =>
    usageOf(latest, SITE).map(({ from, to, isDay, mark, registers }) => [
      (from - START) / DAY,
      (to - START) / DAY,
      isDay ? 'day' : 'span',
      mark,
      registers.map(({ quantity }) => formatScaled(quantity)).join(' '),
    ])

  test('measured, estimated where an end is, corrected where one came again or a person decided', () => {
    expect(
      marks(
        released(0, 1_000n),
        released(1, 1_500n),
        released(2, 2_100n, { standing: 'estimated' }),
        released(3, 2_500n),
        released(4, 2_600n, { version: 2 }),
        released(5, 2_700n),
        released(6, 2_900n, { standing: 'edited' }),
      ),
    ).toEqual([
      [0, 1, 'day', 'measured', '5.00'],
      [1, 2, 'day', 'estimated', '6.00'],
      [2, 3, 'day', 'estimated', '4.00'],
      [3, 4, 'day', 'corrected', '1.00'],
      [4, 5, 'day', 'corrected', '1.00'],
      [5, 6, 'day', 'corrected', '2.00'],
    ])
  })

  test('days without a release are a span up to the next one that is released; so is what was taken back', () => {
    expect(
      marks(
        released(0, 1_000n),
        released(1, 0n, { standing: 'withdrawn', registers: [] }),
        released(3, 4_000n),
      ),
    ).toEqual([[0, 3, 'span', 'measured', '30.00']])
  })

  test('a settlement at noon divides no day; one that nothing else is released of begins a span', () => {
    expect(marks(released(0, 1_000n), released(0.5, 1_200n), released(1, 1_500n))).toEqual([
      [0, 1, 'day', 'measured', '5.00'],
    ])
    expect(marks(released(0.5, 1_200n), released(1, 1_500n))).toEqual([[0.5, 1, 'span', 'measured', '3.00']])
  })

  test('V-I5 split across an exchange: up to the final read and from the initial one on, or not at all', () => {
    const opening: Opening = {
      final: seriesEnd(1.3, 1, 1_300n),
      initial: seriesEnd(1.4, 2, 50n),
    }
    const latest = [released(1, 1_000n), released(2, 250n, { segment: 2, opening })]
    expect(marks(...latest)).toEqual([[1, 2, 'day', 'split', '5.00']])
    expect(usageOf(latest, SITE)[0]?.registers[0]?.parts.map(({ segment }) => segment)).toEqual([1, 2])
    const [without] = usageOf([latest[0]!, released(2, 250n, { segment: 2 })], SITE)
    expect(without).toMatchObject({ mark: 'split', registers: [], without: [TOTAL] })
  })
})

function scaledOf(digits: bigint): Scaled {
  return { digits, scaler: -2 }
}

function registersFrom(values: readonly bigint[]): Release['registers'] {
  return values.map((digits, place) => ({
    obis: NEEDED[place] ?? '',
    value: scaledOf(digits),
    unit: 'kWh',
    reading: null,
    codes: [],
    witnesses: [],
    estimate: null,
  }))
}

function released(day: number, digits: bigint, change: Partial<Release> = {}): Release {
  return {
    meter: 'm1',
    boundary: START + day * DAY,
    version: 1,
    standing: 'actual',
    registers: registersFrom([digits]),
    withheld: [],
    multiplier: '1',
    segment: 1,
    remarks: [],
    recordedAt: START + (day + 1) * DAY,
    by: 'rule',
    ...change,
  }
}

function seriesEnd(day: number, segment: number, ...values: bigint[]): SeriesEnd {
  return { at: START + day * DAY, segment, multiplier: '1', registers: registersFrom(values) }
}

/** One boundary after another: how much later, what was counted until then, and what became of it. */
const made = fc.array(
  fc.record({
    hours: fc.constantFrom(24, 24, 24, 12, 48, 96),
    used: fc.tuple(fc.bigInt({ min: 0n, max: 900n }), fc.bigInt({ min: 0n, max: 900n })),
    standing: fc.constantFrom<Standing>(
      'actual',
      'actual',
      'estimated',
      'totals-only',
      'withdrawn',
      'edited',
    ),
    version: fc.integer({ min: 1, max: 3 }),
    /** Another meter was hung half-way: what flowed then is billed to nobody. */
    exchanged: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 2, maxLength: 20 },
)

/** And what each register counted from its first release to its last, less what flowed between two meters. */
function bookMade(
  parts: (typeof made)['generate'] extends (...a: never) => { value: infer Made } ? Made : never,
) {
  let at = START
  let [total, day] = [1_000n, 300n]
  let segment = 1
  let opening: Opening | undefined
  /** Of two exchanges without a whole release between them nothing is told across. */
  let isWhole = false
  const counted: { total: bigint; day: bigint; hasTotal: boolean; hasDay: boolean }[] = []
  const latest: Release[] = []
  for (const { hours, used, standing, version, exchanged } of parts) {
    const before = at
    at += hours * HOUR
    if (exchanged && isWhole) {
      const middle = (before + at) / 2
      const final = { ...seriesEnd(0, segment, total + used[0] / 2n, day + used[1] / 2n), at: middle }
      segment += 1
      const initial = { ...seriesEnd(0, segment, 7n, 3n), at: middle + 1 }
      opening = { final, initial }
      isWhole = false
      ;[total, day] = [7n + used[0] - used[0] / 2n, 3n + used[1] - used[1] / 2n]
    } else [total, day] = [total + used[0], day + used[1]]
    const hasTotal = standing !== 'withdrawn'
    const hasDay = hasTotal && standing !== 'totals-only'
    if (hasDay) isWhole = true
    counted.push({ total: used[0], day: used[1], hasTotal, hasDay })
    const values = standing === 'withdrawn' ? [] : standing === 'totals-only' ? [total] : [total, day]
    const change = { boundary: at, version, standing, segment, registers: registersFrom(values) }
    latest.push(released(0, 0n, opening && hasTotal ? { ...change, opening } : change))
    if (hasTotal) opening = undefined
  }
  const truth = [
    truthOf(counted.map(one => [one.total, one.hasTotal])),
    truthOf(counted.map(one => [one.day, one.hasDay])),
  ]
  return { latest, truth }
}

/** From the first that has it to the last. */
function truthOf(counted: readonly (readonly [bigint, boolean])[]): bigint {
  const first = counted.findIndex(([, has]) => has)
  const last = counted.findLastIndex(([, has]) => has)
  return counted.slice(first + 1, last + 1).reduce((sum, [used]) => sum + used, 0n)
}
