/** The usual period, made the short way, is the one that all others are made by. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY } from '../../../src/core/time.ts'
import { periodsOf } from '../../../src/reading/billing/periods.ts'
import { plainPeriod } from '../../../src/reading/billing/plain-period.ts'
import type { Release } from '../../../src/reading/billing/release.ts'
import { register, released } from '../../support/released.ts'

const START = Date.UTC(2026, 10, 20, 16)
const CODES = ['1-0:1.8.0', '1-0:1.8.1', '1-0:16.8.0', '1-0:2.8.0']

const registers = fc.array(
  fc
    .record({
      obis: fc.constantFrom(...CODES),
      digits: fc.bigInt({ min: -50n, max: 5_000n }),
      scaler: fc.constantFrom(-2, -2, -2, -3),
      unit: fc.constantFrom('kWh', 'kWh', 'kWh', 'kvarh'),
      isEstimated: fc.integer({ max: 9, min: 0 }),
      rolledOver: fc.integer({ max: 9, min: 0 }),
    })
    .map(({ obis, digits, scaler, unit, isEstimated, rolledOver }) => ({
      ...register(obis, '0'),
      ...{ value: { digits, scaler }, unit },
      estimate: isEstimated === 0 ? ({ method: 'like-days', evidence: '' } as const) : null,
      ...(rolledOver === 0 && { rolledOver: { digits: 10_000n, scaler: -2 } }),
    })),
  { maxLength: 4 },
)

const release: fc.Arbitrary<Release> = fc
  .record({
    registers,
    standing: fc.constantFrom(
      'actual',
      'actual',
      'actual',
      'totals-only',
      'edited',
      'estimated',
      'withdrawn',
    ),
    version: fc.integer({ min: 1, max: 2 }),
    segment: fc.constantFrom(1, 1, 1, 2),
    multiplier: fc.constantFrom('1', '1', '1', '1.0', '40'),
    day: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ registers, standing, day, ...rest }) => ({
    ...released(START + day * DAY, registers, standing),
    ...rest,
  }))

/** As meters are, nearly always. */
const usual = fc
  .tuple(
    fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 900n }), fc.bigInt({ min: 0n, max: 90n })), {
      minLength: 4,
      maxLength: 4,
    }),
    fc.integer({ min: 1, max: 2 }),
  )
  .map(([values, version]) => {
    const at = (boundary: number, end: 0 | 1) =>
      released(
        boundary,
        CODES.map((obis, nth) => {
          const [before = 0n, used = 0n] = values[nth] ?? []
          return { ...register(obis, '0'), value: { digits: end === 0 ? before : before + used, scaler: -2 } }
        }),
      )
    return [at(START, 0), { ...at(START + DAY, 1), version }] as const
  })

test('PR-17 the short way says what the long way says, or nothing', () => {
  fc.assert(
    fc.property(release, release, (start, end) => {
      const short = plainPeriod(start, end)
      if (short !== null) expect(periodsOf([start, end])).toEqual([short])
    }),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(usual, ([start, end]) => {
      expect([plainPeriod(start, end)]).toEqual(periodsOf([start, end]))
    }),
  )
})
