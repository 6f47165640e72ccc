/** Every rule of intervals: passing, failing, not evaluable, and exactly at its threshold. */

import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { IntervalDay } from '../../src/reading/rules/interval/interval-day.ts'
import { isLacking } from '../../src/reading/rules/interval/interval-rule.ts'
import {
  INTERVAL_RULES,
  judgeIntervals,
  toldOfDay,
} from '../../src/reading/rules/interval/judge-intervals.ts'
import { limitsOf } from '../../src/reading/rules/parameters.ts'
import { CHANNEL, type DayMade, dayOf, FRIDAY, QUARTER } from '../support/interval-days.ts'
import { scaled } from '../support/judged.ts'
import { times } from '../support/released-days.ts'

const CASES = ['pass', 'fail', 'not evaluable', 'threshold'] as const

interface Example {
  readonly rule: string
  readonly is: (typeof CASES)[number]
  readonly name: string
  /** Verdicts, each with how many intervals it is of. */
  readonly says: string
  readonly day: IntervalDay
}

const EXAMPLES: Example[] = []

function example(
  rule: string,
  is: Example['is'],
  name: string,
  says: string,
  counted: readonly string[],
  made: DayMade = {},
): void {
  EXAMPLES.push({ rule, is, name, says, day: dayOf(counted, made) })
}

/** A day of 96 intervals, no two next to each other alike. */
const EVEN = Array.from({ length: 96 }, (_, nth) => `0.${20 + (nth % 7)}`)
const withOnes = (ones: Readonly<Record<number, string>>) => EVEN.map((one, nth) => ones[nth] ?? one)
const set = (rules: Parameters<typeof limitsOf>[1]): DayMade => ({
  channel: { limits: limitsOf('dwelling', rules) },
})

example('V-L2', 'pass', 'all are there', 'passes', EVEN)
example('V-L2', 'pass', 'one read is lost: two are estimated', 'passes', EVEN, { lost: [40] })
example('V-L2', 'threshold', 'the last read is missing, and with it one interval', 'flag 1', EVEN, {
  lost: [96],
})
example('V-L2', 'fail', 'nothing from noon on', 'flag 48', EVEN.slice(0, 48))
example('V-L2', 'not evaluable', 'the day is not over', 'not evaluated', EVEN.slice(0, 48), {
  asked: { now: FRIDAY + 12 * HOUR },
})

const beside = (slots: readonly number[]): DayMade => ({
  lost: [40, 41],
  channel: { sibling: '1-0:2.8.0' },
  known: { siblingAt: new Set(slots.map(nth => FRIDAY + nth * QUARTER)) },
})
example('V-L11', 'pass', 'neither was read', 'passes', EVEN, beside([1, 2, 3]))
example('V-L11', 'fail', 'the other was', 'flag 2', EVEN, beside([40, 41]))
example('V-L11', 'threshold', 'the other was once', 'flag 1', EVEN, beside([41]))
example('V-L11', 'not evaluable', 'it is polled alone', 'not evaluated', EVEN, { lost: [40] })
example('V-L11', 'not evaluable', 'nobody has looked', 'not evaluated', EVEN, {
  lost: [40],
  channel: { sibling: '1-0:2.8.0' },
})

const clockOff = (ms: number, stamped = true): DayMade => ({
  stamped,
  known: { deviationAt: at => (at < FRIDAY + 10 * HOUR + MINUTE ? 0 : ms) },
})
example('V-T6', 'pass', 'it was right all day', 'passes', EVEN, clockOff(0))
example('V-T6', 'threshold', 'by 30 s', 'passes', EVEN, clockOff(30 * SECOND))
example('V-T6', 'threshold', 'by more', 'flag 1', EVEN, clockOff(30 * SECOND + 1))
example('V-T6', 'fail', 'back by minutes', 'flag 1', EVEN, clockOff(-3 * MINUTE))
example('V-T6', 'not evaluable', 'no value rests on it', 'not evaluated', EVEN, clockOff(-3 * MINUTE, false))
example('V-T6', 'not evaluable', 'nobody measured it', 'not evaluated', EVEN, { stamped: true })

// Of 0.40 180 % more are 1.12; 3 kW are 0.75 in a quarter.
const low = times(94, '0.40')
example('V-L3', 'pass', 'an even day', 'passes', EVEN)
example('V-L3', 'threshold', '180 % above the third', 'passes', [...low, '0.50', '1.12'])
example('V-L3', 'fail', 'more', 'flag 1', [...low, '0.50', '1.13'])
example('V-L3', 'pass', 'three are high', 'passes', [...times(93, '0.40'), '1.00', '1.00', '1.13'])
example('V-L3', 'threshold', 'of 3 kW', 'passes', [...times(95, '0.10'), '0.75'])
example('V-L3', 'fail', 'of more', 'flag 1', [...times(95, '0.10'), '0.76'])
example('V-L3', 'pass', 'after an outage', 'passes', [...low, '0.50', '1.13'], {
  known: { absences: [{ why: 'outage', from: FRIDAY + 22 * HOUR, to: FRIDAY + 23 * HOUR }] },
})
example('V-L3', 'not evaluable', 'two', 'not evaluated', ['0.10', '3.00'])
example('V-L3', 'not evaluable', 'nothing counted but in two', 'not evaluated', [
  ...times(94, '0.00'),
  '1.00',
  '3.00',
])

example('V-L4', 'pass', 'an even day', 'passes', EVEN)
example('V-L4', 'threshold', 'all that can flow and a step', 'passes', withOnes({ 50: '3.97' }))
example('V-L4', 'fail', 'a step more', 'suspect 1', withOnes({ 50: '3.98' }))
example('V-L4', 'fail', 'twice', 'suspect 2', withOnes({ 50: '3.98', 60: '9.00' }))
example('V-L4', 'pass', 'in 16 minutes', 'passes', withOnes({ 50: '4.20' }), {
  late: place => (place === 51 ? MINUTE : 0),
})
example('V-L4', 'not evaluable', 'no two reads an interval apart', 'not evaluated', [], { values: ['1.00'] })
example('V-L4', 'not evaluable', 'no unit of energy', 'not evaluated', EVEN, { known: { unit: 'm3' } })

example('V-L7', 'pass', 'it grows', 'passes', EVEN)
example('V-L7', 'threshold', 'it stands still', 'passes', withOnes({ 50: '0.00' }))
example('V-L7', 'fail', 'by a step', 'suspect 1', withOnes({ 50: '-0.01' }))
example('V-L7', 'pass', 'it rolls over', 'passes', [], {
  values: ['999999.90', '999999.99', '0.05', '0.10'],
})
example('V-L7', 'fail', 'nobody knows where it rolls over', 'suspect 1', [], {
  values: ['999999.90', '999999.99', '0.05', '0.10'],
  channel: { capacity: null },
})
example('V-L7', 'not evaluable', 'one value', 'not evaluated', [], { values: ['1.00'] })

example('V-L13', 'pass', 'as delivered', 'passes', withOnes({ 50: '3.00' }))
example(
  'V-L13',
  'threshold',
  'half as much again',
  'passes',
  [...times(95, '0.40'), '0.60'],
  set({ 'V-L13': { percent: 50 } }),
)
example('V-L13', 'fail', 'more', 'flag 1', [...times(95, '0.40'), '0.61'], set({ 'V-L13': { percent: 50 } }))
example(
  'V-L13',
  'fail',
  'against the last with something counted',
  'flag 1',
  ['0.40', '0.00', '0.61'],
  set({ 'V-L13': { percent: 50 } }),
)
example('V-L13', 'not evaluable', 'one', 'not evaluated', ['0.40', '0.00'])

/** Three days before, and Friday with so many intervals of nothing from 08:00 on. */
function still(count: number, before: readonly string[] = EVEN): readonly string[] {
  return [
    ...before,
    ...before,
    ...before,
    ...EVEN.map((one, nth) => (nth >= 32 && nth < 32 + count ? '0.00' : one)),
  ]
}
const since = { fromDay: -3 }
example('V-L5', 'pass', 'something in each', 'passes', still(0), since)
example('V-L5', 'threshold', 'two hours', 'flag 8', still(8), since)
example('V-L5', 'pass', 'a quarter less', 'passes', still(7), since)
example('V-L5', 'fail', 'all morning', 'flag 16', still(16), since)
const idle = EVEN.map((one, nth) => (nth >= 32 && nth < 48 ? '0.00' : one))
example('V-L5', 'pass', 'nothing on the days before either', 'passes', still(16, idle), since)
example('V-L5', 'not evaluable', 'nothing is known of the days before', 'not evaluated', still(16).slice(288))
example('V-L5', 'not evaluable', 'the supply was off', 'not evaluated', still(16), {
  ...since,
  known: { absences: [{ why: 'outage', from: FRIDAY + 9 * HOUR, to: FRIDAY + 10 * HOUR }] },
})

const stuck = (count: number, one: string) =>
  EVEN.map((other, nth) => (nth >= 8 && nth < 8 + count ? one : other))
example('V-L6', 'pass', 'an even day', 'passes', EVEN)
example('V-L6', 'threshold', 'eight of a hundred steps', 'flag 8', stuck(8, '1.00'))
example('V-L6', 'pass', 'seven', 'passes', stuck(7, '1.00'))
example('V-L6', 'threshold', 'a step less', 'passes', stuck(8, '0.99'))
example('V-L6', 'pass', 'nothing, all night', 'passes', stuck(30, '0.00'))
example('V-L6', 'fail', 'all day', 'suspect 96', times(96, '1.23'))
example('V-L6', 'threshold', 'all that was read of half of it', 'suspect 48', times(48, '1.23'))
example('V-L6', 'threshold', 'of less than half', 'flag 47', times(47, '1.23'))
example('V-L6', 'not evaluable', 'gaps divided evenly', 'not evaluated', times(96, '1.23'), {
  lost: Array.from({ length: 23 }, (_, nth) => 4 + 4 * nth),
})
example('V-L6', 'pass', 'steps of transformers', 'passes', times(96, '48.00'), {
  channel: { factor: scaled('80'), nameplate: { phases: 3, volts: 220, amperes: 480 } },
})
example('V-L6', 'not evaluable', 'no eight in a row', 'not evaluated', times(7, '1.23'))

const off = (from: number, to: number | null): DayMade => ({
  known: { absences: [{ why: 'outage', from: FRIDAY + from, to: to === null ? null : FRIDAY + to }] },
})
const dark = EVEN.map((one, nth) => (nth >= 40 && nth < 44 ? '0.00' : one))
example('V-L8', 'pass', 'on another day', 'not evaluated', EVEN, off(-5 * HOUR, -HOUR))
example('V-L8', 'fail', 'an hour off and nothing counted', 'flag 4', dark, off(10 * HOUR, 11 * HOUR))
example('V-L8', 'threshold', 'a step meanwhile', 'flag 4', dark.with(41, '0.01'), off(10 * HOUR, 11 * HOUR))
example('V-L8', 'fail', 'two', 'suspect 1, flag 3', dark.with(41, '0.02'), off(10 * HOUR, 11 * HOUR))
example(
  'V-L8',
  'pass',
  'a part of an interval may count',
  'flag 1',
  EVEN,
  off(10 * HOUR + MINUTE, 10 * HOUR + 5 * MINUTE),
)
example(
  'V-L8',
  'fail',
  'it still is',
  'flag 8',
  [...EVEN.slice(0, 88), ...times(8, '0.00')],
  off(22 * HOUR, null),
)
example('V-L8', 'not evaluable', 'none is known', 'not evaluated', EVEN)

/** Polls from an hour before the day until an hour after, and freezes that say the day counted so much. */
const released = (used: string): DayMade => ({
  known: {
    released: {
      from: { at: FRIDAY, value: scaled('1000.84'), isActual: true },
      to: { at: FRIDAY + DAY, value: scaled('1097.00'), isActual: true },
      used: scaled(used),
      isActual: true,
    },
  },
})
// 0.25 in each quarter: 94 lie within both, 98 around them.
const around = times(104, '0.25')
const shifted: DayMade = { fromDay: -4 / 96 }
example('V-R12', 'pass', 'as the intervals', 'passes', around, { ...shifted, ...released('24.00') })
example('V-R12', 'threshold', 'two steps below', 'passes', around, { ...shifted, ...released('23.48') })
example('V-R12', 'fail', 'three', 'suspect 96', around, { ...shifted, ...released('23.47') })
example('V-R12', 'threshold', 'two steps above', 'passes', around, { ...shifted, ...released('24.52') })
example('V-R12', 'fail', 'three above', 'suspect 96', around, { ...shifted, ...released('24.53') })
example('V-R12', 'pass', 'whatever is missing between', 'passes', around, {
  ...shifted,
  ...released('24.00'),
  lost: Array.from({ length: 80 }, (_, nth) => 10 + nth),
})
example('V-R12', 'not evaluable', 'it was estimated', 'not evaluated', around, shifted)
example('V-R12', 'not evaluable', 'no poll after its end', 'not evaluated', around.slice(0, 99), {
  ...shifted,
  ...released('24.00'),
})

function saidBy(id: string, day: IntervalDay): string {
  const rule = INTERVAL_RULES.find(one => one.id === id)
  if (!rule?.of(day.channel.obis)) return 'not concerned'
  const checked = rule.check(day)
  if (isLacking(checked)) return 'not evaluated'
  const all = checked.map(({ said, intervals }) => `${said.verdict} ${intervals.length}`)
  return all.length === 0 ? 'passes' : all.join(', ')
}

describe.each(EXAMPLES)('$rule $is: $name', ({ rule: id, says, day }) => {
  test(`says: ${says}`, () => {
    expect(saidBy(id, day)).toBe(says)
    const found = judgeIntervals(day).filter(({ finding }) => finding.rule === id)
    const isSaid = says !== 'passes' && says !== 'not evaluated'
    expect(found.map(({ finding, intervals }) => `${finding.verdict} ${intervals.length}`).join(', ')).toBe(
      isSaid ? says : '',
    )
    for (const { finding } of found) expect(JSON.parse(JSON.stringify(finding))).toEqual(finding)
  })
})

describe('the table of intervals', () => {
  test.each(INTERVAL_RULES)('$id has a case of each kind', ({ id }) => {
    for (const is of CASES)
      expect(EXAMPLES.filter(one => one.rule === id && one.is === is).length, is).toBeGreaterThan(0)
  })

  test.each(INTERVAL_RULES)(
    '$id gives each of its verdicts in some case, and no other',
    ({ id, outcomes }) => {
      const said = new Set(
        EXAMPLES.filter(one => one.rule === id).flatMap(({ says }) =>
          says.split(', ').map(one => one.split(' ')[0]),
        ),
      )
      const told = [...said].filter(says => !['passes', 'not'].includes(says ?? ''))
      expect(told.sort()).toEqual(outcomes.map(({ verdict }) => verdict).sort())
    },
  )
})

test('V-T6 tells which way the clock was set', () => {
  const codesOf = (ms: number) =>
    judgeIntervals(dayOf(EVEN, clockOff(ms))).flatMap(({ finding }) =>
      finding.rule === 'V-T6' ? finding.codes : [],
    )
  expect(codesOf(HOUR)).toEqual(['1.4.64'])
  expect(codesOf(-HOUR)).toEqual(['1.4.128'])
})

test('V-L4 by a record and a poll is as long as their clocks may differ: by five minutes where nobody measured', () => {
  const oneStamped = (deviationMs: number | null) => {
    const day = dayOf(withOnes({ 50: '5.00' }))
    const reads = day.reads.map((one, place) => ({ ...one, stamped: place === 51 }))
    return dayOf([], { known: { ...day, reads, deviationAt: () => deviationMs } })
  }
  const isTold = (day: IntervalDay) => judgeIntervals(day).some(({ finding }) => finding.rule === 'V-L4')
  expect(isTold(oneStamped(null))).toBe(false)
  expect(isTold(oneStamped(0))).toBe(true)
})

test('V-L3 V-L5 V-L13 inform and are told to nobody', () => {
  const day = dayOf([...times(95, '0.10'), '0.76'], set({ 'V-L13': { percent: 1 } }))
  const found = judgeIntervals(day)
  expect(found.map(({ finding }) => finding.rule)).toEqual(['V-L3', 'V-L13'])
  expect(toldOfDay(day)).toEqual([])
  for (const id of ['V-L3', 'V-L5', 'V-L13'])
    expect(INTERVAL_RULES.find(one => one.id === id)?.outcomes).toMatchObject([
      { verdict: 'flag', severity: 3 },
    ])
})

test('V-L4 V-L6 of a day are told once, with the register they are of', () => {
  const day = dayOf(times(96, '4.00'))
  expect(toldOfDay(day).map(({ rule, samples }) => [rule, samples?.[0]?.obis])).toEqual([
    ['V-L4', CHANNEL.obis],
    ['V-L6', CHANNEL.obis],
  ])
})
