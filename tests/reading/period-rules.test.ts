/** Every rule of history: passing, failing, not evaluable, and exactly at its threshold. */

import { describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/core/time.ts'
import { limitsOf, USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import {
  judgePeriods,
  type MeterHistory,
  PERIOD_RULES,
} from '../../src/reading/rules/period/judge-periods.ts'
import { seriesOf } from '../../src/reading/rules/period/series.ts'
import { SITE } from '../support/judged.ts'
import { BOUNDARY, type Column, history, REVERSE, released, times } from '../support/released-days.ts'

const CASES = ['pass', 'fail', 'not evaluable', 'threshold'] as const

interface Example {
  readonly rule: string
  readonly is: (typeof CASES)[number]
  readonly name: string
  readonly of: MeterHistory
  readonly says: string
}

const EXAMPLES: Example[] = []

function example(
  rule: string,
  is: Example['is'],
  name: string,
  says: string,
  days: readonly string[] | readonly Column[],
  change: Partial<Omit<MeterHistory, 'releases'>> = {},
): void {
  const columns = days.flatMap(day => (typeof day === 'string' ? [] : [day]))
  const ofDays: Column = { days: days.filter(day => typeof day === 'string') }
  const releases = released(columns.length > 0 ? columns : [ofDays])
  EXAMPLES.push({ rule, is, name, says, of: history(releases, change) })
}

/** Six weeks of 10 kWh a day, less on weekends: a Saturday's has 6 of 8 or so. */
const STEADY = times(42, '10.00')
const LIMITS = (set: Parameters<typeof limitsOf>[1]) => ({ limits: limitsOf('dwelling', set) })

const shop = { limits: USUAL_LIMITS.shop }
example('V-R6', 'pass', 'used something', 'passes', [...times(8, '0.00'), '0.01'])
example('V-R6', 'pass', 'used something a week ago', 'passes', ['0.01', ...times(7, '0.00')], shop)
example('V-R6', 'threshold', 'a week of a shop', 'passes', ['1.00', ...times(7, '0.00')], shop)
example('V-R6', 'fail', 'a day more', 'flag', ['1.00', ...times(8, '0.00')], shop)
example('V-R6', 'pass', 'a flat may be empty for as long', 'passes', ['1.00', ...times(8, '0.00')])
example('V-R6', 'threshold', 'for 30 days', 'passes', ['1.00', ...times(30, '0.00')])
example('V-R6', 'fail', 'and no more', 'flag', ['1.00', ...times(31, '0.00')])
example('V-R6', 'not evaluable', 'a week is all that is known', 'not evaluated', times(7, '0.00'), shop)
example('V-R6', 'not evaluable', 'V-R5 has power', 'not evaluated', times(9, '0.00'), {
  ...shop,
  isPowerWatched: true,
})
example('V-R6', 'not evaluable', 'the last is estimated', 'not evaluated', [
  { days: times(40, '0.00'), estimated: [0] },
])
example(
  'V-R6',
  'fail',
  'estimates between readings that stand still',
  'flag',
  [{ days: ['1.00', ...times(8, '0.00')], estimated: [3, 4] }],
  shop,
)
const feeding = (back: readonly string[]) => [
  { days: ['1.00', ...times(8, '0.00')] },
  { obis: REVERSE, days: ['0.00', ...back] },
]
example('V-R6', 'pass', 'fed in', 'passes', feeding([...times(7, '0.00'), '1.00']), shop)
example('V-R6', 'fail', 'fed in nothing either', 'flag', feeding(times(8, '0.00')), shop)
example('V-R6', 'threshold', 'a day of the eight without supply', 'passes', ['1.00', ...times(8, '0.00')], {
  ...shop,
  absences: [{ why: 'outage', from: BOUNDARY - 3 * DAY, to: BOUNDARY - 2 * DAY }],
})
example('V-R6', 'fail', 'an hour less without supply', 'flag', ['1.00', ...times(8, '0.00')], {
  ...shop,
  absences: [{ why: 'outage', from: BOUNDARY - 3 * DAY, to: BOUNDARY - 2 * DAY - HOUR }],
})

example('V-R7', 'pass', 'a step', 'passes', [...STEADY, '0.01'])
example('V-R7', 'fail', 'nothing', 'flag', [...STEADY, '0.00'])
example('V-R7', 'threshold', 'nine of ten', 'flag', [...times(2, '0.00'), ...times(18, '1.00'), '0.00'])
example('V-R7', 'threshold', 'fewer', 'passes', [...times(3, '0.00'), ...times(18, '1.00'), '0.00'])
example('V-R7', 'threshold', 'fourteen days', 'flag', times(14, '1.00').concat('0.00'))
example('V-R7', 'not evaluable', 'thirteen', 'not evaluated', times(13, '1.00').concat('0.00'))
example('V-R7', 'not evaluable', 'no supply for an hour', 'not evaluated', [...STEADY, '0.00'], {
  absences: [{ why: 'outage', from: BOUNDARY - 3 * HOUR, to: BOUNDARY - 2 * HOUR }],
})
example('V-R7', 'not evaluable', 'disconnected', 'not evaluated', [...STEADY, '0.00'], {
  absences: [{ why: 'disconnected', from: BOUNDARY - 3 * HOUR, to: null }],
})

example('V-R15', 'pass', 'as ever', 'passes', [...STEADY, '10.00'])
example('V-R15', 'threshold', 'three times the median', 'passes', [...STEADY, '30.00'])
example('V-R15', 'fail', 'a step more', 'flag', [...STEADY, '30.01'])
example('V-R15', 'threshold', 'a quarter of it', 'passes', [...STEADY, '2.50'])
example('V-R15', 'fail', 'a step less', 'flag', [...STEADY, '2.49'])
example('V-R15', 'threshold', 'a small customer: 5 kWh', 'passes', [...times(42, '1.00'), '5.00'])
example('V-R15', 'fail', 'and a step', 'flag', [...times(42, '1.00'), '5.01'])
example('V-R15', 'pass', 'a small customer is never low', 'passes', [...times(42, '4.99'), '0.00'])
example('V-R15', 'threshold', 'a median of 5 kWh', 'flag', [...times(42, '5.00'), '0.00'])
/** Median 20, deviations of 13.49 on either side: 3.5 of 20 above it are 90. */
const WILD = times(21, ['6.51', '33.49']).flat()
example('V-R15', 'pass', 'wild: four times the median', 'passes', [...WILD, '80.00'])
example('V-R15', 'fail', 'wild: beyond 3.5 deviations', 'flag', [...WILD, '90.02'])
/** The Friday before a Saturday's boundary; of the week before it has five working days. */
example('V-R15', 'threshold', 'four working days', 'flag', [...times(5, '10.00'), '50.00'])
example('V-R15', 'not evaluable', 'three', 'not evaluated', [...times(3, '10.00'), '50.00'])
example('V-R15', 'not evaluable', 'two days in one', 'not evaluated', [{ days: [], values: ['0', '9'] }])
example('V-R15', 'not evaluable', 'estimated', 'not evaluated', [
  { days: [...STEADY, '50.00'], estimated: [0] },
])
example('V-R15', 'not evaluable', 'half of its history is estimated', 'not evaluated', [
  { days: [...times(6, '10.00'), '50.00'], estimated: [2, 4, 6] },
])

const daily = LIMITS({ 'V-R16': { least: 2, most: 20 } })
example('V-R16', 'pass', 'between', 'passes', ['10.00'], daily)
example('V-R16', 'threshold', 'the most', 'passes', ['20.00'], daily)
example('V-R16', 'fail', 'more', 'suspect', ['20.01'], daily)
example('V-R16', 'threshold', 'the least', 'passes', ['2.00'], daily)
example('V-R16', 'fail', 'less', 'suspect', ['1.99'], daily)
example('V-R16', 'pass', 'nothing is set', 'passes', ['100000.00'])
example('V-R16', 'not evaluable', 'no energy', 'not evaluated', [{ unit: 'm3', days: ['100.00'] }], daily)

const change = LIMITS({ 'V-R17': { flagAbove: 50, suspectAbove: 80 } })
const week = (last: string) => ['10.00', ...times(6, '1.00'), last]
example('V-R17', 'pass', 'a tenth', 'passes', week('11.00'), change)
example('V-R17', 'threshold', 'twice as much is 50 % of it', 'passes', week('20.00'), change)
example('V-R17', 'fail', 'a step more', 'flag', week('20.01'), change)
example('V-R17', 'threshold', 'five times as much is 80 %', 'flag', week('50.00'), change)
example('V-R17', 'fail', 'more', 'suspect', week('50.01'), change)
example('V-R17', 'fail', 'half as much is 100 %', 'suspect', week('5.00'), change)
example('V-R17', 'pass', 'nothing is set', 'passes', week('1000.00'))
example('V-R17', 'not evaluable', 'nothing used', 'not evaluated', week('0.00'), change)
example('V-R17', 'not evaluable', 'no week before', 'not evaluated', times(7, '1.00'), change)

const shifted = (...factors: readonly string[]) => [...STEADY, ...factors]
for (const [rule, step, threshold, beyond] of [
  ['V-R20', '100.00', '105.00', '105.01'],
  ['V-R38', '200.00', '210.00', '210.01'],
] as const) {
  example(rule, 'pass', 'as ever', 'passes', STEADY)
  example(rule, 'fail', 'seven days of a step', 'suspect', shifted(...times(7, step)))
  example(rule, 'threshold', 'five percent off it', 'suspect', shifted(...times(7, threshold)))
  example(rule, 'threshold', 'a step further', 'passes', shifted(...times(7, beyond)))
  example(rule, 'threshold', 'six days of it', 'passes', shifted('10.00', ...times(6, step)))
  example(rule, 'not evaluable', 'three weeks', 'not evaluated', shifted(...times(7, step)).slice(-28))
  example(rule, 'not evaluable', 'a day was estimated', 'not evaluated', [
    { days: shifted(...times(7, step)), estimated: [3] },
  ])
  example(
    rule,
    'not evaluable',
    'days too wild',
    'not evaluated',
    shifted(
      ...['0.40', '1.40', '0.60', '1.10', '1.00', '0.80', '1.90'].map(one =>
        String(Number(one) * Number(step)),
      ),
    ),
  )
}
example('V-R20', 'fail', 'a tenth', 'suspect', shifted(...times(7, '1.00')))
example('V-R38', 'fail', 'a half', 'suspect', shifted(...times(7, '5.00')))
example('V-R38', 'not evaluable', 'no transformers', 'not evaluated', shifted(...times(7, '20.00')), {
  hasTransformers: false,
})

const DEMAND = '1-0:1.6.0'
const demand = (day: string, ...values: readonly string[]) => [
  { days: [day] },
  { obis: DEMAND, unit: 'kW', days: [], values },
]
example('V-R21', 'pass', 'far above', 'passes', demand('24.00', '3.0000', '3.0000'))
example('V-R21', 'threshold', 'a step of each below 1 kW', 'passes', demand('24.24', '1.0000', '1.0095'))
example('V-R21', 'fail', 'a step less', 'suspect', demand('24.24', '1.0000', '1.0094'))
example('V-R21', 'not evaluable', 'reset', 'not evaluated', demand('24.00', '3.0000', '0.0000'))
example('V-R21', 'not evaluable', 'no energy beside it', 'not evaluated', [
  { obis: DEMAND, unit: 'kW', days: [], values: ['1.0000', '1.0000'] },
])

const ago = (days: number) => ({ days: STEADY, estimated: Array.from({ length: days }, (_, nth) => nth) })
example('V-A3', 'pass', 'read', 'passes', STEADY)
example('V-A3', 'threshold', 'three days', 'passes', [ago(3)])
example('V-A3', 'fail', 'four', 'flag', [ago(4)])
example('V-A3', 'not evaluable', 'never read', 'not evaluated', [ago(43)])

/** What one rule says, told apart from what it cannot say. */
function saidBy(id: string, of: MeterHistory): string {
  const rule = PERIOD_RULES.find(one => one.id === id)
  const all = seriesOf(of.releases, BOUNDARY, of.capacities)
  const series = [...all.values()].find(({ obis }) => rule?.of(obis))
  if (!rule || !series) return 'not concerned'
  const checked = rule.check({ ...of, boundary: BOUNDARY, series, all, offsetMinutes: SITE })
  return checked === null ? 'passes' : 'verdict' in checked ? checked.verdict : 'not evaluated'
}

describe.each(EXAMPLES)('$rule $is: $name', ({ rule: id, says, of }) => {
  test(`says: ${says}`, () => {
    expect(saidBy(id, of)).toBe(says)
  })

  test('is what a settled boundary comes to', () => {
    const found = judgePeriods(of, BOUNDARY, SITE).filter(({ finding }) => finding.rule === id)
    const isSaid = says !== 'passes' && says !== 'not evaluated'
    expect(found.map(({ finding }) => finding.verdict)).toEqual(isSaid ? [says] : [])
    for (const { finding, meter, boundary } of found) {
      expect({ meter, boundary }).toEqual({ meter: 'm1', boundary: BOUNDARY })
      expect(finding).toMatchObject({ version: 1 })
      expect(JSON.parse(JSON.stringify(finding))).toEqual(finding)
    }
  })
})

describe('the table of history', () => {
  test.each(PERIOD_RULES)('$id has a case of each kind', ({ id }) => {
    for (const is of CASES)
      expect(EXAMPLES.filter(one => one.rule === id && one.is === is).length, is).toBeGreaterThan(0)
  })

  test.each(PERIOD_RULES)('$id gives each of its verdicts in some case, and no other', ({ id, outcomes }) => {
    const said = new Set(EXAMPLES.filter(one => one.rule === id).map(({ says }) => says))
    const told = [...said].filter(says => !['passes', 'not evaluated'].includes(says))
    expect(told.sort()).toEqual(outcomes.map(({ verdict }) => verdict).sort())
  })
})
