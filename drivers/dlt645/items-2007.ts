/**
 * The identifier table of DL/T 645-2007, appendix A. Rows marked "later" come from the smart-meter rules that followed
 * and are served by nearly every meter made since 2010. Written DI3 DI2 DI1 DI0, high byte first.
 */

import type { Part, Row, ValuesRow } from './item-rows.ts'
import { createItemTable } from './item-table.ts'

const ENERGY = 'XXXXXX.XX'
const SIGNED_ENERGY = '+-XXXXXX.XX'
const DEMAND = 'XX.XXXX'
const SIGNED_DEMAND = '+-XX.XXXX'
const POWER = '+-XX.XXXX'
const MINUTE_STAMP = 'YYMMDDhhmm'
const SECOND_STAMP = 'YYMMDDhhmmss'
const PRICE = 'XXXX.XXXX'
const MONEY = 'XXXXXX.XX'

const PHASES = [
  { letter: 'A', hex: '01', obis: 20, offset: 0 },
  { letter: 'B', hex: '02', obis: 40, offset: 0x14 },
  { letter: 'C', hex: '03', obis: 60, offset: 0x28 },
] as const

const hex2 = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0')

/** DI2, what it counts, unit, C of its OBIS code, and whether it may be negative. */
type Quantity = readonly [di2: number, name: string, unit: string, obisC: number | null, signed: boolean]

/**
 * A.1. Combined active energy is net (its parts are added or subtracted by word 04000601, and it may be negative), so
 * it is C = 16; C = 15, the sum of sizes, cannot be. Combined reactive 1 and 2 are what terminals report as forward and
 * reverse reactive (C = 3 and 4); words 04000602 and 04000603 say which quadrants they add and subtract.
 */
const TOTALS: readonly Quantity[] = [
  [0x00, 'combined active', 'kWh', 16, true],
  [0x01, 'forward active', 'kWh', 1, false],
  [0x02, 'reverse active', 'kWh', 2, false],
  [0x03, 'combined reactive 1', 'kvarh', 3, true],
  [0x04, 'combined reactive 2', 'kvarh', 4, true],
  [0x05, 'quadrant 1 reactive', 'kvarh', 5, false],
  [0x06, 'quadrant 2 reactive', 'kvarh', 6, false],
  [0x07, 'quadrant 3 reactive', 'kvarh', 7, false],
  [0x08, 'quadrant 4 reactive', 'kvarh', 8, false],
  [0x09, 'forward apparent', 'kVAh', 9, false],
  [0x0a, 'reverse apparent', 'kVAh', 10, false],
]

/** Fundamental, harmonic and loss energies; the phases repeat them 14H further on each. */
const DERIVED: readonly Quantity[] = [
  [0x80, 'associated total', 'kWh', null, true],
  [0x81, 'forward active fundamental', 'kWh', null, false],
  [0x82, 'reverse active fundamental', 'kWh', null, false],
  [0x83, 'forward active harmonic', 'kWh', null, false],
  [0x84, 'reverse active harmonic', 'kWh', null, false],
  [0x85, 'copper loss compensation', 'kWh', null, false],
  [0x86, 'iron loss compensation', 'kWh', null, false],
]

/** The totals without the combined active energy, for one phase: phase A starts at 15H. */
const phaseQuantities = PHASES.flatMap(({ letter, obis, offset }): Quantity[] =>
  TOTALS.slice(1).map(([di2, name, unit, obisC, signed]) => [
    di2 + 0x14 + offset,
    `phase ${letter} ${name}`,
    unit,
    obisC === null ? null : obisC + obis,
    signed,
  ]),
)

const phaseDerived = PHASES.flatMap(({ letter, offset }): Quantity[] =>
  DERIVED.map(([di2, name, unit, obisC, signed]) => [
    di2 + 0x14 + offset,
    `phase ${letter} ${name}`,
    unit,
    obisC,
    signed,
  ]),
)

const energy = (tariffs: 'tt' | '00', [di2, name, unit, obisC, signed]: Quantity): ValuesRow => ({
  item: `00${hex2(di2)}${tariffs}kk`,
  name: `${name} energy`,
  values: [{ encoding: signed ? SIGNED_ENERGY : ENERGY, unit }],
  ...(obisC === null ? {} : { obis: `1-0:${obisC}.8.${tariffs === 'tt' ? 't' : '0'}*k` }),
  ...(signed ? {} : { register: true }),
})

const energies: Row[] = [
  ...[...TOTALS, ...DERIVED].map(quantity => energy('tt', quantity)),
  ...[...phaseQuantities, ...phaseDerived].map(quantity => energy('00', quantity)),
]

const demandParts = (unit: string, signed: boolean): Part[] => [
  { encoding: signed ? SIGNED_DEMAND : DEMAND, unit: unit.slice(0, -1) },
  { encoding: MINUTE_STAMP, name: 'time', isTime: true },
]

/** A.2: the maximum and the minute it was reached; an all-zero time means none since the last clearing. */
const demand = (tariffs: 'tt' | '00', [di2, name, unit, obisC, signed]: Quantity): ValuesRow => ({
  item: `01${hex2(di2)}${tariffs}kk`,
  name: `${name} maximum demand`,
  values: demandParts(unit, signed),
  ...(obisC === null ? {} : { obis: `1-0:${obisC}.6.${tariffs === 'tt' ? 't' : '0'}*k` }),
})

const demands: Row[] = [
  ...TOTALS.slice(1).map(quantity => demand('tt', quantity)),
  ...phaseQuantities.map(quantity => demand('00', quantity)),
]

const one = (
  item: string,
  name: string,
  encoding: string,
  unit = '',
  obis?: string,
  most?: Row['most'],
): ValuesRow => ({
  item,
  name,
  values: [{ encoding, unit }],
  ...(obis === undefined ? {} : { obis }),
  ...(most === undefined ? {} : { most }),
})

/** Phase A, B, C and the block of them; `base` is the C of phase A's OBIS code, 20 further for each next phase. */
function byPhase(di: string, name: string, encoding: string, unit: string, base: number | null): Row[] {
  const phases = PHASES.map(({ letter, hex }, index) =>
    one(
      `${di}${hex}00`,
      `${name} ${letter}`,
      encoding,
      unit,
      base === null ? undefined : `1-0:${base + 20 * index}.7.0`,
    ),
  )
  const members = phases.map(row => row.item)
  return [...phases, { item: `${di}FF00`, name: `${name} block`, members }]
}

/** The same with the total of all phases before them. */
function withTotal(
  di: string,
  name: string,
  encoding: string,
  unit: string,
  total: number,
  base: number,
): Row[] {
  const [a, b, c] = byPhase(di, name, encoding, unit, base)
  const phases = [a, b, c].filter(row => row !== undefined)
  const sum = one(`${di}0000`, `${name} total`, encoding, unit, `1-0:${total}.7.0`)
  const members = [sum, ...phases].map(row => row.item)
  return [sum, ...phases, { item: `${di}FF00`, name: `${name} block`, members }]
}

/** A.3. A three-wire meter gives Uab and Ucb in place of A and C, and zero for B (note 1). */
const instantaneous: Row[] = [
  ...byPhase('0201', 'voltage', 'XXX.X', 'V', 32),
  ...byPhase('0202', 'current', '+-XXX.XXX', 'A', 31),
  ...withTotal('0203', 'active power', POWER, 'kW', 1, 21),
  ...withTotal('0204', 'reactive power', POWER, 'kvar', 3, 23),
  ...withTotal('0205', 'apparent power', POWER, 'kVA', 9, 29),
  ...withTotal('0206', 'power factor', '+-X.XXX<=1', '', 13, 33),
  ...byPhase('0207', 'phase angle', 'XXX.X', 'deg', null),
  ...byPhase('0208', 'voltage distortion', 'XX.XX', '%', null),
  ...byPhase('0209', 'current distortion', 'XX.XX', '%', null),
  ...PHASES.flatMap(({ letter, hex }) => [
    one(`020A${hex}hh`, `voltage content of phase ${letter}`, 'XX.XX', '%'),
    one(`020B${hex}hh`, `current content of phase ${letter}`, 'XX.XX', '%'),
  ]),
  one('02800001', 'neutral current', '+-XXX.XXX', 'A', '1-0:91.7.0'),
  one('02800002', 'grid frequency', 'XX.XX', 'Hz', '1-0:14.7.0'),
  one('02800003', 'active power, mean of one minute', POWER, 'kW'),
  one('02800004', 'present active demand', SIGNED_DEMAND, 'kW', '1-0:1.4.0'),
  one('02800005', 'present reactive demand', SIGNED_DEMAND, 'kvar', '1-0:3.4.0'),
  one('02800006', 'present apparent demand', SIGNED_DEMAND, 'kVA', '1-0:9.4.0'),
  one('02800007', 'internal temperature', '+-XXX.X', 'degC', '0-0:96.9.0'),
  one('02800008', 'clock battery voltage', 'XX.XX', 'V', '0-0:96.6.3'),
  one('02800009', 'power-off reading battery voltage', 'XX.XX', 'V'),
  one('0280000A', 'battery working time', 'XXXXXXXX', 'min', '0-0:96.6.0'),
  // later
  one('0280000B', 'present step price', PRICE, 'yuan/kWh'),
  one('02800020', 'present price', PRICE, 'yuan/kWh'),
  one('02800021', 'present tariff price', PRICE, 'yuan/kWh'),
]

const phaseEvents: readonly (readonly [di2: string, name: string])[] = [
  ['01', 'voltage loss'],
  ['02', 'under-voltage'],
  ['03', 'over-voltage'],
  ['04', 'phase loss'],
  ['0B', 'current loss'],
  ['0C', 'over-current'],
  ['0D', 'current break'],
  ['0E', 'power reversal'],
  ['0F', 'overload'],
]
const meterEvents: readonly (readonly [di2: string, name: string])[] = [
  ['05', 'total voltage loss'],
  ['06', 'auxiliary supply loss'],
  ['07', 'reversed voltage sequence'],
  ['08', 'reversed current sequence'],
  ['09', 'voltage unbalance'],
  ['0A', 'current unbalance'],
]
/** Counted only. The last three are later. */
const countedEvents: readonly (readonly [item: string, name: string])[] = [
  ['03110000', 'power-down'],
  ['03300000', 'programming'],
  ['03300100', 'meter clearing'],
  ['03300200', 'demand clearing'],
  ['03300300', 'event clearing'],
  ['03300400', 'clock setting'],
  ['03300500', 'period table programming'],
  ['03300600', 'zone table programming'],
  ['03300700', 'weekend programming'],
  ['03300800', 'holiday programming'],
  ['03300900', 'active combination programming'],
  ['03300A00', 'reactive combination 1 programming'],
  ['03300B00', 'reactive combination 2 programming'],
  ['03300C00', 'settlement day programming'],
  ['03300D00', 'cover opening'],
  ['03300E00', 'terminal cover opening'],
  ['03350000', 'magnetic interference'],
  ['03360000', 'relay misoperation'],
  ['03370000', 'supply fault'],
]

const countParts = (name?: string): Part[] => [
  { encoding: 'XXXXXX', unit: 'times', name: name === undefined ? 'count' : `${name} count` },
  { encoding: 'XXXXXX', unit: 'min', name: name === undefined ? 'duration' : `${name} duration` },
]
const START_END: readonly Part[] = [
  { encoding: SECOND_STAMP, name: 'start' },
  { encoding: SECOND_STAMP, name: 'end' },
]

/** A.4: how often and how long, and the records that hold nothing but times. */
const events: Row[] = [
  ...phaseEvents.map(([di2, name]) => ({
    item: `03${di2}0000`,
    name: `${name} events`,
    values: PHASES.flatMap(({ letter }) => countParts(`phase ${letter}`)),
  })),
  ...meterEvents.map(([di2, name]) => ({
    item: `03${di2}0000`,
    name: `${name} events`,
    values: countParts(),
  })),
  ...countedEvents.map(([item, name]) => one(item, `${name} count`, 'XXXXXX', 'times')),
  {
    item: '030500nn',
    name: 'total voltage loss record',
    values: [
      { encoding: SECOND_STAMP, name: 'start' },
      { encoding: 'XXX.XXX', unit: 'A', name: 'current' },
      { encoding: SECOND_STAMP, name: 'end' },
    ],
  },
  { item: '030600nn', name: 'auxiliary supply loss record', values: START_END },
  { item: '031100nn', name: 'power-down record', values: START_END },
  {
    item: '033003nn',
    name: 'event clearing record',
    values: [
      { encoding: SECOND_STAMP, name: 'time', isTime: true },
      { encoding: 'hex4', name: 'operator' },
      { encoding: 'hex4', name: 'events cleared' },
    ],
  },
  // later
  one('1D000001', 'trip count', 'XXXXXX', 'times'),
  one('1E000001', 'close count', 'XXXXXX', 'times'),
]

const CLOCK_PARTS: readonly Part[] = [
  { encoding: 'YYMMDD', name: 'date', from: 1 },
  { encoding: 'WW', name: 'weekday', from: 0 },
]

/** Fourteen switchings with what is in force from each on; unused ones repeat the last (A.5, note 2). */
const switchings = (what: string, start: string, format: string): Part[] =>
  Array.from({ length: 14 }, (_, index) => index + 1).flatMap(nth => [
    { encoding: 'XX', name: `${what} ${nth}` },
    { encoding: format, name: `${start} ${nth}` },
  ])

const TABLE_SETS = [
  ['1', 'first'],
  ['2', 'second'],
] as const

const tables: Row[] = [
  ...TABLE_SETS.flatMap(([set, which]): Row[] => [
    {
      item: `040${set}0000`,
      name: `${which} zone table`,
      values: switchings('day table', 'start of zone', 'MMDD'),
    },
    {
      item: `040${set}00ii`,
      name: `${which} set, day table`,
      values: switchings('tariff', 'start of period', 'hhmm'),
      most: { i: 8 },
    },
  ]),
  {
    item: '040300ii',
    name: 'public holiday',
    values: [
      { encoding: 'XX', name: 'day table' },
      { encoding: 'YYMMDD', name: 'date' },
    ],
    most: { i: 254 },
  },
]

/** A.5. */
const parameters: Row[] = [
  { item: '04000101', name: 'date and weekday', values: CLOCK_PARTS },
  one('04000102', 'time', 'hhmmss'),
  one('04000103', 'demand period', 'XX', 'min'),
  one('04000104', 'demand slide', 'XX', 'min'),
  one('04000105', 'test pulse width', 'XXXX', 'ms'),
  one('04000106', 'zone table switch time', MINUTE_STAMP),
  one('04000107', 'period table switch time', MINUTE_STAMP),
  one('04000108', 'price switch time', MINUTE_STAMP),
  one('04000109', 'ladder switch time', MINUTE_STAMP),
  one('0400010C', 'date and time', 'YYMMDDWWhhmmss'),
  one('04000201', 'number of year zones', 'XX'),
  one('04000202', 'number of day tables', 'XX'),
  one('04000203', 'number of day periods', 'XX'),
  one('04000204', 'number of tariffs', 'XX'),
  one('04000205', 'number of public holidays', 'XXXX'),
  one('04000206', 'number of harmonics', 'XX'),
  one('04000207', 'number of ladder steps', 'XX'),
  one('04000301', 'screens shown in turn', 'XX'),
  one('04000302', 'seconds each screen is shown', 'XX', 's'),
  one('04000303', 'decimals of energies shown', 'XX'),
  one('04000304', 'decimals of power shown', 'XX'),
  one('04000305', 'screens shown by key', 'XX'),
  one('04000306', 'current transformer ratio', 'XXXXXX', '', '1-0:0.4.2'),
  one('04000307', 'voltage transformer ratio', 'XXXXXX', '', '1-0:0.4.3'),
  one('04000401', 'communication address', 'NNNNNNNNNNNN'),
  one('04000402', 'meter number', 'NNNNNNNNNNNN', '', '0-0:96.1.0'),
  one('04000403', 'asset code', 'ascii32', '', '0-0:96.1.1'),
  one('04000404', 'rated voltage', 'ascii6'),
  one('04000405', 'rated current', 'ascii6'),
  one('04000406', 'maximum current', 'ascii6'),
  one('04000407', 'active accuracy class', 'ascii4'),
  one('04000408', 'reactive accuracy class', 'ascii4'),
  one('04000409', 'active constant', 'XXXXXX', 'imp/kWh', '1-0:0.3.0'),
  one('0400040A', 'reactive constant', 'XXXXXX', 'imp/kvarh', '1-0:0.3.1'),
  one('0400040B', 'meter model', 'ascii10'),
  one('0400040C', 'production date', 'ascii10'),
  one('0400040D', 'protocol version', 'ascii16'),
  one('0400040E', 'customer number', 'NNNNNNNNNNNN'),
  ...[1, 2, 3, 4, 5, 6, 7].map(word =>
    one(
      `040005${hex2(word)}`,
      `run status word ${word}`,
      `bits16 status-${word}`,
      '',
      // IEC 62056-61 names four words of internal operating status.
      word <= 4 ? `0-0:96.5.${word}` : undefined,
    ),
  ),
  one('04000508', 'key status word', 'bits32'),
  {
    item: '040005FF',
    name: 'run status words',
    members: [1, 2, 3, 4, 5, 6, 7, 8].map(word => `040005${hex2(word)}`),
  },
  one('04000601', 'active combination word', 'bits8 combination-active'),
  one('04000602', 'reactive combination 1 word', 'bits8 combination-reactive'),
  one('04000603', 'reactive combination 2 word', 'bits8 combination-reactive'),
  one('04000701', 'speed word, modulated infrared', 'bits8'),
  one('04000702', 'speed word, contact infrared', 'bits8'),
  one('04000703', 'speed word, port 1', 'bits8'),
  one('04000704', 'speed word, port 2', 'bits8'),
  one('04000705', 'speed word, port 3', 'bits8'),
  one('04000801', 'working days', 'bits8 weekdays'),
  one('04000802', 'weekend day table', 'XX'),
  one('04000901', 'load record mode', 'bits8 load-record-mode'),
  one('04000902', 'timed freeze mode', 'bits8 freeze-mode'),
  one('04000903', 'immediate freeze mode', 'bits8 freeze-mode'),
  one('04000904', 'switch freeze mode', 'bits8 freeze-mode'),
  one('04000905', 'hourly freeze mode', 'bits8 freeze-mode'),
  one('04000906', 'daily freeze mode', 'bits8 freeze-mode'),
  one('04000A01', 'load record start', 'MMDDhhmm'),
  ...[1, 2, 3, 4, 5, 6].map(kind =>
    one(`04000A${hex2(kind + 1)}`, `load record interval, class ${kind}`, 'XXXX', 'min'),
  ),
  ...[1, 2, 3].map(day => one(`04000B${hex2(day)}`, `settlement day ${day}`, 'DDhh')),
  ...PHASES.flatMap(({ letter }, phase) =>
    ['G', 'B', 'R', 'X'].map((constant, index) =>
      one(`04000D${hex2(phase * 4 + index + 1)}`, `line constant ${constant} of phase ${letter}`, 'X.XXX'),
    ),
  ),
  one('04000E01', 'forward active power limit', 'XX.XXXX', 'kW'),
  one('04000E02', 'reverse active power limit', 'XX.XXXX', 'kW'),
  one('04000E03', 'voltage upper limit', 'XXX.X', 'V'),
  one('04000E04', 'voltage lower limit', 'XXX.X', 'V'),
  // later, to the end of the list
  one('04000F01', 'alarm energy 1', ENERGY, 'kWh'),
  one('04000F02', 'alarm energy 2', ENERGY, 'kWh'),
  one('04000F03', 'hoard energy limit', ENERGY, 'kWh'),
  one('04000F04', 'overdraft energy limit', ENERGY, 'kWh'),
  one('04001001', 'alarm money 1', MONEY, 'yuan'),
  one('04001002', 'alarm money 2', MONEY, 'yuan'),
  one('04001003', 'overdraft money limit', MONEY, 'yuan'),
  one('04001004', 'hoard money limit', MONEY, 'yuan'),
  one('04001005', 'close-permit money limit', MONEY, 'yuan'),
  one('04001101', 'run feature word 1', 'bits8'),
  one('04001201', 'hourly freeze start', MINUTE_STAMP),
  one('04001202', 'hourly freeze interval', 'XX', 'min'),
  one('04001203', 'daily freeze time', 'hhmm'),
  one('04001401', 'trip delay', 'XXXX', 'min'),
  one('040501ii', 'first set, price of tariff', PRICE, 'yuan/kWh', undefined, { i: 63 }),
  one('040502ii', 'second set, price of tariff', PRICE, 'yuan/kWh', undefined, { i: 63 }),
  one('04800001', 'software version', 'ascii32'),
  one('04800002', 'hardware version', 'ascii32'),
  one('04800003', 'manufacturer number', 'ascii32'),
]

/** A meter in debt shows 0 remaining and the debt as overdraft. All later. */
const prepaid: Row[] = [
  one('00900100', 'remaining energy', ENERGY, 'kWh'),
  one('00900101', 'overdraft energy', ENERGY, 'kWh'),
  one('00900200', 'remaining money', MONEY, 'yuan'),
  one('00900201', 'overdraft money', MONEY, 'yuan'),
]

/** A.6. Kinds 05 to 07 are later. How deep a model remembers is told by its profile, not by the identifier. */
const FREEZE_KINDS = {
  '00': 'timed freeze',
  '01': 'immediate freeze',
  '02': 'zone switch freeze',
  '03': 'period switch freeze',
  '05': 'price switch freeze',
  '06': 'daily freeze',
  '07': 'ladder switch freeze',
} as const
const most = { n: 254 }

const VARIABLES: readonly Part[] = [
  ['active', 'kW'],
  ['reactive', 'kvar'],
].flatMap(([kind, unit]) =>
  ['total', 'A', 'B', 'C'].map(
    (phase): Part => ({ encoding: POWER, unit: unit ?? '', name: `${kind} power ${phase}` }),
  ),
)

function freezesOf([kind, name]: [string, string]): Row[] {
  const lists = TOTALS.slice(1, 9).map(
    ([di2, quantity, unit, obisC, signed]): ValuesRow => ({
      item: `05${kind}${hex2(di2)}nn`,
      name: `${name}, ${quantity} energy`,
      values: [{ encoding: signed ? SIGNED_ENERGY : ENERGY, unit }],
      perTariff: true,
      most,
      ...(obisC === null ? {} : { obis: `1-0:${obisC}.8.t` }),
      ...(signed ? {} : { register: true }),
    }),
  )
  const maxima = TOTALS.slice(1, 3).map(
    ([di2, quantity, unit, obisC]): ValuesRow => ({
      item: `05${kind}${hex2(di2 + 8)}nn`,
      name: `${name}, ${quantity} maximum demand`,
      values: demandParts(unit, false),
      perTariff: true,
      most,
      obis: `1-0:${obisC}.6.t`,
    }),
  )
  const parts: Row[] = [
    {
      item: `05${kind}00nn`,
      name: `${name}, time`,
      values: [{ encoding: MINUTE_STAMP, isTime: true }],
      most,
    },
    ...lists,
    ...maxima,
    { item: `05${kind}10nn`, name: `${name}, variables`, values: VARIABLES, most },
  ]
  return [...parts, { item: `05${kind}FFnn`, name, groups: parts.map(row => row.item), most }]
}

/** The hourly freeze holds totals only. Later. */
const hourly: Row[] = [
  {
    item: '050400nn',
    name: 'hourly freeze, time',
    values: [{ encoding: MINUTE_STAMP, isTime: true }],
    most,
  },
  one('050401nn', 'hourly freeze, forward active energy', ENERGY, 'kWh', '1-0:1.8.0', most),
  one('050402nn', 'hourly freeze, reverse active energy', ENERGY, 'kWh', '1-0:2.8.0', most),
  { item: '0504FFnn', name: 'hourly freeze', groups: ['050400nn', '050401nn', '050402nn'], most },
]

/** One quantity of the load curve by its own identifier. Later. */
const curves: Row[] = PHASES.map(({ letter, hex }) => ({
  item: `061001${hex}`,
  name: `curve of voltage ${letter}`,
  values: [
    { encoding: 'XXX.X', unit: 'V', from: 5 },
    { encoding: MINUTE_STAMP, name: 'time', isTime: true, from: 0 },
  ],
}))

export const ITEMS_2007 = createItemTable(
  [
    ...energies,
    ...prepaid,
    ...demands,
    ...instantaneous,
    ...events,
    ...parameters,
    ...tables,
    ...Object.entries(FREEZE_KINDS).flatMap(freezesOf),
    ...hourly,
    ...curves,
  ],
  {
    digits: 8,
    most: { t: 63, k: 12, h: 21, i: 0, n: 10 },
    period: k => (k === 1 ? 'last settlement day' : `settlement day ${k} back`),
  },
)
