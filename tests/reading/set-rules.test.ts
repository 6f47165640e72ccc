/** V-R10 against meters and forgers of many kinds. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Given } from '../../src/reading/rules/rule.ts'
import { ROUND_RULES } from '../../src/reading/rules/table.ts'
import { given, saidBy } from '../support/judged.ts'
import { rounds } from '../support/rounds.ts'

const tariffsMakeTotal = ROUND_RULES.find(({ id }) => id === 'V-R10')!

/** What a meter shows of exact energies, mWh: total and tariffs truncated apart, towards zero, in steps of 10 Wh. */
function shown(
  exact: readonly number[],
  alter: (shown: bigint) => bigint = digits => digits,
  quantity = '1',
): readonly Given[] {
  const register = (milliwattHours: number, tariff: number) =>
    given('0.00', {
      obis: `1-0:${quantity}.8.${tariff}`,
      value: { digits: alter(BigInt(Math.trunc(milliwattHours / 10_000))), scaler: -2 },
      known: { kept: [] },
    })
  const sum = exact.reduce((all, one) => all + one, 0)
  return [register(sum, 0), ...exact.map((one, nth) => register(one, nth + 1))]
}

/** 0.9 of what was counted since the box came between, truncated again. */
const byNineTenths = (since: readonly bigint[]) => {
  let nth = 0
  return (digits: bigint) => {
    const before = since[nth++] ?? 0n
    return before + ((digits - before) * 9n) / 10n
  }
}

describe('V-R10', () => {
  test.each([2, 4, 8])('no honest meter of %d tariffs leaves the band', count => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000_000_000), { minLength: count, maxLength: count }), energies => {
        expect(['passes', 'not evaluated']).toContain(saidBy(tariffsMakeTotal, shown(energies)))
      }),
      rounds(645, 1_000),
    )
  })

  test.each(['16', '3', '4'])('no honest meter of four tariffs that count up and down (C = %s)', quantity => {
    const signed = fc.integer({ min: -2_000_000_000, max: 2_000_000_000 })
    fc.assert(
      fc.property(fc.array(signed, { minLength: 4, maxLength: 4 }), energies => {
        expect(saidBy(tariffsMakeTotal, shown(energies, undefined, quantity))).toBe('passes')
      }),
      rounds(645, 1_000),
    )
  })

  test('a net register beyond truncation on either side is found', () => {
    const altered = (by: bigint) => {
      let nth = 0
      return (digits: bigint) => (nth++ === 0 ? digits + by : digits)
    }
    const exact = [-12_000_000, -13_000_000, 4_000_000, 5_000_000]
    for (const by of [-4n, 4n])
      expect(saidBy(tariffsMakeTotal, shown(exact, altered(by), '16'))).toBe('suspect')
  })

  test('a forger who scales total and tariffs apart is found within five days', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2_000_000_000), { minLength: 4, maxLength: 4 }),
        fc.array(fc.array(fc.integer({ min: 2_000, max: 30_000 }), { minLength: 4, maxLength: 4 }), {
          minLength: 480,
          maxLength: 480,
        }),
        (start, quarters) => {
          const since = shown(start).map(({ reading }) => reading.value.digits)
          let energies = start
          // The band is left on some quarter hour of five days, mostly on the second.
          const found = quarters.some(used => {
            energies = energies.map((energy, nth) => energy + (used[nth] ?? 0))
            return saidBy(tariffsMakeTotal, shown(energies, byNineTenths(since))) === 'suspect'
          })
          expect(found).toBe(true)
        },
      ),
      rounds(645, 20),
    )
  })
})
