/** Voltage qualification: what counts, what is missing, and what somebody has clamped. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatScaled, parseScaled, type Scaled } from '../../src/core/scaled.ts'
import { MINUTE } from '../../src/core/time.ts'
import type { Quality } from '../../src/reading/reading.ts'
import {
  createVoltageTally,
  isPhaseVoltage,
  limitsAround,
  type VoltageSample,
} from '../../src/reading/voltage-quality.ts'

const QUARTER = 15 * MINUTE
const volts = (text: string): Scaled => parseScaled(text)!
const LIMITS = limitsAround(volts('220'), { below: 1_000, above: 700, complete: 9_000 })

function qualityOf(values: readonly (string | null)[], qualities: readonly Quality[] = []) {
  const tally = createVoltageTally(LIMITS)
  for (const [index, value] of values.entries())
    if (value !== null)
      tally.add({
        slot: index * QUARTER,
        value: volts(value),
        quality: qualities[index] ?? 'good',
        everyMs: QUARTER,
      })
  return tally.quality(values.length)
}

test('limits are exact: 198 V to 235.4 V of 220 V', () => {
  expect([LIMITS.low, LIMITS.high].map(formatScaled)).toEqual(['198.0000', '235.4000'])
})

test('K-08 B-01 what lies on a limit is within it; minutes beyond are those of the periods', () => {
  expect(qualityOf(['198.0', '235.4', '197.9', '235.5', '236.0', '220.0'])).toMatchObject({
    ...{ expected: 6, received: 6, valid: 6, within: 3, under: 1, over: 2 },
    ...{ underMinutes: 15, overMinutes: 30, completeness: 10_000, compliance: 5_000 },
    lowest: { value: volts('197.9'), slot: 2 * QUARTER },
    highest: { value: volts('236.0'), slot: 4 * QUARTER },
  })
})

test('K-08 a figure is rounded down: one sample of 9,999 that is not within is not 100 %', () => {
  const values = Array.from({ length: 30_000 }, (_, index) => (index === 7 ? '240.0' : '220.0'))
  expect(qualityOf(values).compliance).toBe(9_999)
})

describe('B-02 what is missing is never good', () => {
  const day = (share: number) =>
    Array.from({ length: 100 }, (_, index) => (index < share * 100 ? '220.0' : null))

  test.each([
    ['all', 1, 10_000, 10_000],
    ['exactly the share agreed on', 0.9, 9_000, 10_000],
    ['a sample below it', 0.89, 8_900, null],
    ['30 % missing', 0.7, 7_000, null],
    ['none', 0, 0, null],
  ])('%s', (_, share, completeness, compliance) => {
    expect(qualityOf(day(share))).toMatchObject({ expected: 100, completeness, compliance })
  })

  test('samples in doubt or held apart came, and count for nothing', () => {
    expect(qualityOf(['220.0', '220.0', '240.0'], ['good', 'suspect', 'quarantined'])).toMatchObject({
      ...{ received: 3, valid: 1, within: 1, over: 0, completeness: 3_333, compliance: null },
    })
  })

  test('V-R28 an outage, or another scale, is no sample: of a dead feeder there is no figure', () => {
    expect(qualityOf(['220.0', '0.0', '286.0', '286.1', '110.0', '109.9'])).toMatchObject({
      ...{ received: 6, valid: 3, under: 1, over: 1, within: 1, compliance: null },
    })
  })

  test('of one slot the best answer counts, and once', () => {
    const tally = createVoltageTally(LIMITS)
    const sample: VoltageSample = { slot: 0, value: volts('240.0'), quality: 'suspect', everyMs: QUARTER }
    tally.add(sample)
    tally.add({ ...sample, value: volts('221.0'), quality: 'good' })
    tally.add({ ...sample, value: volts('999.0'), quality: 'quarantined' })
    expect(tally.quality(1)).toMatchObject({
      received: 1,
      valid: 1,
      within: 1,
      highest: { value: volts('221.0') },
    })
  })

  test('more samples than were expected are not more than all', () => {
    const tally = createVoltageTally(LIMITS)
    for (const slot of [0, 1, 2])
      tally.add({ slot, value: volts('220.0'), quality: 'good', everyMs: QUARTER })
    expect(tally.quality(2)).toMatchObject({ completeness: 10_000, compliance: 10_000 })
  })

  test('whatever comes, no figure stands on less than was agreed, and counts add up', () => {
    const value = fc.option(fc.integer({ min: 1_900, max: 2_400 }).map(tenths => (tenths / 10).toFixed(1)))
    const quality = fc.constantFrom<Quality>('good', 'good', 'suspect', 'quarantined')
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 60 }),
        fc.array(quality, { maxLength: 60 }),
        (values, qualities) => {
          const { expected, received, valid, within, over, under, completeness, compliance } = qualityOf(
            values,
            qualities,
          )
          expect(within + over + under).toBe(valid)
          expect(valid <= received && received <= expected).toBe(true)
          expect(compliance !== null).toBe(valid > 0 && valid * 10_000 >= 9_000 * expected)
          if (completeness < 9_000) expect(compliance).toBeNull()
        },
      ),
      { seed: 8 },
    )
  })
})

describe('B-01 a box in the line that clamps voltages to the limits', () => {
  /** Around 232 V by a few volts, as a rural line at night. */
  const supply = Array.from(
    { length: 96 },
    (_, index) => 232 + 5 * Math.sin(index / 7) + ((index * 37) % 11) / 10,
  )
  const honest = supply.map(value => value.toFixed(1))
  const clamped = supply.map(value => Math.min(235.4, value).toFixed(1))

  test('is told by the pile on the limit within a day, and figures look perfect', () => {
    expect(qualityOf(honest)).toMatchObject({ piledUpAt: [] })
    expect(qualityOf(honest).over).toBeGreaterThan(0)
    expect(qualityOf(clamped)).toMatchObject({ over: 0, compliance: 10_000, piledUpAt: ['high'] })
  })

  test('on the low side likewise', () => {
    const low = supply.map(value => Math.max(198, value - 36).toFixed(1))
    expect(qualityOf(low)).toMatchObject({ under: 0, piledUpAt: ['low'] })
  })

  test('a steady supply that happens to stand on a limit is not taken for it while it stands beside it too', () => {
    const steady = Array.from({ length: 96 }, (_, index) => (index % 3 === 0 ? '235.3' : '235.4'))
    expect(qualityOf(steady)).toMatchObject({ piledUpAt: [] })
  })
})

test('phase voltages by their codes', () => {
  const codes = [
    '1-0:32.7.0',
    '1-0:52.7.0',
    '1-0:72.7.0',
    '1-0:12.7.0',
    '1-0:31.7.0',
    '1-0:32.8.0',
    '0-0:96.5.0',
  ]
  expect(codes.filter(isPhaseVoltage)).toEqual(codes.slice(0, 4))
})
