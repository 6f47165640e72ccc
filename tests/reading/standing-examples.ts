/** Cases of the rules of what stands from round to round, for the table of all rules. */

import { DAY, HOUR as H, MINUTE } from '../../src/core/time.ts'
import type { Known } from '../../src/reading/rules/known.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import type { Given } from '../../src/reading/rules/rule.ts'
import type { Remembered, Standing, Stood } from '../../src/reading/seen/stood.ts'
import { given, NOON, scaled } from '../support/judged.ts'

type Row = readonly [
  rule: string,
  is: 'pass' | 'fail' | 'not evaluable' | 'threshold',
  name: string,
  says: string,
  ...round: readonly Given[],
]

const QUARTER = 15 * MINUTE
const THREE = { phases: 3 as const, volts: 220, amperes: 100 }
/** A midnight and an hour later, when no sun shines. */
const DARK = NOON - 11 * H

/** What a round told, by OBIS code. */
function told(
  values: Readonly<Record<string, string>>,
  known: Partial<Known> = {},
  at = NOON,
): readonly Given[] {
  return Object.entries(values).map(([obis, text]) => {
    const [value = '', unit = ''] = text.split(' ')
    return given(value, {
      obis,
      unit,
      readAt: at,
      known: { kept: [], capacity: null, standing: null, now: at, ...known },
    })
  })
}

/** Shown by a round a quarter of an hour ago, unless it is said otherwise. */
function stood(rule: string, key: string, change: Partial<Stood> = {}, memory: Remembered | null = null) {
  const own: Stood = {
    since: NOON - QUARTER,
    rounds: 1,
    told: 0,
    toldAt: null,
    at: NOON - QUARTER,
    ...change,
  }
  return { standing: { [rule]: { memory, stood: { [key]: own } } } satisfies Standing }
}

function remembers(
  rule: string,
  since: number,
  registers: Readonly<Record<string, string>>,
  seen: readonly string[] = [],
) {
  const values = Object.entries(registers).map(([obis, text]) => [obis, scaled(text)])
  const memory: Remembered = { since, seen, registers: Object.fromEntries(values) }
  return { standing: { [rule]: { memory, stood: {} } } satisfies Standing }
}

const U = ['1-0:32.7.0', '1-0:52.7.0', '1-0:72.7.0']
const I = ['1-0:31.7.0', '1-0:51.7.0', '1-0:71.7.0']
const P = ['1-0:21.7.0', '1-0:41.7.0', '1-0:61.7.0']
const named = (codes: readonly string[], values: string, unit: string) =>
  Object.fromEntries(values.split(' ').map((value, at) => [codes[at] ?? '', `${value} ${unit}`]))
/** Voltages and currents of three phases. */
const three = (volts: string, amperes: string, known: Partial<Known> = {}) =>
  told({ ...named(U, volts, 'V'), ...named(I, amperes, 'A') }, { nameplate: THREE, ...known })

const ROWS: Row[] = []
const row = (...one: Row) => ROWS.push(one)

row('V-R28', 'pass', '220 V', 'passes', ...told({ '1-0:32.7.0': '220.0 V' }))
row('V-R28', 'fail', '250 V in two rounds', 'flag', ...told({ '1-0:32.7.0': '250.0 V' }, stood('V-R28', 'L')))
row(
  'V-R28',
  'fail',
  'no voltage of a supply',
  'flag',
  ...told({ '1-0:32.7.0': '30.0 V' }, stood('V-R28', 'L')),
)
row(
  'V-R28',
  'threshold',
  '235.4 V and a step',
  'passes',
  ...told({ '1-0:32.7.0': '235.5 V' }, stood('V-R28', 'L')),
)
row('V-R28', 'threshold', 'more', 'flag', ...told({ '1-0:32.7.0': '235.6 V' }, stood('V-R28', 'L')))
row(
  'V-R28',
  'threshold',
  '198 V less a step',
  'passes',
  ...told({ '1-0:32.7.0': '197.9 V' }, stood('V-R28', 'L')),
)
row('V-R28', 'threshold', 'less', 'flag', ...told({ '1-0:32.7.0': '197.8 V' }, stood('V-R28', 'L')))
row('V-R28', 'not evaluable', 'one round alone', 'not evaluated', ...told({ '1-0:32.7.0': '250.0 V' }))
row('V-R28', 'not evaluable', 'in another unit', 'not concerned', ...told({ '1-0:32.7.0': '220 mV' }))
for (const [is, toldAt, says] of [
  ['told a day ago', NOON - DAY, 'flag'],
  ['told within the day, and come again since', NOON - DAY + 1, 'not evaluated'],
] as const)
  row(
    'V-R28',
    'threshold',
    is,
    says,
    ...told({ '1-0:32.7.0': '250.0 V' }, stood('V-R28', 'L', { toldAt, told: 0 })),
  )

row('V-R29', 'pass', 'alike', 'passes', ...three('220.0 221.0 219.0', '1 1 1'))
row('V-R29', 'fail', 'a third apart', 'flag', ...three('220.0 221.0 145.0', '1 1 1', stood('V-R29', '')))
row('V-R29', 'threshold', '30 % apart', 'passes', ...three('220.0 220.0 154.0', '1 1 1', stood('V-R29', '')))
row('V-R29', 'threshold', 'and a tenth', 'flag', ...three('220.0 220.0 153.9', '1 1 1', stood('V-R29', '')))
row(
  'V-R29',
  'not evaluable',
  'one is lost',
  'not evaluated',
  ...three('220.0 220.0 3.0', '1 1 1', stood('V-R29', '')),
)
row('V-R29', 'not evaluable', 'two are told', 'not evaluated', ...three('220.0 220.0', '1 1 1'))
row('V-R29', 'not evaluable', 'one phase', 'not concerned', ...told({ '1-0:32.7.0': '220.0 V' }))

const industry = { limits: USUAL_LIMITS.industry }
const uneven = stood('V-R30', '', { since: NOON - H })
row('V-R30', 'pass', 'alike', 'passes', ...three('220 220 220', '5.0 5.0 5.0', industry))
row('V-R30', 'pass', 'one phase of a dwelling', 'passes', ...three('220 220 220', '5.0 0.0 0.0', uneven))
row(
  'V-R30',
  'fail',
  'two thirds apart',
  'flag',
  ...three('220 220 220', '6.0 6.0 2.0', { ...industry, ...uneven }),
)
row(
  'V-R30',
  'threshold',
  'half',
  'passes',
  ...three('220 220 220', '6.0 6.0 3.0', { ...industry, ...uneven }),
)
row(
  'V-R30',
  'threshold',
  'a bit more',
  'flag',
  ...three('220 220 220', '6.0 6.0 2.99', { ...industry, ...uneven }),
)
row(
  'V-R30',
  'threshold',
  'a millisecond short of an hour',
  'not evaluated',
  ...three('220 220 220', '6.0 6.0 2.0', { ...industry, ...stood('V-R30', '', { since: NOON - H + 1 }) }),
)
row(
  'V-R30',
  'not evaluable',
  'hardly anything flows',
  'not evaluated',
  ...three('220 220 220', '0.49 0 0', industry),
)
row('V-R30', 'not evaluable', 'no currents', 'not evaluated', ...three('220 220 220', '5.0'))

const lostA = stood('V-R31', 'A')
row('V-R31', 'pass', 'all there', 'passes', ...three('220.0 220.0 220.0', '5 5 5'))
row('V-R31', 'fail', 'current without voltage', 'flag', ...three('3.0 220.0 220.0', '5 5 5', lostA))
row('V-R31', 'fail', 'no voltage at all, and current', 'flag', ...three('3.0 3.0 3.0', '5 5 5', lostA))
row('V-R31', 'threshold', '78 % of 220 V', 'passes', ...three('171.6 220.0 220.0', '5 5 5', lostA))
row('V-R31', 'threshold', 'a tenth of a volt less', 'flag', ...three('171.5 220.0 220.0', '5 5 5', lostA))
row(
  'V-R31',
  'threshold',
  '5 % of a basic current of 10 A',
  'flag',
  ...three('3.0 220.0 220.0', '0.5 5 5', lostA),
)
row('V-R31', 'threshold', 'less', 'not evaluated', ...three('3.0 220.0 220.0', '0.499 5 5', lostA))
row(
  'V-R31',
  'fail',
  'a phase that had voltage has lost it',
  'flag',
  ...three('3.0 220.0 220.0', '0 5 5', {
    ...stood('V-R31', 'A', {}, { since: NOON - DAY, seen: ['A', 'B', 'C'], registers: {} }),
  }),
)
row(
  'V-R31',
  'pass',
  'a phase that never had any: three wires',
  'passes',
  ...three('220.0 0.0 220.0', '5 0 5'),
)
for (const [name, since, says] of [
  ['for a minute', NOON - MINUTE, 'flag'],
  ['for less', NOON - MINUTE + 1, 'not evaluated'],
] as const)
  row(
    'V-R31',
    'threshold',
    name,
    says,
    ...three('3.0 220.0 220.0', '5 5 5', stood('V-R31', 'A', { since, at: since })),
  )
row(
  'V-R31',
  'threshold',
  'a week ago',
  'flag',
  ...three('3.0 220.0 220.0', '5 5 5', stood('V-R31', 'A', { at: NOON - 7 * DAY })),
)
row(
  'V-R31',
  'threshold',
  'longer ago',
  'not evaluated',
  ...three('3.0 220.0 220.0', '5 5 5', stood('V-R31', 'A', { at: NOON - 7 * DAY - 1 })),
)
const toldTwice = { told: 2, rounds: 9 }
row(
  'V-R31',
  'not evaluable',
  'told twice, within the day',
  'not evaluated',
  ...three('3.0 220.0 220.0', '5 5 5', stood('V-R31', 'A', { ...toldTwice, toldAt: NOON - H })),
)
row(
  'V-R31',
  'fail',
  'told twice, a day ago',
  'flag',
  ...three('3.0 220.0 220.0', '5 5 5', stood('V-R31', 'A', { ...toldTwice, toldAt: NOON - DAY })),
)
row('V-R31', 'not evaluable', 'the supply is off', 'not evaluated', ...three('0.0 0.0 0.0', '0 0 0', lostA))
row('V-R31', 'not evaluable', 'all are low', 'not evaluated', ...three('150.0 150.0 150.0', '5 5 5', lostA))
row('V-R31', 'not evaluable', 'no currents', 'not evaluated', ...three('3.0 220.0 220.0', '5'))
row(
  'V-R31',
  'not evaluable',
  'one phase',
  'not concerned',
  ...told({ '1-0:32.7.0': '3.0 V', '1-0:31.7.0': '5 A' }),
)

const dayLong = { since: NOON - DAY }
const powers = (watts: string, known: Partial<Known> = {}, at = NOON) =>
  told(named(P, watts, 'W'), { nameplate: THREE, ...known }, at)
row('V-R32', 'pass', 'all draw', 'passes', ...powers('500 500 500'))
row('V-R32', 'fail', 'one gives', 'flag', ...powers('-500 500 500', stood('V-R32', 'A reversed', dayLong)))
row(
  'V-R32',
  'fail',
  'a meter of one phase gives',
  'flag',
  ...told({ '1-0:1.7.0': '-0.5 kW' }, stood('V-R32', 'L reversed', dayLong)),
)
row(
  'V-R32',
  'threshold',
  '22 W, a thousandth of Un · Imax',
  'flag',
  ...powers('-22 500 500', stood('V-R32', 'A reversed', dayLong)),
)
row(
  'V-R32',
  'threshold',
  'a short of it',
  'not evaluated',
  ...powers('-21.9 500 500', stood('V-R32', 'A reversed', dayLong)),
)
row(
  'V-R32',
  'threshold',
  'a millisecond short of a day',
  'not evaluated',
  ...powers('-500 500 500', stood('V-R32', 'A reversed', { since: NOON - DAY + 1 })),
)
row(
  'V-R32',
  'not evaluable',
  'the sun may shine',
  'not evaluated',
  ...powers('-500 500 500', { generation: 'solar', ...stood('V-R32', 'A reversed', dayLong) }),
)
row(
  'V-R32',
  'fail',
  'no sun at one in the night',
  'flag',
  ...powers(
    '-500 500 500',
    { generation: 'solar', ...stood('V-R32', 'A reversed', { since: DARK - DAY, at: DARK - QUARTER }) },
    DARK,
  ),
)
row(
  'V-R32',
  'not evaluable',
  'anything may feed in',
  'not evaluated',
  ...powers('-500 500 500', { generation: 'any' }, DARK),
)
row(
  'V-R32',
  'not evaluable',
  'nobody knows what the sign means',
  'not evaluated',
  ...powers('-500 500 500', { isSignUnsure: true }),
)
row(
  'V-R32',
  'not evaluable',
  'no power of a phase',
  'not evaluated',
  ...told({ '1-0:1.8.0': '1.00 kWh' }, { nameplate: THREE }),
)
row(
  'V-R32',
  'not evaluable',
  'one element of three wires',
  'not evaluated',
  ...told(
    { ...named(U, '380 0 380', 'V'), ...named(I, '5 0 5', 'A'), ...named(P, '-50 0 900', 'W') },
    { nameplate: THREE, ...stood('V-R32', 'A reversed', dayLong) },
  ),
)
row(
  'V-R30',
  'not evaluable',
  'three wires',
  'not evaluated',
  ...three('380 0 380', '5 0 5', { ...industry, ...uneven }),
)
const carried = { since: NOON - 40 * DAY, seen: ['A', 'B', 'C'], registers: {} }
const idle = (since: number) => stood('V-R32', 'A lost', { since }, carried)
row('V-R32', 'pass', 'an idle phase that has carried nothing yet', 'passes', ...three('220 220 220', '0 5 5'))
row(
  'V-R32',
  'fail',
  'a phase of a dwelling is idle for a month',
  'flag',
  ...three('220 220 220', '0 5 5', idle(NOON - 31 * DAY)),
)
row('V-R32', 'threshold', '30 days', 'flag', ...three('220 220 220', '0 5 5', idle(NOON - 30 * DAY)))
row(
  'V-R32',
  'threshold',
  'less',
  'not evaluated',
  ...three('220 220 220', '0 5 5', idle(NOON - 30 * DAY + 1)),
)
row(
  'V-R32',
  'threshold',
  'a day, of industry',
  'flag',
  ...three('220 220 220', '0 5 5', { ...industry, ...idle(NOON - DAY) }),
)
row('V-R32', 'threshold', '0.05 A', 'passes', ...three('220 220 220', '0.05 5 5', idle(NOON - 31 * DAY)))
row(
  'V-R32',
  'not evaluable',
  'the others are idle too',
  'not evaluated',
  ...three('220 220 220', '0 0 0', idle(NOON - 31 * DAY)),
)

const currents = (line: string, back: string, known: Partial<Known> = {}) =>
  told({ '1-0:31.7.0': `${line} A`, '1-0:91.7.0': `${back} A` }, known)
row('V-R33', 'pass', 'the same', 'passes', ...currents('5.0', '5.0'))
row('V-R33', 'pass', 'the other way round', 'passes', ...currents('5.0', '-5.0', stood('V-R33', '')))
row('V-R33', 'fail', 'half goes past the meter', 'flag', ...currents('5.0', '10.0', stood('V-R33', '')))
row('V-R33', 'threshold', '1 A', 'passes', ...currents('5.0', '6.0', stood('V-R33', '')))
row('V-R33', 'threshold', 'a milliampere more', 'flag', ...currents('5.0', '6.001', stood('V-R33', '')))
row('V-R33', 'threshold', 'a tenth of 40 A', 'passes', ...currents('36.0', '40.0', stood('V-R33', '')))
row('V-R33', 'not evaluable', 'no neutral', 'not evaluated', ...told({ '1-0:31.7.0': '5.0 A' }))
row(
  'V-R33',
  'not evaluable',
  'three phases',
  'not concerned',
  ...currents('5.0', '5.0', { nameplate: THREE }),
)

const word = (number: string, bits: number, known: Partial<Known> = {}) =>
  told({ [`0-0:96.5.${number}`]: String(bits) }, known)
const inDisorder = (since: number) => ({ nameplate: THREE, ...stood('V-R34', 'voltages', { since }) })
row('V-R34', 'pass', 'in order', 'passes', ...word('135', 0, { nameplate: THREE }))
row('V-R34', 'pass', 'other bits', 'passes', ...word('135', 0b1100, { nameplate: THREE }))
row('V-R34', 'fail', 'voltages', 'flag', ...word('135', 1, inDisorder(NOON - 2 * H)))
row('V-R34', 'threshold', 'an hour', 'flag', ...word('135', 1, inDisorder(NOON - H)))
row('V-R34', 'threshold', 'less', 'not evaluated', ...word('135', 1, inDisorder(NOON - H + 1)))
row('V-R34', 'not evaluable', 'no word 7', 'not evaluated', ...word('1', 0, { nameplate: THREE }))

/** As two rounds agreed on it, and as the round before this one said. */
const before = (number: string, bits: string, last?: string) =>
  remembers('V-R35', NOON - QUARTER, {
    [`0-0:96.5.${number}`]: bits,
    ...(last !== undefined && { [`0-0:96.5.${number} last`]: last }),
  })
row('V-R35', 'pass', 'as before', 'passes', ...word('3', 0b1000, before('3', '8')))
row('V-R35', 'fail', 'the relay has opened', 'flag', ...word('3', 0b10000, before('3', '0', '16')))
row('V-R35', 'fail', 'and closed', 'flag', ...word('3', 0, before('3', '16', '0')))
row('V-R35', 'threshold', 'one round alone says so', 'not evaluated', ...word('3', 0b10000, before('3', '0')))
row(
  'V-R35',
  'threshold',
  'two say different things',
  'not evaluated',
  ...word('3', 0b10000, before('3', '0', '8')),
)
row('V-R35', 'pass', 'one round had said so', 'passes', ...word('3', 0, before('3', '0', '16')))
row('V-R35', 'pass', 'the second period table', 'passes', ...word('3', 1, before('3', '0')))
row('V-R35', 'pass', 'the direction', 'passes', ...word('1', 0b110000, before('1', '0')))
row('V-R35', 'fail', 'a battery that is low', 'flag', ...word('1', 4, stood('V-R35', '0-0:96.5.1 2')))
row('V-R35', 'fail', 'of the edition of 1997', 'flag', ...word('0', 4, stood('V-R35', '0-0:96.5.0 2')))
row(
  'V-R35',
  'threshold',
  'for a minute',
  'flag',
  ...word('1', 4, stood('V-R35', '0-0:96.5.1 2', { since: NOON - MINUTE })),
)
row(
  'V-R35',
  'threshold',
  'for less',
  'not evaluated',
  ...word('1', 4, stood('V-R35', '0-0:96.5.1 2', { since: NOON - MINUTE + 1 })),
)
row('V-R35', 'not evaluable', 'no status word', 'not concerned', ...told({ '1-0:1.8.0': '1.00 kWh' }))

const left = { '0-0:19.10.0': '100.00', '0-0:19.40.0': '3', '1-0:1.8.0': '50.00' }
const amount = (
  now: string,
  purchases: string | null,
  forward = '51.00',
  unit = 'yuan',
  since = NOON - QUARTER,
) =>
  told(
    {
      '0-0:19.10.0': `${now} ${unit}`,
      ...(purchases !== null && { '0-0:19.40.0': purchases }),
      '1-0:1.8.0': `${forward} kWh`,
    },
    remembers('V-R36', since, left),
  )
row('V-R36', 'pass', 'a kWh less', 'passes', ...amount('99.40', '3'))
row('V-R36', 'pass', 'bought', 'passes', ...amount('200.00', '4'))
row('V-R36', 'fail', 'more, and nothing bought', 'suspect', ...amount('100.01', '3'))
row('V-R36', 'fail', 'all gone', 'suspect', ...amount('0.00', '3'))
row('V-R36', 'threshold', '10 a kWh, and the last digits', 'passes', ...amount('89.88', '3'))
row('V-R36', 'threshold', 'one more', 'suspect', ...amount('89.87', '3'))
row('V-R36', 'threshold', 'of energy', 'passes', ...amount('98.97', '3', '51.00', 'kWh'))
row('V-R36', 'threshold', 'more of energy', 'suspect', ...amount('98.96', '3', '51.00', 'kWh'))
row('V-R36', 'not evaluable', 'more, and nobody counts purchases', 'not evaluated', ...amount('100.01', null))
row('V-R36', 'not evaluable', 'the first', 'not evaluated', ...told({ '0-0:19.10.0': '5.00 yuan' }))
row('V-R36', 'not evaluable', 'no such register', 'not concerned', ...told({ '1-0:1.8.0': '1.00 kWh' }))

const OPEN = 0b10000
const ORDERED = 0b1000000
const relay = (bits: number, forward: string, amperes: string, known: Partial<Known> = {}) =>
  told(
    {
      '0-0:96.5.3': String(bits),
      '1-0:1.8.0': `${forward} kWh`,
      '1-0:32.7.0': '220.0 V',
      '1-0:31.7.0': `${amperes} A`,
    },
    known,
  )
const open = remembers('V-R37', NOON - H, { '1-0:1.8.0': '100.00' }, ['open'])
const opened = (key: string, change: Partial<Stood> = {}) =>
  stood('V-R37', key, change, open.standing['V-R37']?.memory ?? null)
row('V-R37', 'pass', 'closed', 'passes', ...relay(0, '100.00', '5.0'))
row('V-R37', 'pass', 'open, and nothing flows', 'passes', ...relay(OPEN, '100.00', '0.0', open))
row('V-R37', 'fail', 'open, and current flows', 'flag', ...relay(OPEN, '100.00', '5.0', opened('carries')))
row('V-R37', 'threshold', '0.3 A of 60 A', 'flag', ...relay(OPEN, '100.00', '0.3', opened('carries')))
row('V-R37', 'threshold', 'less', 'passes', ...relay(OPEN, '100.00', '0.299', opened('carries')))
row('V-R37', 'fail', 'open, and counting', 'flag', ...relay(OPEN, '100.20', '0.0', opened('counts')))
row('V-R37', 'threshold', 'a step above 0.1 kWh', 'flag', ...relay(OPEN, '100.11', '0.0', opened('counts')))
row('V-R37', 'threshold', '0.1 kWh', 'not evaluated', ...relay(OPEN, '100.10', '0.0', opened('counts')))
const closed = (since: number) =>
  stood('V-R37', 'idles', { since, rounds: 9 }, { since, seen: ['closed'], registers: {} })
row(
  'V-R37',
  'fail',
  'closed again, and idle for four days',
  'flag',
  ...relay(0, '100.00', '0.0', closed(NOON - 4 * DAY)),
)
row('V-R37', 'threshold', 'three days', 'flag', ...relay(0, '100.00', '0.0', closed(NOON - 3 * DAY)))
row('V-R37', 'threshold', 'less', 'not evaluated', ...relay(0, '100.00', '0.0', closed(NOON - 3 * DAY + 1)))
row('V-R37', 'pass', 'an empty flat', 'passes', ...relay(0, '100.00', '0.0'))
row('V-R37', 'not evaluable', 'no status word 3', 'not evaluated', ...told({ '1-0:1.8.0': '1.00 kWh' }))

const cutOff = (since = NOON - H) =>
  stood('V-R8', '', {}, { since, seen: ['ordered'], registers: { '1-0:1.8.0': scaled('100.00') } })
row('V-R8', 'pass', 'nobody ordered anything', 'passes', ...relay(0, '101.00', '5.0'))
row(
  'V-R8',
  'pass',
  'ordered open, and open: V-R37 looks',
  'passes',
  ...relay(ORDERED | OPEN, '101.00', '5.0', cutOff()),
)
row('V-R8', 'fail', 'ordered open, closed and counting', 'flag', ...relay(ORDERED, '101.00', '5.0', cutOff()))
row('V-R8', 'threshold', 'a step above 0.1 kWh', 'flag', ...relay(ORDERED, '100.11', '5.0', cutOff()))
row('V-R8', 'threshold', '0.1 kWh', 'not evaluated', ...relay(ORDERED, '100.10', '5.0', cutOff()))
row(
  'V-R8',
  'threshold',
  'less than an hour',
  'not evaluated',
  ...relay(ORDERED, '101.00', '5.0', cutOff(NOON - H + 1)),
)
row(
  'V-R8',
  'not evaluable',
  'kept powered',
  'not evaluated',
  ...relay(ORDERED | 0x1000, '101.00', '5.0', cutOff()),
)
row('V-R8', 'not evaluable', 'no status word 3', 'not evaluated', ...told({ '1-0:1.8.0': '1.00 kWh' }))

const fedIn = (reverse: string, since = NOON - H, known: Partial<Known> = {}, seen: readonly string[] = []) =>
  told(
    { '1-0:2.8.0': `${reverse} kWh` },
    { ...stood('V-R19', '', {}, { since, seen, registers: { '1-0:2.8.0': scaled('7.00') } }), ...known },
  )
row(
  'V-R19',
  'pass',
  'it was misread: a register does not fall',
  'passes',
  ...fedIn('7.00', NOON - H, {}, ['above']),
)
row('V-R19', 'pass', 'a day without', 'passes', ...fedIn('7.00', NOON - DAY))
row('V-R19', 'fail', '5 kWh', 'flag', ...fedIn('12.00'))
row('V-R19', 'threshold', '1 kWh in a day', 'passes', ...fedIn('8.00', NOON - DAY))
row('V-R19', 'threshold', '1 kWh in less', 'not evaluated', ...fedIn('8.00', NOON - DAY + 1))
row('V-R19', 'threshold', 'a step more', 'flag', ...fedIn('8.01'))
row(
  'V-R19',
  'not evaluable',
  'generation feeds in',
  'not concerned',
  ...fedIn('12.00', NOON - H, { generation: 'solar' }),
)
row('V-R19', 'not evaluable', 'a register that fell', 'not evaluated', ...fedIn('0.00'))
row('V-R19', 'not evaluable', 'no reverse register', 'not evaluated', ...told({ '1-0:1.8.0': '1.00 kWh' }))

const reactive = (forward: string, kvarh: string, since = NOON - DAY) =>
  told(
    { '1-0:1.8.0': `${forward} kWh`, '1-0:5.8.0': `${kvarh} kvarh` },
    remembers('V-R25', since, { '1-0:1.8.0': '100.00', '1-0:5.8.0': '50.00' }),
  )
row('V-R25', 'pass', 'half of it', 'passes', ...reactive('110.00', '55.00'))
row('V-R25', 'fail', 'reactive alone', 'flag', ...reactive('100.00', '60.00'))
row('V-R25', 'threshold', 'five times', 'passes', ...reactive('102.00', '60.00'))
row('V-R25', 'threshold', 'a step more', 'flag', ...reactive('102.00', '60.01'))
row('V-R25', 'threshold', '5 kvarh', 'passes', ...reactive('100.00', '55.00'))
row(
  'V-R25',
  'not evaluable',
  'less than a day',
  'not evaluated',
  ...reactive('100.00', '60.00', NOON - DAY + 1),
)
row('V-R25', 'not evaluable', 'no reactive register', 'not concerned', ...told({ '1-0:1.8.0': '1.00 kWh' }))

export const STANDING_EXAMPLES: readonly Row[] = ROWS
