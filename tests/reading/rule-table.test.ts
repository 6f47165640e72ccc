/** Every rule of the table: passing, failing, not evaluable, and exactly at its threshold. */

import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { ALL_RULES } from '../../src/reading/rules/all-rules.ts'
import type { Known, SaidBefore } from '../../src/reading/rules/known.ts'
import { PARAMETERS } from '../../src/reading/rules/parameters.ts'
import type { Given } from '../../src/reading/rules/rule.ts'
import { READING_RULES, ROUND_RULES } from '../../src/reading/rules/table.ts'
import type { Quiet, Weeks } from '../../src/reading/seen/load-seen.ts'
import { validateRound } from '../../src/reading/validate.ts'
import { given, kept, MIDNIGHT, NOON, saidBy, scaled } from '../support/judged.ts'
import { SEEN_EXAMPLES } from './seen-examples.ts'
import { STANDING_EXAMPLES } from './standing-examples.ts'

const RULES = [...READING_RULES, ...ROUND_RULES]

const CASES = ['pass', 'fail', 'not evaluable', 'threshold'] as const
type Case = (typeof CASES)[number]

interface Example {
  readonly rule: string
  readonly is: Case
  readonly name: string
  readonly round: readonly Given[]
  readonly says: string
}

const EXAMPLES: Example[] = []

function example(rule: string, is: Case, name: string, says: string, ...round: readonly Given[]): void {
  EXAMPLES.push({ rule, is, name, says, round })
}

/** What a rule cannot have, and why. */
const NONE: Readonly<Record<string, Partial<Record<Case, string>>>> = {
  'V-F10': { 'not evaluable': 'a line always hears', threshold: 'a yes or a no' },
  'V-F11': { 'not evaluable': 'each type allows something' },
  'V-C1': { 'not evaluable': 'the gate always knows', threshold: 'a yes or a no' },
  'V-T1': { 'not evaluable': 'our clock is always looked at', threshold: 'a yes or a no' },
  'V-T5': { 'not evaluable': 'every value has a time' },
}

const OF_MIDNIGHT = { kind: 'freeze', readAt: MIDNIGHT } as const
/** A power in W, with its phase's U, I and PF: 64 W, open by 130 W in their last digits, told apart by 10 W. */
const triangle = (watts: string, without: readonly string[] = []) =>
  [
    given(watts, { obis: '1-0:1.7.0', unit: 'W', known: { kept: [], capacity: null } }),
    given('64', { obis: '1-0:32.7.0', unit: 'V', known: { kept: [], capacity: null } }),
    given('1', { obis: '1-0:31.7.0', unit: 'A', known: { kept: [], capacity: null } }),
    given('1', { obis: '1-0:33.7.0', unit: '', known: { kept: [], capacity: null } }),
  ].filter(({ reading }) => !without.includes(reading.obis))
/** A total and tariffs, all of one answer unless a time says otherwise. */
const set = (
  total: string,
  tariffs: readonly string[],
  known: Partial<Known> = {},
  tariffsAt: number = NOON,
) => [
  given(total, { known: { kept: [], ...known } }),
  ...tariffs.map((value, nth) =>
    given(value, {
      obis: `1-0:1.8.${nth + 1}`,
      slot: NOON,
      readAt: tariffsAt,
      known: { kept: [], ...known },
    }),
  ),
]
const sums = (combined: string, forward: string, reverse: string, quantity = 15, reverseAt = NOON) => [
  given(combined, { obis: `1-0:${quantity}.8.0`, known: { kept: [] } }),
  given(forward, { known: { kept: [] } }),
  given(reverse, { obis: '1-0:2.8.0', slot: NOON, readAt: reverseAt, known: { kept: [] } }),
]
const transformers = (held: string | null) => ({
  agreed: { current: scaled('40'), voltage: scaled('1') },
  registers: {
    side: 'secondary' as const,
    current: {
      obis: '',
      item: '3:6',
      place: 0,
      encoding: 'u16',
      unit: '',
      name: 'ratio of the current transformers',
    },
  },
  held: held === null ? {} : { current: scaled(held) },
})

example('V-F10', 'pass', 'one answer', 'passes', given('101.00'))
example('V-F10', 'fail', 'two different answers', 'suspect', given('101.00', { known: { doubled: true } }))

example('V-F11', 'pass', 'a register', 'passes', given('101.00'))
example('V-F11', 'fail', 'below zero', 'suspect', given('-0.01'))
example('V-F11', 'fail', 'a power factor of 57', 'suspect', given('57.3', { obis: '1-0:33.7.0', unit: '' }))
example('V-F11', 'threshold', 'the last value before the capacity', 'passes', given('999999.99'))
example('V-F11', 'threshold', 'the capacity', 'suspect', given('1000000.00'))

example(
  'V-F12',
  'pass',
  'nine steps coarser',
  'flag',
  given('1.000', { known: { floatStep: scaled('0.009') } }),
)
example(
  'V-F12',
  'fail',
  'eleven steps coarser',
  'suspect',
  given('1.000', { known: { floatStep: scaled('0.011') } }),
)
example(
  'V-F12',
  'threshold',
  'ten steps coarser',
  'flag',
  given('1.000', { known: { floatStep: scaled('0.010') } }),
)
example('V-F12', 'not evaluable', 'no float, or a fine one', 'passes', given('1.000'))

example('V-C1', 'pass', 'settled', 'passes', given('101.00'))
example('V-C1', 'fail', 'nobody vouches', 'quarantine', given('101.00', { known: { notAccepted: 'new' } }))

example('V-T1', 'pass', 'believed', 'passes', given('101.00'))
example('V-T1', 'fail', 'not believed', 'quarantine', given('101.00', { known: { timeTrusted: false } }))

example('V-T2', 'pass', 'right', 'passes', given('101.00'))
example('V-T2', 'threshold', 'a minute', 'passes', given('1.00', { known: { clockDeviationMs: -MINUTE } }))
example('V-T2', 'fail', 'more', 'flag', given('1.00', { known: { clockDeviationMs: MINUTE + 1 } }))
example(
  'V-T2',
  'threshold',
  'a tariff, five minutes',
  'flag',
  given('1.00', { obis: '1-0:1.8.2', known: { clockDeviationMs: 5 * MINUTE } }),
)
example(
  'V-T2',
  'fail',
  'a tariff, more',
  'suspect',
  given('1.00', { obis: '1-0:1.8.2', known: { clockDeviationMs: -5 * MINUTE - 1 } }),
)
example(
  'V-T2',
  'threshold',
  'a freeze, a quarter of an hour',
  'flag',
  given('1.00', { ...OF_MIDNIGHT, known: { clockDeviationMs: 15 * MINUTE } }),
)
example(
  'V-T2',
  'fail',
  'a freeze, more',
  'suspect',
  given('1.00', { ...OF_MIDNIGHT, known: { clockDeviationMs: 15 * MINUTE + 1 } }),
)
example(
  'V-T2',
  'not evaluable',
  'never read',
  'not evaluated',
  given('1.00', { known: { clockDeviationMs: null } }),
)

example('V-T3', 'pass', 'midnight', 'passes', given('1.00', OF_MIDNIGHT))
example(
  'V-T3',
  'threshold',
  'a second after',
  'quarantine',
  given('1.00', { ...OF_MIDNIGHT, readAt: MIDNIGHT + SECOND }),
)
example('V-T3', 'fail', 'noon', 'quarantine', given('1.00', { kind: 'freeze' }))
example('V-T3', 'not evaluable', 'a poll', 'not concerned', given('1.00'))

const clocks = (now: number | null, before: number | null) =>
  given('1.00', {
    kind: 'poll',
    known: {
      kept: [],
      clockDeviationMs: now === null ? null : now * SECOND,
      clockBeforeMs: before === null ? null : before * SECOND,
    },
  })
example('V-T8', 'pass', 'a clock as it was', 'passes', clocks(-12, -10))
example('V-T8', 'threshold', 'a minute further back', 'passes', clocks(-70, -10))
example('V-T8', 'threshold', 'back at a minute off', 'passes', clocks(-60, 600))
example('V-T8', 'fail', 'a second more', 'suspect', clocks(-71, -10))
example('V-T8', 'pass', 'a clock ahead that was set right', 'passes', clocks(-2, 600))
example('V-T8', 'pass', 'a clock that jumped ahead', 'passes', clocks(3_600, -10))
example('V-T8', 'not evaluable', 'its clock not in this poll', 'not evaluated', clocks(-71, null))
example('V-T8', 'not evaluable', 'no clock at all', 'not evaluated', clocks(null, null))
example('V-T5', 'pass', 'now', 'passes', given('1.00'))
example('V-T5', 'threshold', 'five minutes ahead', 'passes', given('1.00', { readAt: NOON + 5 * MINUTE }))
example('V-T5', 'fail', 'more', 'quarantine', given('1.00', { readAt: NOON + 5 * MINUTE + 1 }))

example('V-I5', 'pass', 'the same meter', 'passes', given('1.00', { known: { whyAnother: null } }))
example(
  'V-I5',
  'fail',
  'another number',
  'quarantine',
  given('1.00', { known: { whyAnother: 'number was 1' } }),
)
const hung = (since: number) => given('1.00', { ...OF_MIDNIGHT, known: { whyAnother: null, since } })
example('V-I5', 'pass', 'a midnight after it was hung', 'passes', hung(MIDNIGHT - 1))
example('V-I5', 'threshold', 'the midnight when it was hung', 'passes', hung(MIDNIGHT))
example('V-I5', 'fail', 'a midnight before it was hung', 'quarantine', hung(MIDNIGHT + 1))
example(
  'V-I5',
  'fail',
  'a load record of before it was hung',
  'quarantine',
  given('1.00', { readAt: NOON - HOUR, receivedAt: NOON, known: { whyAnother: null, since: NOON - 1 } }),
)
example(
  'V-I5',
  'pass',
  'a poll as it is heard',
  'passes',
  given('1.00', { known: { whyAnother: null, since: NOON + 1 } }),
)
example('V-I5', 'not evaluable', 'a meter that tells nothing', 'not evaluated', given('1.00'))

example('V-I7', 'pass', 'as before', 'passes', given('101.00'))
example(
  'V-I7',
  'fail',
  'by 30 before',
  'suspect',
  given('101.00', { known: { kept: [kept('100.00', NOON - HOUR, '30')] } }),
)
example(
  'V-I7',
  'threshold',
  'by 1.0 before, which is 1',
  'passes',
  given('101.00', { known: { kept: [kept('100.00', NOON - HOUR, '1.0')] } }),
)
example(
  'V-I7',
  'fail',
  'a day of before the change, fetched after it',
  'suspect',
  given('101.00', {
    known: { kept: [kept('100.00', NOON - HOUR, '30'), kept('102.00', NOON + HOUR)], now: NOON + HOUR },
  }),
)
example('V-I7', 'not evaluable', 'the first value', 'not evaluated', given('1.00', { known: { kept: [] } }))

const said = (value: string, change: Partial<SaidBefore> = {}) => ({
  saidBefore: { value: scaled(value), unit: 'kWh', slot: NOON, readAt: NOON - MINUTE, ...change },
})
const saidOfMidnight = (value: string) => said(value, { slot: MIDNIGHT, readAt: MIDNIGHT })
example('V-W1', 'pass', 'the same', 'accept', given('1.00', { known: said('1.00') }))
example(
  'V-W1',
  'pass',
  'a freeze, with other decimals',
  'accept',
  given('1.00', { ...OF_MIDNIGHT, known: saidOfMidnight('1.0') }),
)
example(
  'V-W1',
  'fail',
  'a freeze, one step more',
  'suspect',
  given('1.01', { ...OF_MIDNIGHT, known: saidOfMidnight('1.00') }),
)
example('V-W1', 'fail', 'a register that fell', 'suspect', given('0.99', { known: said('1.00') }))
example('V-W1', 'fail', 'another unit', 'suspect', given('1.00', { known: said('1.00', { unit: 'Wh' }) }))
example(
  'V-W1',
  'threshold',
  'what 13.2 kW and a fifth more carry in a minute, and a step',
  'accept',
  given('1.27', { known: said('1.00') }),
)
example('V-W1', 'threshold', 'one step more', 'suspect', given('1.28', { known: said('1.00') }))
example(
  'V-W1',
  'threshold',
  'a combined register that fell by as much',
  'accept',
  given('1.00', { obis: '1-0:3.8.0', unit: 'kvarh', known: said('1.20', { unit: 'kvarh' }) }),
)
example('V-W1', 'not evaluable', 'asked once', 'not evaluated', given('1.00'))
example(
  'V-W1',
  'not evaluable',
  'an answer of another slot',
  'not evaluated',
  given('1.00', { known: said('1.00', { slot: NOON - HOUR }) }),
)
example(
  'V-W1',
  'not evaluable',
  'a voltage',
  'not concerned',
  given('230', { obis: '1-0:32.7.0', unit: 'V' }),
)

example(
  'V-R18',
  'pass',
  'both say 40',
  'accept',
  given('1.00', { known: { transformers: transformers('40') } }),
)
example(
  'V-R18',
  'threshold',
  '40.000 is 40',
  'accept',
  given('1.00', { known: { transformers: transformers('40.000') } }),
)
example(
  'V-R18',
  'fail',
  'the meter says 30',
  'suspect',
  given('1.00', { known: { transformers: transformers('30') } }),
)
example(
  'V-R18',
  'not evaluable',
  'agreed on 1, and the meter has not told',
  'not evaluated',
  given('1.00', {
    known: {
      transformers: { ...transformers(null), agreed: { current: scaled('1'), voltage: scaled('1') } },
    },
  }),
)

example('V-R1', 'pass', 'grown', 'passes', given('100.01'))
example('V-R1', 'threshold', 'stands still', 'passes', given('100.00'))
example('V-R1', 'fail', 'one step less', 'suspect', given('99.99'))
example(
  'V-R1',
  'fail',
  'between two: above the later',
  'suspect',
  given('102.01', {
    known: { kept: [kept('100.00', NOON - HOUR), kept('102.00', NOON + HOUR)], now: NOON + HOUR },
  }),
)
example(
  'V-R1',
  'pass',
  'between two: equal to the later',
  'passes',
  given('102.00', {
    known: { kept: [kept('100.00', NOON - HOUR), kept('102.00', NOON + HOUR)], now: NOON + HOUR },
  }),
)
example('V-R1', 'not evaluable', 'the first value', 'not evaluated', given('1.00', { known: { kept: [] } }))
example(
  'V-R1',
  'not evaluable',
  'a voltage',
  'not concerned',
  given('1.0', { obis: '1-0:32.7.0', unit: 'V' }),
)

const nearFull = { kept: [kept('999990.00', NOON - HOUR)] }
example('V-R2', 'pass', 'no fall', 'passes', given('101.00'))
example('V-R2', 'threshold', 'as much as may flow', 'accept', given('5.85', { known: nearFull }))
example('V-R2', 'threshold', 'one step more', 'passes', given('5.86', { known: nearFull }))
example('V-R2', 'fail', 'rolled over', 'accept', given('5.00', { known: nearFull }))
example('V-R2', 'not evaluable', 'no capacity', 'not evaluated', given('5.00', { known: { capacity: null } }))

example('V-R3', 'pass', 'a usual hour', 'passes', given('103.00'))
example('V-R3', 'threshold', '15.84 kWh and a step', 'passes', given('115.85'))
example('V-R3', 'fail', 'one step more', 'suspect', given('115.86'))
example('V-R3', 'not evaluable', 'a unit nobody knows', 'not evaluated', given('150', { unit: 'GJ' }))
example(
  'V-R3',
  'fail',
  'between two: too far below the later',
  'suspect',
  given('100.00', {
    known: { kept: [kept('100.00', NOON - DAY), kept('115.86', NOON + HOUR)], now: NOON + HOUR },
  }),
)

const frozen = { kept: [], keptOther: [kept('100.00', MIDNIGHT)] }
const afterFreeze = { readAt: MIDNIGHT + HOUR, known: { ...frozen, now: MIDNIGHT + HOUR } }
example('V-R13', 'pass', 'above the freeze', 'passes', given('101.00', afterFreeze))
example('V-R13', 'threshold', 'the freeze itself', 'passes', given('100.00', afterFreeze))
example('V-R13', 'fail', 'one step below', 'suspect', given('99.99', afterFreeze))
example(
  'V-R13',
  'threshold',
  'an hour and two seconds of all that may flow',
  'passes',
  given('115.86', afterFreeze),
)
example('V-R13', 'fail', 'more', 'suspect', given('115.88', afterFreeze))
example('V-R13', 'not evaluable', 'no freeze', 'not evaluated', given('1.00'))
const half = (value: string) =>
  given(value, {
    readAt: MIDNIGHT + 31 * SECOND,
    known: { ...frozen, now: MIDNIGHT + 31 * SECOND, clockDeviationMs: -30 * SECOND },
  })
// 63 s carry 0.28 kWh, and either register may be a step further.
example('V-R13', 'threshold', 'nearer than the clocks agree, below by what may flow', 'passes', half('99.71'))
example('V-R13', 'fail', 'nearer than the clocks agree, further below', 'suspect', half('99.69'))

const polled = {
  kept: [],
  keptOther: [kept('100.00', MIDNIGHT - 15 * MINUTE), kept('101.00', MIDNIGHT + 15 * MINUTE)],
}
const between = { ...OF_MIDNIGHT, known: { ...polled, now: MIDNIGHT + 10 * MINUTE } }
example('V-R14', 'pass', 'between', 'passes', given('100.50', between))
example('V-R14', 'threshold', 'as polled before', 'passes', given('100.00', between))
example('V-R14', 'threshold', 'as polled after', 'passes', given('101.00', between))
example('V-R14', 'fail', 'below the one before', 'suspect', given('99.99', between))
example('V-R14', 'fail', 'above the one after', 'suspect', given('101.01', between))
example(
  'V-R14',
  'fail',
  'a kWh before one of three seconds later',
  'suspect',
  given('100.50', {
    ...OF_MIDNIGHT,
    known: { kept: [], keptOther: [kept('101.00', MIDNIGHT + 3 * SECOND)], now: MIDNIGHT + 10 * MINUTE },
  }),
)
example(
  'V-R14',
  'not evaluable',
  'never polled',
  'not evaluated',
  given('1.00', { ...OF_MIDNIGHT, known: { keptOther: [] } }),
)

const demand = (value: string, unit = 'kW') =>
  given(value, { obis: '1-0:1.6.0', unit, known: { kept: [], capacity: null } })
example('V-R22', 'pass', 'a usual demand', 'passes', demand('3.0000'))
example('V-R22', 'threshold', '15.84 kW and a step', 'passes', demand('15.8401'))
example('V-R22', 'fail', 'more', 'suspect', demand('15.8402'))
example('V-R22', 'not evaluable', 'no power', 'not evaluated', demand('3.0000', 'A'))

example('V-R10', 'pass', 'to the digit', 'passes', ...set('10.00', ['1.00', '2.00', '3.00', '4.00']))
example(
  'V-R10',
  'threshold',
  'three steps above four',
  'passes',
  ...set('10.03', ['1.00', '2.00', '3.00', '4.00']),
)
example('V-R10', 'fail', 'four steps above', 'suspect', ...set('10.04', ['1.00', '2.00', '3.00', '4.00']))
example('V-R10', 'fail', 'a step below', 'suspect', ...set('9.99', ['1.00', '2.00', '3.00', '4.00']))
example('V-R10', 'fail', 'two tariffs above their total', 'suspect', ...set('2.99', ['1.00', '2.00']))
example(
  'V-R10',
  'not evaluable',
  'two of who knows how many',
  'not evaluated',
  ...set('10.00', ['1.00', '2.00']),
)
example('V-R10', 'not evaluable', 'no tariff', 'not concerned', ...set('10.00', []))
example(
  'V-R10',
  'threshold',
  'floats: two and a half steps below four',
  'passes',
  ...set('9.98', ['1.00', '2.00', '3.00', '4.00'], { rounded: true }),
)
example(
  'V-R10',
  'fail',
  'floats: three steps below',
  'suspect',
  ...set('9.97', ['1.00', '2.00', '3.00', '4.00'], { rounded: true }),
)
const coarse = { rounded: true, floatStep: scaled('0.010') } as const
const tariffs = ['1.000', '2.000', '3.000', '4.000']
example(
  'V-R10',
  'threshold',
  'coarse floats: two and a half of 0.011',
  'passes',
  ...set('9.973', tariffs, coarse),
)
example('V-R10', 'fail', 'coarse floats: more', 'suspect', ...set('9.972', tariffs, coarse))
example(
  'V-R10',
  'threshold',
  'tariffs 2 s later: as much as may flow in 2 s, and a step',
  'passes',
  ...set('9.98', ['1.00', '2.00', '3.00', '4.00'], {}, NOON + 2 * SECOND),
)
example(
  'V-R10',
  'fail',
  'tariffs 2 s later: more',
  'suspect',
  ...set('9.97', ['1.00', '2.00', '3.00', '4.00'], {}, NOON + 2 * SECOND),
)
example(
  'V-R10',
  'threshold',
  'by ratio 40 the steps are 40 as large',
  'passes',
  ...set('401.20', ['40.00', '80.00', '120.00', '160.00'], { transformers: transformers('40') }),
)

/** 1,000,000.10 kWh in four tariffs, none of which has rolled over. */
const NEARLY_FULL = ['400000.00', '300000.00', '200000.05', '100000.05']
example('V-R10', 'pass', 'a total that has rolled over', 'passes', ...set('0.13', NEARLY_FULL))
example('V-R10', 'fail', 'a roll-over and a step too many', 'suspect', ...set('0.14', NEARLY_FULL))
example('V-R10', 'fail', 'a roll-over and a step too few', 'suspect', ...set('0.09', NEARLY_FULL))
example(
  'V-R10',
  'fail',
  'no capacity to roll over at',
  'suspect',
  ...set('0.13', NEARLY_FULL, { capacity: null }),
)

example('V-R11', 'pass', 'to the digit', 'passes', ...sums('3.00', '1.00', '2.00'))
example('V-R11', 'pass', 'net', 'passes', ...sums('-1.00', '1.00', '2.00', 16))
example('V-R11', 'pass', 'DL/T 645 combines by adding', 'passes', ...sums('3.00', '1.00', '2.00', 16))
example('V-R11', 'pass', 'DL/T 645 combines forward alone', 'passes', ...sums('1.00', '1.00', '2.00', 16))
example('V-R11', 'fail', 'no combination of the two', 'suspect', ...sums('2.50', '1.00', '2.00', 16))
example('V-R11', 'pass', 'a sum that has rolled over', 'passes', ...sums('0.50', '600000.25', '400000.25'))
example('V-R11', 'fail', 'a roll-over and two steps', 'suspect', ...sums('0.52', '600000.25', '400000.25'))
example(
  'V-R11',
  'not evaluable',
  'a sum in another unit',
  'not concerned',
  ...sums('3000', '1.00', '2.00').map(({ reading, known }) =>
    given('0', { ...reading, ...(reading.obis.includes(':15.') && { unit: 'Wh' }), known }),
  ),
)
example('V-R11', 'threshold', 'a step', 'passes', ...sums('3.01', '1.00', '2.00'))
example('V-R11', 'threshold', 'a step below', 'passes', ...sums('2.99', '1.00', '2.00'))
example('V-R11', 'fail', 'two steps', 'suspect', ...sums('3.02', '1.00', '2.00'))
example('V-R11', 'fail', 'net told for a sum', 'suspect', ...sums('-1.00', '1.00', '2.00'))
example(
  'V-R11',
  'pass',
  'reverse told 2 s later',
  'passes',
  ...sums('3.00', '1.00', '2.02', 15, NOON + 2 * SECOND),
)
example('V-R11', 'not evaluable', 'no reverse', 'not concerned', ...sums('3.00', '1.00', '2.00').slice(0, 2))

example('V-R27', 'pass', 'U·I·PF make P', 'passes', ...triangle('64'))
example('V-R27', 'threshold', 'as far as digits and 10 W', 'passes', ...triangle('204'))
example('V-R27', 'fail', 'a watt more', 'flag', ...triangle('205'))
example('V-R27', 'not evaluable', 'no current', 'not evaluated', ...triangle('64', ['1-0:31.7.0']))
example('V-R27', 'not evaluable', 'no power', 'not concerned', ...triangle('64', ['1-0:1.7.0']))

/** Registers of 100 kWh a quarter of an hour ago, when 200 W flowed; the same are told now, or others. */
const standing = (size: number, forward = '100.00', watts = '200', samples = 2, amperes = 60) => {
  const before = {
    at: NOON - 15 * MINUTE,
    watts: Number(watts),
    energy: { forward: scaled('100.00'), reverse: null, perKwh: 1 },
    weeks: null,
    quiet: null,
    still: { since: NOON - 30 * MINUTE, net: size, size, samples, sum: samples * Number(watts), jumps: 0 },
    window: null,
  }
  const nameplate = { phases: 1 as const, volts: 220, amperes }
  const known = { kept: [], load: before, nameplate }
  return [given(forward, { known }), given(watts, { obis: '1-0:1.7.0', unit: 'W', known })]
}
example('V-R5', 'pass', 'a step further', 'passes', ...standing(0.1, '100.01'))
example('V-R5', 'threshold', '0.1 kWh', 'suspect', ...standing(0.05))
example('V-R5', 'threshold', 'less', 'not evaluated', ...standing(0.049))
example('V-R5', 'fail', 'much more', 'suspect', ...standing(1))
example('V-R5', 'threshold', 'two powers', 'not evaluated', ...standing(1, '100.00', '200', 1))
example(
  'V-R5',
  'not evaluable',
  'what a meter need not count',
  'not evaluated',
  ...standing(1, '100.00', '9'),
)
example('V-R5', 'threshold', 'a thousandth of 500 A', 'suspect', ...standing(5, '100.00', '110', 2, 500))
example(
  'V-R5',
  'not evaluable',
  'less than a thousandth of 500 A',
  'not evaluated',
  ...standing(5, '100.00', '109', 2, 500),
)
example(
  'V-R5',
  'not evaluable',
  'nothing seen before',
  'not evaluated',
  given('1.00', { known: { load: null } }),
)

/** A day of 1 kW, or fed in for half of it, but for its last quarter of an hour; the registers were at 100 kWh. */
const dayOf = (
  forward: string,
  change: {
    since?: number
    jumps?: number
    samples?: number
    watts?: number
    fedIn?: boolean
    from?: string
    weeks?: Weeks | null
  } = {},
) => {
  const {
    since = NOON - DAY,
    jumps = 0,
    samples = 95,
    watts = 1_000,
    fedIn = false,
    from = '100.00',
    weeks = null,
  } = change
  const net = (23.75 * watts) / 1_000
  const flowed = { since, net: fedIn ? -0.25 : net, size: net, samples, sum: samples * watts, jumps }
  const before = {
    at: NOON - 15 * MINUTE,
    watts,
    energy: null,
    still: flowed,
    window: { ...flowed, from: { forward: scaled(from), reverse: fedIn ? scaled('0.00') : null, perKwh: 1 } },
    weeks,
    quiet: null,
  }
  const known = { kept: [], load: before }
  return [
    given(forward, { known }),
    given(String(watts), { obis: '1-0:1.7.0', unit: 'W', known }),
    ...(fedIn ? [given('0.00', { obis: '1-0:2.8.0', known })] : []),
  ]
}
example('V-R4', 'pass', '24 kWh', 'passes', ...dayOf('124.00'))
example(
  'V-R4',
  'threshold',
  'twice as much, a step, and all the connection carries in 15 min',
  'passes',
  ...dayOf('151.97'),
)
example('V-R4', 'fail', 'more', 'suspect', ...dayOf('151.98'))
example(
  'V-R4',
  'pass',
  'half of it fed in, of a meter that counts both forward',
  'passes',
  ...dayOf('124.00', { fedIn: true }),
)
example('V-R4', 'fail', 'and more than twice both', 'suspect', ...dayOf('151.98', { fedIn: true }))
example('V-R4', 'pass', 'more, of loads that switch', 'passes', ...dayOf('156.00', { jumps: 1e8 }))
example(
  'V-R4',
  'pass',
  'ten minutes of 2 kW between two powers, in an empty flat of 5 W',
  'passes',
  ...dayOf('100.45', { watts: 5 }),
)
example('V-R4', 'not evaluable', 'half a day', 'not evaluated', ...dayOf('150.00', { since: NOON - DAY / 2 }))
example('V-R26', 'pass', '24 kWh', 'passes', ...dayOf('124.00'))
for (const rule of ['V-R4', 'V-R26'])
  example(rule, 'pass', '24 kWh and a roll-over', 'passes', ...dayOf('14.00', { from: '999990.00' }))
example('V-R4', 'fail', 'too much and a roll-over', 'suspect', ...dayOf('41.98', { from: '999990.00' }))
example('V-R26', 'threshold', 'a tenth more', 'passes', ...dayOf('126.40'))
example('V-R26', 'fail', 'a step more', 'flag', ...dayOf('126.41'))
example('V-R26', 'fail', 'two tenths less', 'flag', ...dayOf('119.20'))
example(
  'V-R26',
  'pass',
  'two tenths less, of loads that switch',
  'passes',
  ...dayOf('119.20', { jumps: 1e8 }),
)
example('V-R26', 'threshold', 'twelve powers', 'flag', ...dayOf('150.00', { samples: 11 }))
example('V-R26', 'threshold', 'eleven powers', 'not evaluated', ...dayOf('150.00', { samples: 10 }))
example(
  'V-R26',
  'not evaluable',
  'half a day',
  'not evaluated',
  ...dayOf('150.00', { since: NOON - DAY / 2 }),
)

/** A fortnight of 1 kW, of which the registers counted so much. */
const fortnight = (counted: number, lasted = 14 * DAY): Weeks => {
  const net = (24 * lasted) / DAY
  const flowed = { net, size: net, samples: (4 * lasted) / HOUR, sum: 0, jumps: 0 }
  return { ...flowed, lasted, counted, countedBoth: counted }
}
example('V-R26', 'pass', 'a fortnight', 'passes', ...dayOf('124.00', { weeks: fortnight(336) }))
example(
  'V-R26',
  'threshold',
  'nearly a twentieth more',
  'passes',
  ...dayOf('124.00', { weeks: fortnight(352.79) }),
)
example('V-R26', 'fail', 'and a step more', 'flag', ...dayOf('124.00', { weeks: fortnight(352.81) }))
example('V-R26', 'fail', 'a twelfth less', 'flag', ...dayOf('124.00', { weeks: fortnight(308) }))
const short = fortnight(400, 14 * DAY - 1)
example('V-R26', 'threshold', 'not yet a fortnight', 'passes', ...dayOf('124.00', { weeks: short }))

/** No current for a day, 0.32 kWh of which a thousandth of 60 A carries, while registers of 100 kWh came to these. */
const empty = (forward: string, quiet: Partial<Quiet> | null = {}) => {
  const energy = { forward: scaled('100.00'), reverse: null, perKwh: 1 }
  const flowed = { since: NOON - HOUR, net: 0, size: 0, samples: 1, sum: 0, jumps: 0 }
  const load = {
    at: NOON - 15 * MINUTE,
    watts: 0,
    energy,
    still: flowed,
    window: null,
    weeks: null,
    quiet: quiet && { since: NOON - DAY, from: energy, rounds: 95, moved: 17, ...quiet },
  }
  const known = { kept: [], load }
  return [given(forward, { known }), given('0', { obis: '1-0:1.7.0', unit: 'W', known })]
}
example('V-R9', 'pass', 'nothing counted', 'passes', ...empty('100.00'))
example('V-R9', 'threshold', 'as much as flows unseen', 'passes', ...empty('100.31'))
example('V-R9', 'fail', 'a step more', 'flag', ...empty('100.32'))
example('V-R9', 'threshold', 'in half the rounds that show it', 'flag', ...empty('100.34'))
example('V-R9', 'threshold', 'in fewer, as of a kettle', 'passes', ...empty('100.35'))
example('V-R9', 'fail', 'every other round', 'flag', ...empty('102.00', { moved: 48 }))
example('V-R9', 'threshold', 'a day', 'not evaluated', ...empty('100.40', { since: NOON - DAY + 1 }))
example('V-R9', 'not evaluable', 'with current', 'not evaluated', ...empty('100.40', null))

EXAMPLES.push(...SEEN_EXAMPLES)
for (const [rule, is, name, says, ...round] of STANDING_EXAMPLES) example(rule, is, name, says, ...round)

describe.each(EXAMPLES)('$rule $is: $name', ({ rule: id, says, round }) => {
  const rule = RULES.find(one => one.id === id)!

  test(`says: ${says}`, () => {
    expect(saidBy(rule, round)).toBe(says)
  })

  test('is what a live round comes to', () => {
    const findings = validateRound(round).flatMap(one => one.findings.filter(found => found.rule === id))
    const verdicts = new Set(findings.map(({ verdict }) => verdict))
    const kept =
      says === 'not evaluated' ? [...verdicts] : ['passes', 'not concerned'].includes(says) ? [] : [says]
    expect([...verdicts]).toEqual(kept)
    for (const finding of findings) {
      expect(finding).toMatchObject({ version: rule.version })
      expect(JSON.parse(JSON.stringify(finding))).toEqual(finding)
    }
  })
})

/** Said by the store alone, of what it holds: tests/store proves it. */
const LATER: Readonly<Record<string, readonly string[]>> = { 'V-T1': ['suspect'] }

describe('the table', () => {
  test('has no id twice', () => {
    expect(new Set(ALL_RULES.map(({ id }) => id)).size).toBe(ALL_RULES.length)
  })

  test.each(RULES)('$id has a case of each kind', ({ id }) => {
    for (const is of CASES) {
      const count = EXAMPLES.filter(one => one.rule === id && one.is === is).length
      if (NONE[id]?.[is] === undefined) expect(count, is).toBeGreaterThan(0)
      else expect(count, `${is}: there is one all the same`).toBe(0)
    }
  })

  test.each(RULES)('$id gives each of its verdicts in some case, and no other', ({ id, outcomes }) => {
    const given = new Set(EXAMPLES.filter(one => one.rule === id).map(({ says }) => says))
    const told = [...given, ...(LATER[id] ?? [])].filter(
      says => !['passes', 'not concerned', 'not evaluated'].includes(says),
    )
    expect(told.sort()).toEqual(outcomes.map(({ verdict }) => verdict).sort())
  })

  test('parameters are of rules there are, and named where the rule says what it asks', () => {
    for (const [id, parameters] of Object.entries(PARAMETERS)) {
      const rule = ALL_RULES.find(one => one.id === id)
      expect(rule, id).toBeDefined()
      for (const [name, { least, most, usual }] of Object.entries(parameters)) {
        expect(rule?.says, `${id} ${name}`).toContain(`\`${name}\``)
        for (const value of typeof usual === 'number' ? [usual] : Object.values<number>(usual)) {
          expect(value).toBeGreaterThanOrEqual(least)
          expect(value).toBeLessThanOrEqual(most)
        }
      }
    }
  })
})
