/** Estimates of boundaries against meters of many kinds: nothing is invented, nothing is lost. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY } from '../../../src/core/time.ts'
import type { Release, ReleasedRegister } from '../../../src/reading/billing/release.ts'
import { type EstimateFacts, estimateBoundary } from '../../../src/reading/estimate/boundary.ts'
import { registersOf, released } from '../../support/released.ts'
import { rounds } from '../../support/rounds.ts'

const START = Date.UTC(2026, 8, 30, 16)
const CAPACITY = { digits: 100_000_000n, scaler: -2 }

/** What a meter counts day by day in each tariff, Wh, after what it has counted before. */
interface Meter {
  readonly before: readonly number[]
  readonly days: readonly (readonly number[])[]
  readonly gap: number
  readonly full?: number
}

const meters = (most: number) =>
  fc.integer({ min: 0, max: 4 }).chain(tariffs => {
    const each = (max: number) =>
      fc.array(fc.oneof(fc.nat(max), fc.constant(0)), {
        minLength: Math.max(1, tariffs),
        maxLength: Math.max(1, tariffs),
      })
    return fc.record({
      before: each(1_000_000),
      days: fc.array(each(most), { minLength: 7, maxLength: 40 }),
      gap: fc.integer({ min: 2, max: 6 }),
    })
  })

/** All days of a meter as released, when all are read. */
function truth({ before, days, full }: Meter): readonly Release[] {
  const counted = [...before]
  return [before, ...days].map((day, nth) => {
    if (nth > 0)
      day.forEach((wattHours, tariff) => {
        counted[tariff] = (counted[tariff] ?? 0) + wattHours
      })
    return released(START + nth * DAY, registersOf(counted, full))
  })
}

interface Gap {
  readonly history: readonly Release[]
  readonly from: Release
  readonly to: Release
  readonly missing: readonly number[]
}

function gapOf(meter: Meter): Gap {
  const all = truth(meter)
  const to = all.at(-1) as Release
  const from = all.at(-1 - meter.gap) as Release
  const missing = Array.from({ length: meter.gap - 1 }, (_, nth) => from.boundary + (nth + 1) * DAY)
  return { history: all.slice(0, -meter.gap), from, to, missing }
}

function ask(gap: Gap, boundary: number, other: Partial<EstimateFacts> = {}): readonly ReleasedRegister[] {
  const answer = estimateBoundary({
    boundary,
    previous: boundary - DAY,
    needed: gap.from.registers.map(({ obis }) => obis),
    before: gap.from,
    after: gap.to,
    history: gap.history,
    policy: { settleMs: DAY, mostEstimatedDays: 6, replacePercent: 1, replaceUnits: 1 },
    segment: 1,
    multiplier: '1',
    capacityOf: () => null,
    offsetMinutes: 480,
    ...other,
  })
  if ('cannot' in answer) throw new Error(answer.cannot)
  return answer.registers
}

const digitsOf = (registers: readonly ReleasedRegister[]) => registers.map(({ value }) => value.digits)

/** What a total is above its tariffs. */
function residueOf(registers: readonly ReleasedRegister[]): bigint {
  const [total = 0n, ...tariffs] = digitsOf(registers)
  return tariffs.length === 0 ? 0n : total - tariffs.reduce((all, one) => all + one, 0n)
}

function expectNotBelow(later: readonly bigint[], earlier: readonly bigint[]): void {
  expect(later).toHaveLength(earlier.length)
  for (const [place, digits] of later.entries()) expect(digits).toBeGreaterThanOrEqual(earlier[place] ?? 0n)
}

const estimatedRelease = (boundary: number, registers: readonly ReleasedRegister[]) =>
  released(boundary, registers, 'estimated')

/** From a few steps a day, where rounding is everything, to what flats count. */
const KINDS = [
  ['a trickle', 60],
  ['a flat', 5_000],
] as const

describe.each(KINDS)('between two reads, %s', (_, most) => {
  const each = (check: (gap: Gap) => void) =>
    fc.assert(
      fc.property(meters(most), meter => check(gapOf(meter))),
      rounds(7, 80),
    )

  test('exact at both ends', () => {
    each(gap => {
      expect(digitsOf(ask(gap, gap.from.boundary))).toEqual(digitsOf(gap.from.registers))
      expect(digitsOf(ask(gap, gap.to.boundary))).toEqual(digitsOf(gap.to.registers))
    })
  })

  test('no register is above the next day, whichever days are missing: the parts are their whole', () => {
    each(gap => {
      const course = [
        digitsOf(gap.from.registers),
        ...gap.missing.map(boundary => digitsOf(ask(gap, boundary))),
        digitsOf(gap.to.registers),
      ]
      course.slice(1).forEach((later, nth) => {
        expectNotBelow(later, course[nth] ?? [])
      })
    })
  })

  test('a total differs from its tariffs by no more and no less than at the ends', () => {
    each(gap => {
      const ends = [residueOf(gap.from.registers), residueOf(gap.to.registers)]
      const [least, greatest] = ends.sort((a, b) => Number(a - b))
      for (const boundary of gap.missing) {
        const residue = residueOf(ask(gap, boundary))
        expect(residue).toBeGreaterThanOrEqual(least ?? 0n)
        expect(residue).toBeLessThanOrEqual(greatest ?? 0n)
      }
    })
  })

  test('a total is what its ends and weights say, rounded down', () => {
    each(gap => {
      const [boundary = 0] = gap.missing
      const [total] = ask(gap, boundary, { history: [] })
      const [start, end] = [gap.from, gap.to].map(({ registers }) => registers[0]?.value.digits ?? 0n)
      const days = BigInt(gap.missing.length + 1)
      expect(total?.value.digits).toBe((start ?? 0n) + ((end ?? 0n) - (start ?? 0n)) / days)
    })
  })
})

describe('a run estimated as it goes, then trued up', () => {
  /** Day after day from what like days count, each from the one before. */
  function guess(gap: Gap): readonly Release[] {
    const run: Release[] = []
    for (const boundary of gap.missing) {
      const before = run.at(-1) ?? gap.from
      const history = [...gap.history, ...run]
      run.push(estimatedRelease(boundary, ask(gap, boundary, { before, history, after: null })))
    }
    return run
  }

  const each = (check: (gap: Gap) => void) =>
    fc.assert(
      fc.property(meters(5_000), meter => check(gapOf({ ...meter, gap: Math.min(meter.gap, 4) }))),
      rounds(11, 80),
    )

  test('never falls, and keeps what total and tariffs differ by', () => {
    each(gap => {
      const run = [gap.from, ...guess(gap)]
      run.slice(1).forEach((later, nth) => {
        const earlier = run[nth] as Release
        expectNotBelow(digitsOf(later.registers), digitsOf(earlier.registers))
        expect(residueOf(later.registers)).toBe(residueOf(gap.from.registers))
      })
    })
  })

  test('leaves no residue, in whichever order: the same as if nothing had been guessed', () => {
    each(gap => {
      const run = guess(gap)
      const fresh = gap.missing.map(boundary => digitsOf(ask(gap, boundary)))
      run.forEach((one, nth) => {
        const before = run[nth - 1] ?? gap.from
        const history = [...gap.history, ...run.slice(0, nth)]
        const trued = ask(gap, one.boundary, { before, history })
        expect(digitsOf(trued)).toEqual(fresh[nth])
        expect(trued.every(({ estimate }) => estimate?.method === 'interpolated')).toBe(true)
      })
    })
  })
})

test('a register that rolls over goes through its capacity and starts again', () => {
  const full = 100_000_000
  /** At its capacity but for little when the gap begins. */
  const late = (meter: Meter): Meter => {
    const counted = (tariff: number) =>
      meter.days.slice(0, -meter.gap).reduce((all, day) => all + (day[tariff] ?? 0), 0)
    return { ...meter, before: meter.before.map((one, nth) => full * 10 - counted(nth) - (one % 3_000)) }
  }
  let through = 0
  fc.assert(
    fc.property(meters(5_000).map(late), meter => {
      const gap = gapOf({ ...meter, full })
      const endless = gapOf({ ...meter, full: 1e15 })
      for (const boundary of gap.missing) {
        const shown = digitsOf(ask(gap, boundary, { capacityOf: () => CAPACITY }))
        expect(shown).toEqual(digitsOf(ask(endless, boundary)).map(digits => digits % BigInt(full)))
        if ((shown[0] ?? 0n) < (gap.from.registers[0]?.value.digits ?? 0n)) through += 1
      }
    }),
    rounds(13, 80),
  )
  expect(through).toBeGreaterThan(0)
})

test('never more days in a row than allowed, counted from the last that is no estimate', () => {
  const days = fc.record({ away: fc.integer({ min: 1, max: 9 }), most: fc.integer({ min: 0, max: 9 }) })
  fc.assert(
    fc.property(meters(5_000), days, fc.boolean(), (meter, { away, most }, isKnown) => {
      const gap = gapOf(meter)
      const boundary = gap.from.boundary + away * DAY
      const between = Array.from({ length: away - 1 }, (_, nth) =>
        estimatedRelease(gap.from.boundary + (nth + 1) * DAY, gap.from.registers),
      )
      const answer = () =>
        ask(gap, boundary, {
          before: between.at(-1) ?? gap.from,
          history: [...truth(meter).filter(one => one.boundary <= gap.from.boundary), ...between],
          after: isKnown ? { ...gap.to, boundary: boundary + DAY } : null,
          policy: { settleMs: DAY, mostEstimatedDays: most, replacePercent: 1, replaceUnits: 1 },
        })
      if (away > most) expect(answer).toThrow(most === 0 ? /as configured/ : /in a row/)
      else if (isKnown) expect(answer()).toHaveLength(gap.from.registers.length)
    }),
    rounds(17, 100),
  )
})
