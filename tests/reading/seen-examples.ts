/** Examples of the rules that go by what rounds have shown: passing, failing, not evaluable, and exactly at the threshold. */

import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { Known } from '../../src/reading/rules/known.ts'
import type { Given } from '../../src/reading/rules/rule.ts'
import type { DemandSeen, EnergyAt } from '../../src/reading/seen/demand-seen.ts'
import type { Seen } from '../../src/reading/seen/seen.ts'
import type { TariffHours } from '../../src/reading/seen/tariff-hours.ts'
import type { AtLimit, VoltageDays } from '../../src/reading/seen/voltage-days.ts'
import { given, MIDNIGHT, NOON, SITE } from '../support/judged.ts'

export interface SeenExample {
  readonly rule: string
  readonly is: 'pass' | 'fail' | 'not evaluable' | 'threshold'
  readonly name: string
  readonly round: readonly Given[]
  readonly says: string
}

export const SEEN_EXAMPLES: SeenExample[] = []

function example(
  rule: string,
  is: SeenExample['is'],
  name: string,
  says: string,
  ...round: readonly Given[]
): void {
  SEEN_EXAMPLES.push({ rule, is, name, says, round })
}

const monthly = (...on: readonly { day: number; hour: number }[]) => ({ on, offsetMinutes: SITE })

function seen(change: Partial<Seen>): Pick<Known, 'seen'> {
  const nothing = { at: NOON, demands: new Map(), hours: null, voltages: new Map(), settlement: [] }
  return { seen: { ...nothing, settles: monthly({ day: 1, hour: 0 }), ...change } }
}

const DEMAND = '1-0:1.6.0'
/** 100 kWh at each quarter of the two hours until a quarter to twelve. */
const ENERGIES = Array.from(
  { length: 8 },
  (_, nth): EnergyAt => ({ at: NOON - (8 - nth) * 15 * MINUTE, kwh: 100, other: null, step: 0.01 }),
)
/** A demand of 1,000 W told twice, a quarter of an hour ago. */
const TOP = { watts: 1_000, at: NOON - 15 * MINUTE, times: 2, isProven: true } as const
const QUIET: DemandSeen = {
  energies: ENERGIES,
  top: TOP,
  low: null,
  fell: null,
  most: 0,
  least: 0,
  below: NOON - HOUR,
  again: 0,
  since: NOON - 2 * HOUR,
}

/** What a round at noon tells, in W and kWh, after that. */
function round(
  watts: string,
  change: Partial<DemandSeen> = {},
  { kwh = '100.00', ...more }: Partial<Seen> & { readonly kwh?: string; readonly readAt?: number } = {},
): readonly Given[] {
  const { readAt = NOON, ...others } = more
  const known = seen({ demands: new Map([[DEMAND, { ...QUIET, ...change }]]), ...others })
  return [given(watts, { obis: DEMAND, unit: 'W', readAt, known }), given(kwh, { readAt, known })]
}

example('V-R24', 'pass', 'as high as before', 'passes', ...round('1000'))
example('V-R24', 'pass', 'higher', 'passes', ...round('1001'))
example('V-R24', 'fail', 'lower', 'flag', ...round('999'))
example('V-R24', 'not evaluable', 'the first round', 'not evaluated', ...round('999', { top: null }))
example(
  'V-R24',
  'not evaluable',
  'the one before was told once',
  'not evaluated',
  ...round('999', { top: { ...TOP, times: 1 } }),
)
example(
  'V-R24',
  'not evaluable',
  'registers that fell too, as of another meter',
  'not evaluated',
  ...round('999', {}, { kwh: '99.99' }),
)
example(
  'V-R24',
  'not evaluable',
  'of the meter that was there before',
  'not evaluated',
  ...round('999').map(({ reading, known }) => ({ reading, known: { ...known, since: NOON - MINUTE } })),
)
const AT_NOON = { settles: monthly({ day: 21, hour: 12 }) }
example(
  'V-R24',
  'threshold',
  'five minutes before a settlement, by a clock that may be ahead',
  'passes',
  ...round('999', {}, { ...AT_NOON, readAt: NOON - 5 * MINUTE }),
)
example(
  'V-R24',
  'threshold',
  'earlier',
  'flag',
  ...round('999', {}, { ...AT_NOON, readAt: NOON - 5 * MINUTE - 1 }),
)
const AT_ELEVEN = { settles: monthly({ day: 21, hour: 11 }) }
const since = (minutes: number) => ({ top: { ...TOP, at: NOON - HOUR + minutes * MINUTE } })
example('V-R24', 'threshold', 'told last just before one', 'passes', ...round('999', since(5 - 1), AT_ELEVEN))
example('V-R24', 'threshold', 'told five minutes after it', 'flag', ...round('999', since(5), AT_ELEVEN))
const fell = (at: number, saidAgainAt = at) => ({
  fell: { from: { ...TOP, at: at - HOUR }, to: { watts: 0, at }, saidAgainAt },
})
example('V-R24', 'fail', 'fallen a while ago', 'flag', ...round('1000', fell(NOON - DAY + 1)))
example('V-R24', 'threshold', 'fallen a day ago', 'passes', ...round('1000', fell(NOON - DAY)))
example(
  'V-R24',
  'pass',
  'fallen at a settlement',
  'passes',
  ...round('1000', fell(NOON - HOUR), { settles: monthly({ day: 21, hour: 10 }) }),
)
example(
  'V-R24',
  'pass',
  'said low before a settlement, as another meter may, and again after it',
  'passes',
  ...round('1000', fell(NOON - 2 * HOUR, NOON - MINUTE), { settles: monthly({ day: 21, hour: 11 }) }),
)

// 0.48 kWh and two steps in the quarter of an hour before noon are 2 kW, 2 % and a step more.
example('V-R40', 'pass', 'risen as the energy has', 'passes', ...round('1900', {}, { kwh: '100.48' }))
example('V-R40', 'threshold', 'as high as it allows', 'passes', ...round('2041', {}, { kwh: '100.48' }))
example('V-R40', 'fail', 'higher', 'suspect', ...round('2042', {}, { kwh: '100.48' }))
example('V-R40', 'fail', 'threefold', 'suspect', ...round('3000'))
example('V-R40', 'pass', 'what flowed before the round', 'passes', ...round('2042', { most: 2_001 }))
example(
  'V-R40',
  'not evaluable',
  'an hour not seen yet',
  'not evaluated',
  ...round('3000', { energies: ENERGIES.slice(4) }),
)
example(
  'V-R40',
  'threshold',
  'just an hour and a quarter seen',
  'suspect',
  ...round('3000', { energies: ENERGIES.slice(3) }),
)
example('V-R40', 'not evaluable', 'the first round', 'not evaluated', ...round('3000', { top: null }))
example('V-R40', 'pass', 'as high as before', 'passes', ...round('1000'))
example(
  'V-R40',
  'not evaluable',
  'as high as before, which nobody saw rise',
  'not evaluated',
  ...round('1000', { top: { ...TOP, isProven: false } }),
)
example('V-R40', 'not evaluable', 'a fall', 'not evaluated', ...round('999'))
example(
  'V-R40',
  'pass',
  'back at what it fell from',
  'passes',
  ...round('3000', { fell: { from: { ...TOP, watts: 3_000 }, to: TOP, saidAgainAt: TOP.at } }),
)
// 1,000 W, less 2 % and a step.
const low = { least: 1_000, again: 1_000, top: { ...TOP, watts: 978 } }
example('V-R40', 'fail', 'below the means of its energy', 'suspect', ...round('978', low))
example(
  'V-R40',
  'threshold',
  'just as high',
  'passes',
  ...round('979', { ...low, top: { ...TOP, watts: 979 } }),
)

example(
  'V-R40',
  'not evaluable',
  'as long as it may have been reset since, unseen',
  'not evaluated',
  ...round('978', { ...low, again: 978 }),
)

/** A demand that was reached so long ago. */
function reached(ago: number, watts = '1000', change: Partial<Seen> & Partial<Known> = {}): Given {
  const { settlement = [], demands = new Map([[DEMAND, QUIET]]), ...known } = change
  const all = { ...seen({ settlement, demands }), occurredAt: NOON - ago, ...known }
  return given(watts, { obis: DEMAND, unit: 'W', known: all })
}
example('V-R23', 'pass', 'a quarter ago', 'passes', reached(15 * MINUTE))
example('V-R23', 'threshold', 'five minutes ahead', 'passes', reached(-5 * MINUTE))
example('V-R23', 'fail', 'later', 'suspect', reached(-6 * MINUTE))
example(
  'V-R23',
  'pass',
  'by a clock that is ahead by a minute',
  'passes',
  reached(-6 * MINUTE, '1000', { clockDeviationMs: MINUTE }),
)
example('V-R23', 'threshold', 'on no minute', 'suspect', reached(15 * MINUTE + SECOND))
const OF_MIDNIGHT = { settlement: [monthly({ day: 21, hour: 0 })] }
const sinceMidnight = NOON - MIDNIGHT
example(
  'V-R23',
  'threshold',
  'a demand period and five minutes before the settlement',
  'passes',
  reached(sinceMidnight + 65 * MINUTE, '1000', OF_MIDNIGHT),
)
example('V-R23', 'fail', 'earlier', 'suspect', reached(sinceMidnight + 66 * MINUTE, '1000', OF_MIDNIGHT))
example(
  'V-R23',
  'pass',
  'before one of three settlements, of which each may be the one that clears',
  'passes',
  reached(sinceMidnight + DAY, '1000', {
    settlement: [...OF_MIDNIGHT.settlement, monthly({ day: 11, hour: 0 })],
  }),
)
example('V-R23', 'threshold', 'risen since it was told', 'passes', reached(80 * MINUTE, '1001'))
example('V-R23', 'fail', 'risen, and reached before it was told', 'suspect', reached(81 * MINUTE, '1001'))
example(
  'V-R23',
  'fail',
  'reached before it was reset',
  'suspect',
  reached(5 * HOUR, '999', { demands: new Map([[DEMAND, { ...QUIET, ...fell(NOON - HOUR) }]]) }),
)
example(
  'V-R23',
  'pass',
  'back at what it fell from',
  'passes',
  reached(5 * HOUR, '1000', { demands: new Map([[DEMAND, { ...QUIET, ...fell(NOON - HOUR) }]]) }),
)
example(
  'V-R23',
  'not evaluable',
  'told without its time',
  'not evaluated',
  given('1000', { obis: DEMAND, unit: 'W' }),
)
example(
  'V-R23',
  'not evaluable',
  'a clock that is not known',
  'not evaluated',
  reached(0, '1000', { clockDeviationMs: null }),
)

/** The half hours from ten counted in tariff 4 until now, and today in another. */
function hours(today: readonly number[], change: Partial<TariffHours> = {}): Pick<Known, 'seen'> {
  const table = {
    tariffs: new Uint32Array(48).fill(0b1000, 20, 24),
    days: new Uint8Array(48).fill(2, 20, 24),
  }
  const seenToday = new Uint32Array(48)
  today.forEach((bits, nth) => {
    seenToday[20 + nth] = bits
  })
  const own = { at: NOON, registers: new Map(), day: 20_778, last: null, odd: [], oddDays: 0, since: 20_764 }
  return seen({ hours: { ...own, work: table, rest: table, today: seenToday, ...change } })
}
const tariff = (known: Pick<Known, 'seen'>) => given('100.00', { obis: '1-0:1.8.2', known })
const ODD = [{ slot: 20, was: [4], is: [2] }]
example('V-R39', 'pass', 'as on days before', 'passes', tariff(hours([0b1000, 0b1000, 0b1000])))
example(
  'V-R39',
  'pass',
  'two tariffs in a half hour, one as before',
  'passes',
  tariff(hours([0b1010, 0b1010, 0b1010])),
)
example('V-R39', 'threshold', 'two half hours otherwise', 'passes', tariff(hours([0b10, 0b10])))
example('V-R39', 'threshold', 'three, on the first day', 'not evaluated', tariff(hours([0b10, 0b10, 0b10])))
example(
  'V-R39',
  'fail',
  'three, on the second day',
  'flag',
  tariff(hours([0b10, 0b10, 0b10], { oddDays: 1, odd: ODD })),
)
example(
  'V-R39',
  'fail',
  'two days, before anything of the third',
  'flag',
  tariff(hours([], { oddDays: 2, odd: ODD })),
)
example('V-R39', 'not evaluable', 'nothing known of today yet', 'not evaluated', tariff(hours([])))
const TODAY = [0b1000, 0b1000, 0b1000]
example('V-R39', 'threshold', 'watched for 13 days', 'not evaluated', tariff(hours(TODAY, { since: 20_765 })))
example('V-R39', 'not evaluable', 'the first round', 'not evaluated', tariff(seen({})))
example('V-R39', 'not evaluable', 'a total alone', 'not concerned', given('100.00', { known: hours([]) }))

const SMOOTH: AtLimit = { at: 0, inside: 0, beyond: 0 }
function voltages(change: Partial<VoltageDays>, value = '220.0'): Given {
  const day = { day: 20_778, at: NOON, today: { samples: 0, digits: 11, low: SMOOTH, high: SMOOTH } }
  const own = { ...day, isJudged: true, pile: null, piled: 0, ...change }
  return given(value, {
    obis: '1-0:32.7.0',
    unit: 'V',
    known: seen({ voltages: new Map([['1-0:32.7.0', own]]) }),
  })
}
const PILE = { day: 20_777, samples: 96, digits: 11, low: { at: 40, inside: 3, beyond: 0 }, high: SMOOTH }
example('V-A8', 'pass', 'nothing at a limit', 'passes', voltages({}))
example('V-A8', 'fail', 'two days piled up below', 'flag', voltages({ pile: PILE, piled: 2 }))
example(
  'V-A8',
  'fail',
  'two days piled up above',
  'flag',
  voltages({ pile: { ...PILE, low: SMOOTH, high: PILE.low }, piled: 2 }),
)
example('V-A8', 'threshold', 'one day', 'not evaluated', voltages({ pile: PILE, piled: 1 }))
example('V-A8', 'not evaluable', 'samples too few', 'not evaluated', voltages({ isJudged: false }))
example('V-A8', 'not evaluable', 'whole volts', 'not evaluated', voltages({ pile: PILE, piled: 2 }, '220'))
