import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addScaled,
  compareScaled,
  digitsAt,
  formatScaled,
  parseScaled,
  subtractScaled,
} from '../../src/core/scaled.ts'

const anyScaled = fc.record({
  digits: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
  scaler: fc.integer({ min: -9, max: 6 }),
})

describe('exact numbers', () => {
  test.each([
    [{ digits: 12_345_678n, scaler: -2 }, '123456.78'],
    [{ digits: 120n, scaler: -2 }, '1.20'],
    [{ digits: 5n, scaler: -2 }, '0.05'],
    [{ digits: -5n, scaler: -2 }, '-0.05'],
    [{ digits: 0n, scaler: -3 }, '0.000'],
    [{ digits: 7n, scaler: 3 }, '7000'],
  ])('%o is written %s', (value, text) => expect(formatScaled(value)).toBe(text))

  test('what is written is read back', () => {
    fc.assert(
      fc.property(anyScaled, value => {
        const back = parseScaled(formatScaled(value))
        expect(back && compareScaled(back, value)).toBe(0)
      }),
      { seed: 1 },
    )
  })

  test('sums and differences are exact beyond what floats hold', () => {
    fc.assert(
      fc.property(anyScaled, anyScaled, (a, b) => {
        expect(compareScaled(subtractScaled(addScaled(a, b), b), a)).toBe(0)
        expect(compareScaled(a, b)).toBe(-compareScaled(b, a) || 0)
      }),
      { seed: 2 },
    )
  })

  test('digits are never dropped', () =>
    expect(() => digitsAt({ digits: 1n, scaler: -2 }, 0)).toThrow(RangeError))

  test.each(['', '1.', '.5', '1e5', '0x10', ' 1', 'NaN', '1,5'])('"%s" is no number', text =>
    expect(parseScaled(text)).toBeNull(),
  )
})
