/** Periods made of releases: the sum of what is billed is the last register less the first, whatever came between. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addScaled, compareScaled, formatScaled, type Scaled } from '../../../src/core/scaled.ts'
import { DAY } from '../../../src/core/time.ts'
import { periodsOf } from '../../../src/reading/billing/periods.ts'
import type { Release } from '../../../src/reading/billing/release.ts'
import { stayAt } from '../../../src/reading/billing/stays.ts'
import {
  bookOf,
  boundaryOf,
  CAPACITY,
  FACTS,
  NEEDED,
  START,
  segmentOf,
  staysOfWorld,
  TOTAL,
  truthOf,
  world,
} from '../../support/billed-world.ts'
import { rounds } from '../../support/rounds.ts'

const zero: Scaled = { digits: 0n, scaler: -2 }

function sumOf(releases: readonly Release[], obis: string): Scaled {
  return periodsOf(releases, () => FACTS.capacities)
    .flatMap(({ quantities }) => quantities.filter(one => one.obis === obis))
    .map(({ value }) => value)
    .reduce(addScaled, zero)
}

describe('A-01 D-01 what is billed', () => {
  test('sums to the last register less the first of each meter, with roll-overs: never double, never a hole', () => {
    fc.assert(
      fc.property(world, one => {
        const truth = truthOf(one)
        for (const segment of [1, 2]) {
          const latest = bookOf(one)
            .latest()
            .filter(release => release.segment === segment)
          const [first, last] = [latest[0], latest.at(-1)]
          if (!first || !last) continue
          const dayOf = ({ boundary }: Release) => (boundary - START) / DAY
          for (const [index, obis] of NEEDED.entries()) {
            const isTotals = latest.some(({ registers }) =>
              registers.every(register => register.obis !== obis),
            )
            if (isTotals) continue
            const periods = periodsOf(latest, () => FACTS.capacities)
            expect(periods.flatMap(({ without }) => without)).toEqual([])
            const used = digitsOf(sumOf(latest, obis))
            const ends = [first, last].map(release =>
              digitsOf(release.registers.find(register => register.obis === obis)?.value ?? zero),
            ) as [bigint, bigint]
            expect((used - (ends[1] - ends[0])) % CAPACITY).toBe(0n)
            if (first.standing === 'actual' && last.standing === 'actual')
              expect(used).toBe((truth[dayOf(last)]?.[index] ?? 0n) - (truth[dayOf(first)]?.[index] ?? 0n))
          }
        }
      }),
      rounds(1, 300),
    )
  })

  test('PR-11 V-T4 is the same in whatever order boundaries are settled in the end', () => {
    const shuffled = world.chain(one =>
      fc.tuple(
        fc.constant(one),
        fc.shuffledSubarray(
          one.fates.map((_, day) => day),
          { minLength: one.fates.length },
        ),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([one, order]) => {
        const stateOf = (releases: readonly Release[]) =>
          releases.map(({ boundary, standing, registers }) => [
            boundary,
            standing,
            registers.map(({ obis, value }) => `${obis} ${formatScaled(value)}`),
          ])
        expect(stateOf(bookOf(one, order).latest())).toEqual(stateOf(bookOf(one).latest()))
      }),
      rounds(2, 300),
    )
  })

  test('A-03 every day read well is released as read, those beside an exchange too', () => {
    fc.assert(
      fc.property(world, one => {
        const actual = new Set(
          bookOf(one)
            .latest()
            .filter(({ standing }) => standing === 'actual')
            .map(({ boundary }) => boundary),
        )
        const stays = staysOfWorld(one, boundaryOf(one.fates.length + 30))
        const well = one.fates
          .flatMap(({ came }, day) => (came === 'in time' ? [boundaryOf(day)] : []))
          .filter(boundary => stayAt(stays, boundary))
        // Where the time of exchange is not written, one midnight lies between the audits; and all where nobody is named.
        const unsure = one.fates.filter((_, day) => !stayAt(stays, boundaryOf(day)))
        if (one.exchange?.isWritten && stays.length > 1) expect(unsure).toEqual([])
        if (stays.length > 1) expect(unsure.length).toBeLessThanOrEqual(1)
        expect(well.filter(boundary => !actual.has(boundary))).toEqual([])
      }),
      rounds(4, 300),
    )
  })

  test('no version is ever changed, versions count from one, and nothing but the truth is released as actual', () => {
    fc.assert(
      fc.property(world, one => {
        const { releases } = bookOf(one)
        const truth = truthOf(one)
        const seen = new Map<number, number>()
        for (const release of releases) {
          expect(release.version).toBe((seen.get(release.boundary) ?? 0) + 1)
          seen.set(release.boundary, release.version)
          if (release.standing !== 'actual') continue
          const day = (release.boundary - START) / DAY
          const values = truth[day] ?? []
          expect(release.segment).toBe(segmentOf(one, day))
          expect(release.registers.map(({ value }) => digitsOf(value))).toEqual(
            values.map(value => value % CAPACITY),
          )
        }
      }),
      rounds(3, 300),
    )
  })
})

describe('a correction', () => {
  const release = (day: number, digits: bigint, change: Partial<Release> = {}): Release => ({
    meter: 'm1',
    boundary: boundaryOf(day),
    version: 1,
    standing: 'actual',
    registers: [
      {
        obis: TOTAL,
        value: { digits, scaler: -2 },
        unit: 'kWh',
        reading: `r${day}`,
        codes: ['2.0.1'],
        witnesses: [],
        estimate: null,
      },
    ],
    withheld: [],
    multiplier: '1',
    segment: 1,
    remarks: [],
    recordedAt: boundaryOf(day + 1),
    by: 'rule',
    ...change,
  })
  const quantities = (periods: ReturnType<typeof periodsOf>) =>
    periods.map(({ standing, quantities: [one] }) => [standing, one ? formatScaled(one.value) : null])

  test('gives both neighbouring periods anew, and their sum stays', () => {
    const [before, after] = [release(1, 1_000n), release(3, 3_000n)]
    expect(quantities(periodsOf([before, release(2, 1_900n), after]))).toEqual([
      ['actual', '9.00'],
      ['actual', '11.00'],
    ])
    expect(quantities(periodsOf([before, release(2, 2_000n, { version: 2 }), after]))).toEqual([
      ['corrected', '10.00'],
      ['corrected', '10.00'],
    ])
  })
  test('V-I5 makes no difference across an exchange, nor across other transformers', () => {
    const split = [['split', null]]
    expect(quantities(periodsOf([release(1, 9_000n), release(2, 5n, { segment: 2 })]))).toEqual(split)
    expect(quantities(periodsOf([release(1, 9_000n), release(2, 9_100n, { multiplier: '40' })]))).toEqual(
      split,
    )
  })
  test('what was withdrawn is passed over: one period of two days', () => {
    const releases = [release(1, 1_000n), release(2, 9_999n, { standing: 'withdrawn' }), release(3, 3_000n)]
    expect(quantities(periodsOf(releases))).toEqual([['actual', '20.00']])
  })
  test('a register that fell is left out and said, never a negative amount', () => {
    const [period] = periodsOf([release(1, 2_000n), release(2, 1_000n)])
    expect(period).toMatchObject({ quantities: [], without: [TOTAL] })
    expect(compareScaled(zero, { digits: 0n, scaler: 0 })).toBe(0)
  })
})

function digitsOf({ digits, scaler }: Scaled): bigint {
  return digits * 10n ** BigInt(scaler + 2)
}
