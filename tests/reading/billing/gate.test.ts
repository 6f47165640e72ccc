/** The billing gate: each of its nine conditions met, broken, and exactly at its limit; what stands and what gives way. */

import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import type { DoubtCode, KeptReading } from '../../../src/reading/billing/billing-read.ts'
import type { Audit, Surroundings } from '../../../src/reading/billing/gate-facts.ts'
import { type Standing, USUAL_POLICY } from '../../../src/reading/billing/release.ts'
import type { Finding } from '../../../src/reading/reading.ts'
import {
  codesOf,
  D,
  freeze,
  LATER,
  poll,
  released,
  releaseOf,
  settled,
  TOTAL,
  WITNESS,
} from '../../support/gated.ts'
import { stored } from '../../support/memory-store.ts'

test('met in all nine: released as it was frozen, with what vouches for it', () => {
  expect(releaseOf(settled([freeze(10_000n)]))).toMatchObject({
    boundary: D,
    version: 1,
    standing: 'actual',
    by: 'rule',
    registers: [{ obis: TOTAL, value: { digits: 10_000n, scaler: -2 }, witnesses: [{ by: 'second-read' }] }],
  })
})

describe('condition 8, final', () => {
  test('a millisecond before the time to settle is over nothing is done', () => {
    expect(settled([freeze(10_000n)], { now: LATER - 1 }).does).toBe('nothing')
    expect(settled([], { now: LATER - 1 }).does).toBe('nothing')
  })
  test('V-A2 while something common to many is wrong nothing is released, not even an estimate', () => {
    const around = { heldBack: 'V-A2: a third of line "a" fails V-R1', before: released(9_000n, D - DAY) }
    expect(codesOf(settled([freeze(10_000n)], around))).toEqual(['HELD_BACK'])
    expect(codesOf(settled([], around))).toContain('HELD_BACK')
  })
})

describe('condition 2, identity: V-I2, V-I5', () => {
  const audit = (at: number, found: Audit['found'] = 'same'): Audit => ({
    meter: 'm1',
    at,
    found,
    evidence: 'no.',
  })
  const CASES: readonly [string, Surroundings['audits'], readonly DoubtCode[]][] = [
    ['of a meter that tells nothing is not asked for', null, []],
    ['same before', { before: audit(D - DAY), after: null }, []],
    ['same after, never asked before', { before: null, after: audit(D + HOUR) }, []],
    ['never asked', { before: null, after: null }, ['NOT_AUDITED']],
    ['asked seven days before', { before: audit(D - 7 * DAY), after: null }, []],
    ['asked longer before', { before: audit(D - 7 * DAY - 1), after: null }, ['NOT_AUDITED']],
    ['another meter before', { before: audit(D - DAY, 'other'), after: null }, ['ANOTHER_METER']],
    ['another meter after', { before: audit(D - DAY), after: audit(D + HOUR, 'other') }, ['ANOTHER_METER']],
  ]
  test.each(CASES)('%s', (_, audits, codes) => {
    const one = settled([freeze(10_000n)], { audits })
    expect(codesOf(one)).toEqual(codes)
    expect(one.does).toBe(codes.length === 0 ? 'release' : 'hold')
  })
  test('of another meter nothing is estimated', () => {
    const around = { audits: { before: null, after: audit(D, 'other') }, before: released(9_000n, D - DAY) }
    expect(codesOf(settled([], around))).toContain('ANOTHER_METER')
  })
})

describe('condition 5, valid: PR-41 a checksum is no proof', () => {
  const alone = freeze(10_000n, { findings: [] })
  test('nothing vouches for it: held, neither billed nor estimated', () => {
    expect(codesOf(settled([alone], { before: released(9_000n, D - DAY) }))).toEqual(['NOT_WITNESSED'])
  })
  const CASES: readonly [string, readonly KeptReading[], 'release' | 'hold', string?][] = [
    ['the register before and after', [poll(9_990n, D - HOUR), poll(10_010n, D + HOUR)], 'release'],
    ['equal on both sides', [poll(10_000n, D - HOUR), poll(10_000n, D + HOUR)], 'release'],
    ['only before', [poll(9_990n, D - HOUR)], 'hold', 'NOT_WITNESSED'],
    ['only after', [poll(10_010n, D + HOUR)], 'hold', 'NOT_WITNESSED'],
    [
      'as far as a poll may be',
      [poll(9_990n, D - 65 * MINUTE - 2_000), poll(10_010n, D + 65 * MINUTE + 2_000)],
      'release',
    ],
    [
      'too long before',
      [poll(9_990n, D - 65 * MINUTE - 2_001), poll(10_010n, D + HOUR)],
      'hold',
      'NOT_WITNESSED',
    ],
    ['above it before', [poll(10_001n, D - HOUR), poll(10_010n, D + HOUR)], 'hold', 'NOT_ESTIMABLE'],
    ['below it after', [poll(9_990n, D - HOUR), poll(9_999n, D + HOUR)], 'hold', 'NOT_ESTIMABLE'],
    [
      'only suspect ones against it',
      [poll(9_990n, D - HOUR), poll(10_010n, D + HOUR), poll(1n, D + MINUTE, { quality: 'suspect' })],
      'release',
    ],
    ['rolled over in between', [poll(99_999_000n, D - HOUR), poll(10_010n, D + HOUR)], 'release'],
  ]
  test.each(CASES)('register %s', (_, beside, does, code) => {
    const one = settled([alone], { beside })
    expect(one.does).toBe(does)
    if (code) expect(codesOf(one)).toContain(code)
  })
  test("a poll within the error of the meter's clock is no witness, for or against", () => {
    const clock = { measuredAt: D, deviationMs: -200_000 }
    const beside = [poll(9_990n, D - HOUR), poll(9_000n, D + 202_000), poll(10_010n, D + HOUR)]
    expect(settled([alone], { beside }, { clock }).does).toBe('release')
    const beyond = [poll(9_990n, D - HOUR), poll(9_000n, D + 202_001), poll(10_010n, D + HOUR)]
    expect(codesOf(settled([alone], { beside: beyond }, { clock }))).toContain('WITNESS_AGAINST')
  })
  test('the memory of the day after speaks against it, and does not suffice for it', () => {
    const beside = [stored({ slot: D - DAY, value: { digits: 9_000n, scaler: -2 } })]
    const next = (digits: bigint) => stored({ slot: D + DAY, value: { digits, scaler: -2 } })
    expect(codesOf(settled([alone], { beside: [...beside, next(11_000n)] }))).toEqual(['NOT_WITNESSED'])
    expect(codesOf(settled([freeze(10_000n)], { beside: [...beside, next(9_999n)] }))).toContain(
      'WITNESS_AGAINST',
    )
    expect(
      releaseOf(settled([freeze(10_000n)], { beside: [...beside, next(10_000n)] })).registers,
    ).toMatchObject([{ witnesses: [{ by: 'second-read' }, { by: 'freezes-around' }] }])
  })
  test('V-R10 total and tariffs that make one sum are said with it', () => {
    const needed = [TOTAL, '1-0:1.8.1', '1-0:1.8.2']
    const set = (total: bigint) =>
      [total, 4_000n, 6_000n].map((digits, index) => freeze(digits, { obis: needed[index] ?? '' }))
    const kinds = (total: bigint) =>
      releaseOf(settled(set(total), {}, { needed })).registers.map(({ witnesses }) =>
        witnesses.map(({ by }) => by),
      )
    expect(kinds(10_001n)).toEqual(Array(3).fill(['second-read', 'tariffs']))
    expect(kinds(10_002n)).toEqual(Array(3).fill(['second-read']))
    expect(kinds(9_999n)).toEqual(Array(3).fill(['second-read']))
  })
})

describe('condition 6, continuous', () => {
  const CASES: readonly [string, Partial<Surroundings>, readonly DoubtCode[]][] = [
    ['equal to the one before', { before: released(10_000n, D - DAY) }, []],
    ['below the one before', { before: released(10_001n, D - DAY) }, ['NOT_CONTINUOUS']],
    ['equal to the one after', { after: released(10_000n, D + DAY) }, []],
    ['above the one after', { after: released(9_999n, D + DAY) }, ['NOT_CONTINUOUS']],
    ['below an estimate before', { before: released(10_001n, D - DAY, { standing: 'estimated' }) }, []],
    ['above an estimate after', { after: released(9_999n, D + DAY, { standing: 'estimated' }) }, []],
    [
      'below what was read before the estimates',
      {
        before: released(9_000n, D - DAY, { standing: 'estimated' }),
        history: [released(10_001n, D - 2 * DAY), released(9_000n, D - DAY, { standing: 'estimated' })],
      },
      ['NOT_CONTINUOUS'],
    ],
    ['of another meter before', { before: released(10_001n, D - DAY, { segment: 0 }) }, []],
    ['with other transformers before', { before: released(10_001n, D - DAY, { multiplier: '40' }) }, []],
    ['rolled over since', { before: released(90_000_000n, D - DAY) }, []],
    [
      'fallen from just below where it rolls over',
      { before: released(89_999_999n, D - DAY) },
      ['NOT_CONTINUOUS'],
    ],
  ]
  test.each(CASES)('%s', (_, around, codes) => {
    expect(codesOf(settled([freeze(10_000n)], around))).toEqual(codes)
  })
  test('a register that may fall may', () => {
    const needed = ['1-0:16.8.0']
    const kept = [freeze(10_000n, { obis: '1-0:16.8.0' })]
    const register = {
      ...released(1n).registers[0]!,
      obis: '1-0:16.8.0',
      value: { digits: 11_000n, scaler: -2 },
    }
    const before = released(0n, D - DAY, { registers: [register] })
    expect(settled(kept, { before }, { needed }).does).toBe('release')
  })
})

describe('condition 7, multiplier', () => {
  const times = (factor: string): Finding => ({
    ...WITNESS,
    rule: 'V-R18',
    evidence: `the meter's own value times ${factor}, as agreed: current ${factor}, voltage 1`,
  })
  test('other than in force: held', () => {
    const kept = [freeze(10_000n, { findings: [WITNESS, times('40')] })]
    expect(codesOf(settled(kept, { multiplier: '60' }))).toEqual(['MULTIPLIER_CHANGED'])
    expect(releaseOf(settled(kept, { multiplier: '40.0' })).multiplier).toBe('40.0')
    expect(codesOf(settled([freeze(10_000n)], { multiplier: '40' }))).toEqual(['MULTIPLIER_CHANGED'])
  })
})

describe('condition 9, released: what stands and what gives way', () => {
  const before = released(9_000n, D - DAY)
  test('the same again is nothing new', () => {
    expect(settled([freeze(10_000n)], { before, released: released(10_000n) }).does).toBe('nothing')
    const finer = { value: { digits: 100_000n, scaler: -3 } }
    expect(settled([freeze(0n, finer)], { before, released: released(10_000n) }).does).toBe('nothing')
  })
  test('V-A4 replaced by one at most a unit off, and by one per cent of a large use', () => {
    const one = releaseOf(settled([freeze(10_100n)], { before, released: released(10_000n) }))
    expect(one.version).toBe(2)
    expect(codesOf(settled([freeze(10_101n)], { before, released: released(10_000n) }))).toEqual([
      'NEEDS_APPROVAL',
    ])
    const large = { before: released(0n, D - DAY), released: released(1_000_000n) }
    expect(releaseOf(settled([freeze(1_010_000n)], large)).version).toBe(2)
    expect(codesOf(settled([freeze(1_010_001n)], large))).toEqual(['NEEDS_APPROVAL'])
  })
  test('A-01 a misread of 900,000 kWh moves nothing that is released', () => {
    const misread = freeze(90_010_000n, { version: 2, id: 'other', quality: 'suspect' })
    const first = freeze(10_000n, { quality: 'suspect' })
    const one = settled([first, misread], { before, released: released(10_000n) })
    expect(codesOf(one)).toEqual(['CONFLICT', 'RELEASED_STANDS'])
  })
  const WORTH: readonly [Standing, 'nothing' | 'release' | 'hold'][] = [
    ['estimated', 'release'],
    ['totals-only', 'release'],
    ['withdrawn', 'release'],
  ]
  test.each(WORTH)('an actual read over one %s: %s', (standing, does) => {
    expect(settled([freeze(10_000n)], { before, released: released(10_000n, D, { standing }) }).does).toBe(
      does,
    )
  })
  test.each(['edited', 'withdrawn'] as const)('one %s by a person no rule replaces', standing => {
    const around = { before, released: released(10_000n, D, { standing, by: 'Li Wei' }) }
    expect(codesOf(settled([freeze(10_001n)], around))).toEqual(['RELEASED_STANDS'])
  })
  test('V-A4 totals alone never replace a whole read', () => {
    const needed = [TOTAL, '1-0:1.8.1', '1-0:1.8.2']
    const kept = needed.map((obis, index) => freeze([10_000n, 4_000n, 6_000n][index] ?? 0n, { obis }))
    const facts = { needed, clock: null }
    const first = releaseOf(settled(kept, {}, facts))
    expect(first).toMatchObject({ standing: 'totals-only', withheld: ['1-0:1.8.1', '1-0:1.8.2'] })
    expect(first.remarks.map(({ code }) => code)).toEqual(['CLOCK_UNKNOWN'])
    expect(codesOf(settled(kept, { released: released(10_000n) }, facts))).toEqual(['RELEASED_STANDS'])
  })
  test('an actual read over an estimate far off: the difference is what truing up is for', () => {
    const guess = released(50_000n, D, { standing: 'estimated', version: 3 })
    expect(releaseOf(settled([freeze(10_000n)], { before, released: guess })).version).toBe(4)
  })
})

describe('what is missing', () => {
  test('is estimated between what was read on either side, labelled, and nothing new the second time', () => {
    const around = { before: released(9_000n, D - DAY), after: released(11_000n, D + DAY) }
    const one = releaseOf(settled([], around))
    expect(one).toMatchObject({
      standing: 'estimated',
      registers: [{ value: { digits: 10_000n, scaler: -2 }, reading: null, codes: ['2.8.0'] }],
    })
    expect(one.registers[0]?.estimate?.method).toBe('interpolated')
    expect(settled([], { ...around, released: { ...one, recordedAt: LATER } }).does).toBe('nothing')
  })
  test('is not estimated while it is still asked for after a start; what was estimated before stands', () => {
    const around = {
      before: released(9_000n, D - DAY),
      after: released(11_000n, D + DAY),
      isCatchingUp: true,
    }
    expect(codesOf(settled([], around))).toEqual(['NOT_READ', 'NOT_ESTIMABLE'])
    const estimate = released(10_000n, D, { standing: 'estimated' })
    expect(settled([], { ...around, released: estimate }).does).toBe('hold')
    expect(releaseOf(settled([freeze(10_001n)], around)).standing).toBe('actual')
  })
  test('and cannot be estimated says why', () => {
    const before = released(9_000n, D - 10 * DAY)
    expect(codesOf(settled([], { before }))).toEqual(['NOT_READ', 'NOT_ESTIMABLE'])
  })
  test('before anything was ever read is not held: the book begins with the first read', () => {
    expect(settled([]).does).toBe('nothing')
    expect(settled([freeze(1n, { quality: 'suspect' })]).does).toBe('hold')
  })
  test('an estimate that what was read since has overtaken, and nothing can take its place, is taken back', () => {
    const estimate = released(9_500n, D, { standing: 'estimated', version: 2 })
    const around = { before: released(9_501n, D - DAY), released: estimate }
    expect(releaseOf(settled([], around))).toMatchObject({ version: 3, standing: 'withdrawn', registers: [] })
    expect(settled([], { ...around, before: released(9_500n, D - DAY) }).does).toBe('hold')
  })
  test('a policy of none estimates none', () => {
    const around = { before: released(9_000n, D - DAY), after: released(11_000n, D + DAY) }
    expect(codesOf(settled([], { ...around, policy: { ...USUAL_POLICY, mostEstimatedDays: 0 } }))).toContain(
      'NOT_ESTIMABLE',
    )
  })
  test('of a meter nobody has accepted is not estimated', () => {
    const notAccepted: Finding = { ...WITNESS, rule: 'V-C1', verdict: 'quarantine', severity: 1 }
    const kept = [freeze(10_000n, { quality: 'quarantined', findings: [notAccepted] })]
    const around = { before: released(9_000n, D - DAY), after: released(11_000n, D + DAY) }
    expect(codesOf(settled(kept, around))).not.toContain('NOT_ESTIMABLE')
    expect(settled(kept, around).does).toBe('hold')
  })
})
