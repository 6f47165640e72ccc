/**
 * The identifier table of DL/T 645-1997. The text of that edition could not be had; rows follow meters and
 * implementations that agree, and leave out what only one of them has. Written DI1 DI0, high byte first.
 */

import type { Row, ValuesRow } from './item-rows.ts'
import { createItemTable } from './item-table.ts'

const ENERGY = 'XXXXXX.XX'
const STAMP = 'MMDDhhmm'

/** Bits 3-2 of DI1: now, last month, the month before it. */
const MONTHS = [0, 1, 2] as const

/** DI0's high nibble, and bit 0 of DI1. The quadrants really are numbered 1, 4, 2, 3. */
const QUANTITIES: readonly (readonly [reactive: 0 | 1, nibble: number, name: string, obisC: number])[] = [
  [0, 1, 'forward active', 1],
  [0, 2, 'reverse active', 2],
  [1, 1, 'forward reactive', 3],
  [1, 2, 'reverse reactive', 4],
  [1, 3, 'quadrant 1 reactive', 5],
  [1, 4, 'quadrant 4 reactive', 8],
  [1, 5, 'quadrant 2 reactive', 6],
  [1, 6, 'quadrant 3 reactive', 7],
]
const PERIODS = ['', ' of last month', ' of the month before last'] as const

const hex = (value: number): string => value.toString(16).toUpperCase()
const suffix = (month: number): string => (month === 0 ? '' : `*${month}`)

/** 9xxx energies, Axxx maximum demands, Bxxx their times: one number space three times over. */
const registers: Row[] = MONTHS.flatMap(month =>
  QUANTITIES.flatMap(([reactive, nibble, name, obisC]): ValuesRow[] => {
    const place = `${hex(month * 4 + reactive)}${hex(nibble)}t`
    const unit = reactive === 0 ? 'kW' : 'kvar'
    return [
      {
        item: `9${place}`,
        name: `${name} energy${PERIODS[month]}`,
        values: [{ encoding: ENERGY, unit: `${unit}h` }],
        obis: `1-0:${obisC}.8.t${suffix(month)}`,
        register: true,
      },
      {
        item: `A${place}`,
        name: `${name} maximum demand${PERIODS[month]}`,
        values: [{ encoding: 'XX.XXXX', unit }],
        obis: `1-0:${obisC}.6.t${suffix(month)}`,
      },
      {
        item: `B${place}`,
        name: `time of ${name} maximum demand${PERIODS[month]}`,
        values: [{ encoding: STAMP }],
      },
    ]
  }),
)

const one = (item: string, name: string, encoding: string, unit = '', obis?: string): ValuesRow => ({
  item,
  name,
  values: [{ encoding, unit }],
  ...(obis === undefined ? {} : { obis }),
})

/** Rows for the digits given, and the block with F in that place. */
function family(
  head: string,
  name: string,
  encoding: string,
  unit: string,
  members: readonly (readonly [digit: string, suffix: string, obis?: string])[],
): Row[] {
  const rows = members.map(([digit, of, obis]) =>
    one(`${head}${digit}`, `${name}${of}`, encoding, unit, obis),
  )
  return [...rows, { item: `${head}F`, name: `${name} block`, members: rows.map(row => row.item) }]
}

const PHASES = [
  ['1', ' A'],
  ['2', ' B'],
  ['3', ' C'],
] as const
const TOTAL_AND_PHASES = [['0', ' total'], ...PHASES] as const

const phases = (base: number) =>
  PHASES.map(([digit, of], index) => [digit, of, `1-0:${base + 20 * index}.7.0`] as const)
const totalAndPhases = (total: number, base: number) =>
  [['0', ' total', `1-0:${total}.7.0`] as const, ...phases(base)] as const

/** No sign is documented in this edition: the direction of power stands in C020. */
const variables: Row[] = [
  one('B210', 'last programming', STAMP),
  one('B211', 'last demand clearing', STAMP),
  one('B212', 'programming count', 'XXXX', 'times'),
  one('B213', 'demand clearing count', 'XXXX', 'times'),
  one('B214', 'battery working time', 'XXXXXX', 'min', '0-0:96.6.0'),
  ...family('B31', 'phase loss count', 'XXXX', 'times', TOTAL_AND_PHASES),
  ...family('B32', 'phase loss time', 'XXXXXX', 'min', TOTAL_AND_PHASES),
  ...family('B33', 'start of last phase loss', STAMP, '', TOTAL_AND_PHASES),
  ...family('B34', 'end of last phase loss', STAMP, '', TOTAL_AND_PHASES),
  ...family('B61', 'voltage', 'XXXX', 'V', phases(32)),
  ...family('B62', 'current', 'XX.XX', 'A', phases(31)),
  ...family('B63', 'active power', 'XX.XXXX', 'kW', totalAndPhases(1, 21)),
  one('B634', 'forward active power limit', 'XX.XX', 'kW'),
  one('B635', 'reverse active power limit', 'XX.XX', 'kW'),
  ...family('B64', 'reactive power', 'XX.XX', 'kvar', totalAndPhases(3, 23)),
  ...family('B65', 'power factor', 'X.XXX<=1', '', totalAndPhases(13, 33)),
]

const parameters: Row[] = [
  {
    item: 'C010',
    name: 'date and weekday',
    values: [
      { encoding: 'YYMMDD', name: 'date', from: 1 },
      { encoding: 'WW', name: 'weekday', from: 0 },
    ],
  },
  one('C011', 'time', 'hhmmss'),
  { item: 'C01F', name: 'date and time', members: ['C010', 'C011'] },
  one('C020', 'run status word', 'bits8 status-1997', '', '0-0:96.5.0'),
  one('C021', 'grid status word', 'bits8 grid-1997'),
  one('C022', 'weekend word', 'bits8 weekdays'),
  one('C030', 'active constant', 'XXXXXX', 'imp/kWh', '1-0:0.3.0'),
  one('C031', 'reactive constant', 'XXXXXX', 'imp/kvarh', '1-0:0.3.1'),
  one('C032', 'meter number', 'NNNNNNNNNNNN', '', '0-0:96.1.0'),
  one('C033', 'customer number', 'NNNNNNNNNNNN'),
  one('C034', 'device code', 'NNNNNNNNNNNN'),
  one('C111', 'demand period', 'XX', 'min'),
  one('C112', 'demand slide', 'XX', 'min'),
  one('C115', 'decimals of energies shown', 'XX'),
  one('C116', 'decimals of power shown', 'XX'),
  one('C117', 'automatic reading day', 'DDhh'),
  one('C119', 'forward active start register', 'XXXXXXX.X', 'kWh'),
  one('C11A', 'reverse active start register', 'XXXXXXX.X', 'kWh'),
  one('C211', 'test pulse width', 'XXXX', 'ms'),
  one('C310', 'number of year zones', 'XX'),
  one('C311', 'number of day tables', 'XX'),
  one('C312', 'number of day periods', 'XX'),
  one('C313', 'number of tariffs', 'XX'),
  one('C314', 'number of public holidays', 'XX'),
  one('C510', 'load record start', STAMP),
  one('C511', 'load record interval', 'XXXX', 'min'),
]

/** Entries 1 to 14 of a table, each with what is in force from its start on, and the block of them. */
function table(head: string, name: string, what: string, format: string): Row[] {
  const rows = Array.from(
    { length: 14 },
    (_, index): ValuesRow => ({
      item: `${head}${hex(index + 1)}`,
      name: `${name}, entry ${index + 1}`,
      values: [
        { encoding: 'XX', name: what },
        { encoding: format, name: 'start' },
      ],
    }),
  )
  return [...rows, { item: `${head}F`, name, members: rows.map(row => row.item) }]
}

const tables: Row[] = [
  ...table('C32', 'year zones', 'day table', 'MMDD'),
  ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap(nth =>
    table(`C3${hex(nth + 2)}`, `day table ${nth}`, 'tariff', 'hhmm'),
  ),
]

export const ITEMS_1997 = createItemTable([...registers, ...variables, ...parameters, ...tables], {
  digits: 4,
  most: { t: 14, k: 0, h: 0, i: 0, n: 0 },
  period: () => '',
})
