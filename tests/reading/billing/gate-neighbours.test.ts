/** What a boundary is held against: the releases beside it, of one series, and what was released of it before. */

import { describe, expect, test } from 'vitest'
import { DAY } from '../../../src/core/time.ts'
import type { Release } from '../../../src/reading/billing/release.ts'
import {
  codesOf,
  D,
  freeze,
  poll,
  released,
  releaseOf,
  settled,
  TOTAL,
  WITNESS,
} from '../../support/gated.ts'

const [DAYTIME, NIGHT] = ['1-0:1.8.1', '1-0:1.8.2']
const NEEDED = [TOTAL, DAYTIME, NIGHT]
type Counts = readonly [bigint, bigint, bigint]

/** Total and two tariffs, in hundredths. */
const split = (boundary: number, counts: Counts, change: Partial<Release> = {}): Release => {
  const [like] = released(0n).registers
  const registers = counts.map((digits, place) => ({
    ...like!,
    obis: NEEDED[place] ?? '',
    value: { digits, scaler: -2 },
  }))
  return released(0n, boundary, { registers, ...change })
}
const frozen = (counts: Counts) =>
  counts.map((digits, place) => freeze(digits, { obis: NEEDED[place] ?? '' }))
const times = (factor: string) => ({
  ...WITNESS,
  rule: 'V-R18',
  evidence: `the meter's own value times ${factor}, as agreed: current ${factor}, voltage 1`,
})

describe('a release without a register hides nothing of it', () => {
  test('a tariff below what it was before totals alone were released is held', () => {
    const history = [
      split(D - 2 * DAY, [10_000n, 6_000n, 4_000n]),
      released(10_100n, D - DAY, { standing: 'totals-only', withheld: [DAYTIME, NIGHT] }),
    ]
    const around = { history, before: history.at(-1)! }
    const one = settled(frozen([10_200n, 5_999n, 4_201n]), around, { needed: NEEDED })
    expect(codesOf(one)).toEqual(['NOT_CONTINUOUS'])
    expect(releaseOf(settled(frozen([10_200n, 6_000n, 4_200n]), around, { needed: NEEDED })).standing).toBe(
      'actual',
    )
  })
  test('V-A4 what is no longer asked for is not taken out of what was billed', () => {
    const around = { released: split(D, [10_000n, 6_000n, 4_000n]) }
    expect(codesOf(settled([freeze(10_000n)], around))).toEqual(['NEEDS_APPROVAL'])
  })
})

describe('a series', () => {
  test('confirmed later to be another meter, the same value is released anew: no difference is made to the old one', () => {
    const around = { released: released(10_000n), segment: 2 }
    expect(releaseOf(settled([freeze(10_000n)], around))).toMatchObject({ version: 2, segment: 2 })
  })
  test('is one whether its multiplier is written 40 or 40.0', () => {
    const kept = [freeze(10_000n, { findings: [WITNESS, times('40')] })]
    const before = released(10_001n, D - DAY, { multiplier: '40' })
    expect(codesOf(settled(kept, { before, multiplier: '40.0' }))).toEqual(['NOT_CONTINUOUS'])
    const same = released(10_000n, D, { multiplier: '40' })
    expect(settled(kept, { released: same, multiplier: '40.0' }).does).toBe('nothing')
    const known = { before: released(9_000n, D - DAY, { multiplier: '40' }), multiplier: '40.0' }
    const after = released(11_000n, D + DAY, { multiplier: '40.00' })
    expect(releaseOf(settled([], { ...known, after })).registers[0]?.value.digits).toBe(10_000n)
  })
  test('what was multiplied otherwise is no witness, for or against', () => {
    const kept = [freeze(10_000n, { findings: [WITNESS] })]
    const beside = [freeze(80_000n, { slot: D - DAY, readAt: D - DAY, findings: [times('80')] })]
    expect(settled(kept, { beside }).does).toBe('release')
  })
})

describe('V-A4 how much was used decides how far off a replacement may be', () => {
  test.each([
    ['of a register that rolled over', released(99_999_999n, D - DAY)],
    ['of another meter', released(5_000_000n, D - DAY, { segment: 0 })],
    ['counted with other transformers', released(5_000_000n, D - DAY, { multiplier: '80' })],
  ])('%s it is not the bare difference', (_, before) => {
    const around = { before, released: released(10_000n) }
    expect(codesOf(settled([freeze(10_101n)], around))).toEqual(['NEEDS_APPROVAL'])
    expect(releaseOf(settled([freeze(10_100n)], around)).version).toBe(2)
  })
})

describe('an estimate that nothing can take the place of', () => {
  const estimate = released(9_500n, D, { standing: 'estimated' })
  const unwitnessed = freeze(9_000n, { findings: [] })
  const after = released(9_400n, D + DAY)
  test('does not stay above the next read because the read of its own boundary is held', () => {
    const one = settled([unwitnessed], { released: estimate, before: released(9_000n, D - DAY), after })
    expect(releaseOf(one)).toMatchObject({ standing: 'withdrawn', registers: [] })
    expect(releaseOf(one).remarks.map(({ code }) => code)).toEqual(['NOT_WITNESSED'])
  })
  test('stays where it is not overtaken, and while everything is held back', () => {
    const around = { released: estimate, before: released(9_000n, D - DAY) }
    expect(codesOf(settled([unwitnessed], around))).toEqual(['NOT_WITNESSED'])
    expect(codesOf(settled([unwitnessed], { ...around, after, heldBack: 'V-A2: line "a"' }))).toContain(
      'HELD_BACK',
    )
  })
  test('is taken back where the meter turns out to be another', () => {
    const one = settled([], { released: estimate, before: released(9_000n, D - DAY), segment: 2 })
    expect(releaseOf(one).standing).toBe('withdrawn')
  })
})

describe('A-01 a register that has not rolled over from before to after has not done so in between', () => {
  const young = [1_000n, 1_100n] as const
  const old = [99_990_000n, 99_990_100n] as const
  test.each([
    ['900,000 kWh of a young meter', young, 95_000_000n],
    ['nothing of an old one', old, 50n],
  ])('%s', (_, [low, high], misread) => {
    const alone = freeze(misread, { findings: [] })
    const beside = [poll(low, D - 60_000), poll(high, D + 60_000)]
    expect(codesOf(settled([alone], { beside }))).toContain('WITNESS_AGAINST')
    const around = { before: released(low, D - DAY), after: released(high, D + DAY) }
    expect(codesOf(settled([freeze(misread)], around))).toEqual(['NOT_CONTINUOUS'])
  })
  test('nor after one that was released wrong', () => {
    const history = [released(1_000n, D - 2 * DAY), released(95_000_000n, D - DAY)]
    expect(codesOf(settled([freeze(1_100n)], { history, before: history[1]! }))).toEqual(['NOT_CONTINUOUS'])
    expect(settled([freeze(999n)], { history, before: history[1]! }).does).toBe('release')
  })
  test('one that has may have', () => {
    const beside = [poll(99_990_000n, D - 60_000), poll(50n, D + 60_000)]
    const around = { before: released(99_990_000n, D - DAY), after: released(50n, D + DAY) }
    for (const digits of [99_990_001n, 49n])
      expect(settled([freeze(digits, { findings: [] })], { ...around, beside }).does).toBe('release')
  })
})

test("where the meter's clock was last measured too long ago, it is nobody's measure of which came first", () => {
  const clock = { measuredAt: D - 10 * DAY, deviationMs: 0 }
  const beside = [poll(10_001n, D - 60_000)]
  expect(settled([freeze(10_000n)], { beside }, { clock }).does).toBe('release')
})

test('V-R14 a register told with more decimals than the freeze speaks against it from a whole step on', () => {
  const beside = (digits: bigint) => [poll(0n, D - 60_000, { value: { digits, scaler: -4 } })]
  expect(settled([freeze(10_000n)], { beside: beside(1_000_099n) }).does).toBe('release')
  expect(codesOf(settled([freeze(10_000n)], { beside: beside(1_000_100n) }))).toContain('WITNESS_AGAINST')
})

test('V-I2 the same meter before and after was there in between, however long nobody could ask', () => {
  const audit = (at: number) => ({ meter: 'm1', at, found: 'same' as const, evidence: 'no.' })
  const [before, after] = [audit(D - 10 * DAY), audit(D + 10 * DAY)]
  expect(settled([freeze(10_000n)], { audits: { before, after } }).does).toBe('release')
  expect(codesOf(settled([freeze(10_000n)], { audits: { before, after: null } }))).toEqual(['NOT_AUDITED'])
  const other = { ...after, found: 'other' as const }
  expect(codesOf(settled([freeze(10_000n)], { audits: { before, after: other } }))).toEqual(['NOT_AUDITED'])
})
