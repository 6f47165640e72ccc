import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseScaled, type Scaled } from '../../src/core/scaled.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { codesOf } from '../../src/reading/quality-codes.ts'
import type { Reading } from '../../src/reading/reading.ts'
import type { Kept, Known } from '../../src/reading/rules/known.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import { validate } from '../../src/reading/validate.ts'
import { rounds } from '../support/rounds.ts'

const NOON = Date.UTC(2026, 10, 21, 4)
/** 00:00 at +08:00. */
const MIDNIGHT = Date.UTC(2026, 10, 20, 16)

function scaled(text: string): Scaled {
  const value = parseScaled(text)
  if (!value) throw new Error(text)
  return value
}

function reading(value: string, change: Partial<Reading> = {}): Reading {
  return {
    meter: 'm1',
    obis: '1-0:1.8.0',
    kind: 'poll',
    slot: NOON,
    value: scaled(value),
    unit: 'kWh',
    readAt: NOON,
    receivedAt: NOON,
    exchange: 0,
    ...change,
  }
}

function known({ last, ...change }: Partial<Known> & { readonly last?: Kept | null } = {}): Known {
  return {
    kept: last === null ? [] : [last ?? { value: scaled('100.00'), readAt: NOON - HOUR }],
    keptOther: [],
    limits: USUAL_LIMITS.dwelling,
    nameplate: { phases: 1, volts: 220, amperes: 60 },
    capacity: scaled('1000000.00'),
    clockDeviationMs: 0,
    doubled: false,
    timeTrusted: true,
    now: NOON,
    offsetMinutes: 480,
    ...change,
  }
}

const rulesOf = (r: Reading, k: Known) =>
  validate(r, k).findings.map(({ rule, verdict }) => `${rule} ${verdict}`)

/** Emax of one phase, 220 V, 60 A, 1.2 in one hour: 15.84 kWh; one step of 0.01 is allowed on top. */
describe.each<{
  rule: string
  name: string
  reading: Reading
  known: Known
  expected: string[]
  quality: string
}>([
  {
    rule: 'V-F12',
    name: 'pass: a float as fine as its profile says',
    reading: reading('105.000'),
    known: known({ floatStep: null }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-F12',
    name: 'flag: the last decimal is lost',
    reading: reading('105.000'),
    known: known({ floatStep: scaled('0.0078125') }),
    expected: ['V-F12 flag'],
    quality: 'good',
  },
  {
    rule: 'V-F12',
    name: 'threshold: ten times the resolution still goes on a bill',
    reading: reading('105.000'),
    known: known({ floatStep: scaled('0.010') }),
    expected: ['V-F12 flag'],
    quality: 'good',
  },
  {
    rule: 'V-F12',
    name: 'fail: the decimal before it is lost as well',
    reading: reading('105.000'),
    known: known({ floatStep: scaled('0.015625') }),
    expected: ['V-F12 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-F12',
    name: 'flag: what no bill is made of is never withheld',
    reading: reading('500000.0', { obis: '1-0:16.7.0', unit: 'W' }),
    known: known({ floatStep: scaled('2') }),
    expected: ['V-F12 flag'],
    quality: 'good',
  },
  {
    rule: 'V-R1',
    name: 'pass: the register has grown',
    reading: reading('105.00'),
    known: known(),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-R1',
    name: 'threshold: the register stands still',
    reading: reading('100.00'),
    known: known(),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-R1',
    name: 'fail: one step less',
    reading: reading('99.99'),
    known: known(),
    expected: ['V-R1 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-R1',
    name: 'fail: an old freeze above a newer one',
    reading: reading('100.01', { readAt: NOON - 2 * HOUR }),
    known: known(),
    expected: ['V-R1 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-R1',
    name: 'not evaluated: nothing before',
    reading: reading('1.00'),
    known: known({ last: null }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-R1',
    name: 'not evaluated: net energy may fall',
    reading: reading('1.00', { obis: '1-0:16.8.0' }),
    known: known(),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-R1',
    name: 'not evaluated: a voltage may fall',
    reading: reading('1.0', { obis: '1-0:32.7.0', unit: 'V' }),
    known: known(),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-R2',
    name: 'pass: over the capacity by what may flow',
    reading: reading('5.00'),
    known: known({ last: { value: scaled('999990.00'), readAt: NOON - HOUR } }),
    expected: ['V-R2 accept'],
    quality: 'good',
  },
  {
    rule: 'V-R2',
    name: 'threshold: exactly as much as may flow, and one step',
    reading: reading('5.85'),
    known: known({ last: { value: scaled('999990.00'), readAt: NOON - HOUR } }),
    expected: ['V-R2 accept'],
    quality: 'good',
  },
  {
    rule: 'V-R2',
    name: 'fail: more than may flow',
    reading: reading('5.86'),
    known: known({ last: { value: scaled('999990.00'), readAt: NOON - HOUR } }),
    expected: ['V-R1 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-R2',
    name: 'fail: from below nine tenths of the capacity',
    reading: reading('5.00'),
    known: known({ last: { value: scaled('899999.99'), readAt: NOON - HOUR } }),
    expected: ['V-R1 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-R2',
    name: 'not evaluated: the capacity is unknown',
    reading: reading('5.00'),
    known: known({ capacity: null, last: { value: scaled('999990.00'), readAt: NOON - HOUR } }),
    expected: ['V-R1 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-R3',
    name: 'pass: a usual hour',
    reading: reading('103.00'),
    known: known(),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-R3',
    name: 'threshold: the most the connection carries, and one step',
    reading: reading('115.85'),
    known: known(),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-R3',
    name: 'fail: one step more',
    reading: reading('115.86'),
    known: known(),
    expected: ['V-R3 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-R3',
    name: 'threshold in Wh',
    reading: reading('115850', { unit: 'Wh' }),
    known: known({ last: { value: scaled('100000'), readAt: NOON - HOUR } }),
    expected: ['V-R3 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-R3',
    name: 'pass in Wh',
    reading: reading('115841', { unit: 'Wh' }),
    known: known({ last: { value: scaled('100000'), readAt: NOON - HOUR } }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-R3',
    name: 'fail in MWh',
    reading: reading('150', { unit: 'MWh' }),
    known: known(),
    expected: ['V-R3 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-R3',
    name: 'not evaluated: a unit nobody knows',
    reading: reading('150', { unit: 'GJ' }),
    known: known(),
    expected: ['V-R3 not evaluated'],
    quality: 'good',
  },
  {
    rule: 'V-R2',
    name: 'pass in Wh',
    reading: reading('5000', { unit: 'Wh' }),
    known: known({
      capacity: scaled('1000000000'),
      last: { value: scaled('999990000'), readAt: NOON - HOUR },
    }),
    expected: ['V-R2 accept'],
    quality: 'good',
  },
  {
    rule: 'V-R1',
    name: 'not evaluated: the baseline was stamped by a clock that ran ahead',
    reading: reading('99.00'),
    known: known({ last: { value: scaled('100.00'), readAt: NOON + DAY } }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-T1',
    name: 'fail: our clock is known to be wrong',
    reading: reading('101.00'),
    known: known({ timeTrusted: false }),
    expected: ['V-T1 quarantine'],
    quality: 'quarantined',
  },
  {
    rule: 'V-T2',
    name: 'pass: a minute exactly',
    reading: reading('101.00'),
    known: known({ clockDeviationMs: MINUTE }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-T2',
    name: 'flag: more than a minute',
    reading: reading('101.00'),
    known: known({ clockDeviationMs: -MINUTE - SECOND }),
    expected: ['V-T2 flag'],
    quality: 'good',
  },
  {
    rule: 'V-T2',
    name: 'flag: a tariff register, five minutes exactly',
    reading: reading('101.00', { obis: '1-0:1.8.2' }),
    known: known({ clockDeviationMs: 5 * MINUTE }),
    expected: ['V-T2 flag'],
    quality: 'good',
  },
  {
    rule: 'V-T2',
    name: 'fail: a tariff register, more than five minutes',
    reading: reading('101.00', { obis: '1-0:1.8.2' }),
    known: known({ clockDeviationMs: 5 * MINUTE + SECOND }),
    expected: ['V-T2 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-T2',
    name: 'flag: the total is released all the same',
    reading: reading('101.00'),
    known: known({ clockDeviationMs: HOUR }),
    expected: ['V-T2 flag'],
    quality: 'good',
  },
  {
    rule: 'V-T2',
    name: 'not evaluated: the clock was not read',
    reading: reading('101.00'),
    known: known({ clockDeviationMs: null }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-T2',
    name: 'pass: a status word is no tariff',
    reading: reading('0', { obis: '0-0:96.5.3', unit: '' }),
    known: known({ clockDeviationMs: HOUR }),
    expected: ['V-T2 flag'],
    quality: 'good',
  },
  {
    rule: 'V-T2',
    name: 'threshold: a freeze of a clock a quarter of an hour off',
    reading: reading('101.00', { kind: 'freeze', slot: MIDNIGHT, readAt: MIDNIGHT }),
    known: known({ last: null, clockDeviationMs: 15 * MINUTE }),
    expected: ['V-T2 flag'],
    quality: 'good',
  },
  {
    rule: 'V-T2',
    name: 'fail: a freeze of a clock further off',
    reading: reading('101.00', { kind: 'freeze', slot: MIDNIGHT, readAt: MIDNIGHT }),
    known: known({ last: null, clockDeviationMs: 15 * MINUTE + SECOND }),
    expected: ['V-T2 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-F11',
    name: 'fail: a register below zero',
    reading: reading('-5000.000'),
    known: known({ last: null }),
    expected: ['V-F11 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-F11',
    name: 'pass: net energy may be below zero',
    reading: reading('-5000.000', { obis: '1-0:16.8.0' }),
    known: known({ last: null }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-F11',
    name: 'threshold: the last value before the capacity',
    reading: reading('999999.99'),
    known: known({ last: null }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-F11',
    name: 'fail: the capacity itself',
    reading: reading('1000000.00'),
    known: known({ last: null }),
    expected: ['V-F11 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-F11',
    name: 'threshold: a power factor of -1',
    reading: reading('-1.000', { obis: '1-0:13.7.0', unit: '' }),
    known: known({ last: null, capacity: null }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-F11',
    name: 'fail: a power factor above 1',
    reading: reading('57.3', { obis: '1-0:33.7.0', unit: '' }),
    known: known({ last: null, capacity: null }),
    expected: ['V-F11 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-T3',
    name: 'pass: stamped at midnight',
    reading: reading('101.00', { kind: 'freeze', slot: MIDNIGHT, readAt: MIDNIGHT }),
    known: known({ last: null }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-T3',
    name: 'fail: stamped a minute later',
    reading: reading('101.00', { kind: 'freeze', slot: MIDNIGHT + MINUTE, readAt: MIDNIGHT + MINUTE }),
    known: known({ last: null }),
    expected: ['V-T3 quarantine'],
    quality: 'quarantined',
  },
  {
    rule: 'V-T3',
    name: 'fail: the hour of noon, where midnight was asked for',
    reading: reading('101.00', { kind: 'freeze' }),
    known: known({ last: null }),
    expected: ['V-T3 quarantine'],
    quality: 'quarantined',
  },
  {
    rule: 'V-T3',
    name: 'pass: the hour of noon, where hours were asked for',
    reading: reading('101.00', { kind: 'freeze' }),
    known: known({ last: null, periods: { every: 'hour' } }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-T3',
    name: 'fail: a minute after the hour',
    reading: reading('101.00', { kind: 'freeze', slot: NOON - 59 * MINUTE, readAt: NOON - 59 * MINUTE }),
    known: known({ last: null, periods: { every: 'hour' } }),
    expected: ['V-T3 quarantine'],
    quality: 'quarantined',
  },
  {
    rule: 'V-R1',
    name: 'pass: an hour of four days ago, fetched after the newest',
    reading: reading('61.60', { kind: 'freeze', slot: NOON - 4 * DAY, readAt: NOON - 4 * DAY }),
    known: known({ last: { value: scaled('100.00'), readAt: NOON }, periods: { every: 'hour' } }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-R1',
    name: 'fail: an hour of four days ago above the newest',
    reading: reading('100.01', { kind: 'freeze', slot: NOON - 4 * DAY, readAt: NOON - 4 * DAY }),
    known: known({ last: { value: scaled('100.00'), readAt: NOON }, periods: { every: 'hour' } }),
    expected: ['V-R1 suspect'],
    quality: 'suspect',
  },
  {
    rule: 'V-T5',
    name: 'threshold: five minutes ahead',
    reading: reading('101.00', { readAt: NOON + 5 * MINUTE }),
    known: known({ last: null }),
    expected: [],
    quality: 'good',
  },
  {
    rule: 'V-T5',
    name: 'fail: further ahead',
    reading: reading('101.00', { kind: 'freeze', slot: MIDNIGHT + DAY, readAt: MIDNIGHT + DAY }),
    known: known({ last: null }),
    expected: ['V-T5 quarantine'],
    quality: 'quarantined',
  },
  {
    rule: 'V-F10',
    name: 'fail: two different answers on the line',
    reading: reading('101.00'),
    known: known({ doubled: true }),
    expected: ['V-F10 suspect'],
    quality: 'suspect',
  },
])('$rule $name', given => {
  test('gives its verdict', () => {
    expect(rulesOf(given.reading, given.known)).toEqual(given.expected)
    expect(validate(given.reading, given.known).quality).toBe(given.quality)
  })
})

describe('validation', () => {
  test('every finding carries codes and evidence with both values', () => {
    const [finding] = validate(reading('99.99'), known()).findings
    expect(finding?.codes).toEqual(['2.5.256'])
    expect(finding?.evidence).toContain('100.00 kWh at 2026-11-21T11:00:00+08:00')
    expect(finding?.evidence).toContain('99.99 at 2026-11-21T12:00:00+08:00')
  })

  test('same input, same verdict; a value farther from plausible is never judged better', () => {
    const worse = ['good', 'suspect', 'quarantined']
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99_999_999 }),
        fc.integer({ min: 0, max: 10_000 }),
        (digits, further) => {
          const at = (value: number) =>
            validate(
              reading('0.00', { value: { digits: BigInt(value), scaler: -2 } }),
              known({ capacity: null }),
            ).quality
          const away = digits >= 10_000 ? digits + further : Math.max(0, digits - further)
          expect(at(digits)).toBe(at(digits))
          expect(worse.indexOf(at(away))).toBeGreaterThanOrEqual(worse.indexOf(at(digits)))
        },
      ),
      rounds(645, 500),
    )
  })
})

test('V-F12 a good reading of a coarse float is indeterminate (2.10.0), not validated, on bills too', () => {
  const coarse = validate(reading('105.000'), known({ floatStep: scaled('0.002') }))
  expect(codesOf(coarse.quality, coarse.findings)).toEqual(['2.10.0'])
  const withheld = validate(reading('105.000'), known({ floatStep: scaled('0.02') }))
  expect(codesOf(withheld.quality, withheld.findings)).toEqual(['2.5.258'])
  expect(withheld.findings[0]?.evidence).toBe(
    "at 105.000 kWh the meter's float steps by 0.02, its profile declares 0.001; registers are withheld above 10 times that: declare a coarser resolution in a profile of your own",
  )
})

test('V-F12 a multiplied value is judged by the step and the resolution of the meter itself', () => {
  const transformers = {
    agreed: { current: scaled('0.5'), voltage: scaled('1') },
    registers: { side: 'secondary' as const },
    held: {},
  }
  const fine = validate(reading('105.0000'), known({ floatStep: scaled('0.010'), transformers, last: null }))
  expect(fine.findings.map(({ rule, verdict, codes }) => [rule, verdict, ...codes])).toEqual([
    ['V-F12', 'flag', '2.10.0'],
    ['V-R18', 'accept', '2.0.1', '2.11.0'],
  ])
})

test('V-R3 a float register grows by no less than its own step', () => {
  const last = { value: scaled('134217.728'), readAt: NOON - 1 }
  const step = reading('134217.744')
  expect(rulesOf(step, known({ last, floatStep: scaled('0.016') }))).toEqual(['V-F12 suspect'])
  expect(rulesOf(step, known({ last, floatStep: null }))).toEqual(['V-R3 suspect'])
})
