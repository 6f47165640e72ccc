/** How often and how long, and the records of what happened on the line (A.4), DI3 = 03. */

import { type Draft, one, type Part, type Row, stated } from '../item-rows.ts'
import { CURRENT, ENERGY, energyPart, PHASES, POWER, REGISTERS, SECOND_STAMP, TOTALS } from './words.ts'

type Event = readonly [di2: string, name: string, nameZh: string]

/** The meter keeps the last ten of each. */
const most = { n: 10 }

const stamp = (name: string, nameZh: string): Part => ({ encoding: SECOND_STAMP, name, nameZh })
export const START_END: readonly Part[] = [stamp('start', '发生时刻'), stamp('end', '结束时刻')]

const countParts = (of = '', ofZh = ''): Part[] => [
  { encoding: 'XXXXXX', unit: 'times', name: `${of}count`, nameZh: `${ofZh}总次数` },
  { encoding: 'XXXXXX', unit: 'min', name: `${of}duration`, nameZh: `${ofZh}总累计时间` },
]

/** What four registers grew by while it lasted. */
const increments = (of = '', ofZh = ''): Part[] =>
  TOTALS.slice(1, 5).map(quantity => {
    const part = energyPart(quantity, of, ofZh)
    return { ...part, name: `${part.name} increment`, nameZh: `${part.nameZh}增量` }
  })

const SIXTEEN: readonly Part[] = [
  ...increments(),
  ...PHASES.flatMap(({ letter }) => increments(`phase ${letter} `, `${letter}相`)),
]

/** Of every phase what it grew by and what was measured as it began. */
const MEASURED: readonly Part[] = [
  ...increments(),
  ...PHASES.flatMap(({ letter }): Part[] => [
    ...increments(`phase ${letter} `, `${letter}相`),
    { encoding: 'XXX.X', unit: 'V', name: `voltage ${letter}`, nameZh: `${letter}相电压` },
    { encoding: CURRENT, unit: 'A', name: `current ${letter}`, nameZh: `${letter}相电流` },
    { encoding: POWER, unit: 'kW', name: `active power ${letter}`, nameZh: `${letter}相有功功率` },
    { encoding: POWER, unit: 'kvar', name: `reactive power ${letter}`, nameZh: `${letter}相无功功率` },
    { encoding: '+-X.XXX<=1', name: `power factor ${letter}`, nameZh: `${letter}相功率因数` },
  ]),
]

const AMPERE_HOURS: readonly Part[] = [
  { encoding: ENERGY, unit: 'Ah', name: 'ampere-hours total', nameZh: '总安时数' },
  ...PHASES.map(({ letter }) => ({
    encoding: ENERGY,
    unit: 'Ah',
    name: `ampere-hours ${letter}`,
    nameZh: `${letter}相安时数`,
  })),
]

const UNBALANCE: Part = { encoding: 'XX.XX', unit: '%', name: 'greatest unbalance', nameZh: '最大不平衡率' }

/** By phase: counts of all three in one item, and a record for each phase. */
function phaseEvent([di2, name, nameZh]: Event, record: readonly Part[]): Draft[] {
  return [
    {
      item: `03${di2}0000`,
      name: `${name} events`,
      nameZh: `${nameZh}总次数、总累计时间`,
      values: PHASES.flatMap(({ letter }) => countParts(`phase ${letter} `, `${letter}相`)),
    },
    ...PHASES.map(({ letter, hex }) => ({
      item: `03${di2}${hex}nn`,
      name: `phase ${letter} ${name} record`,
      nameZh: `${letter}相${nameZh}记录`,
      values: record,
      most,
    })),
  ]
}

function meterEvent([di2, name, nameZh]: Event, record: readonly Part[]): Draft[] {
  return [
    {
      item: `03${di2}0000`,
      name: `${name} events`,
      nameZh: `${nameZh}总次数、总累计时间`,
      values: countParts(),
    },
    { item: `03${di2}00nn`, name: `${name} record`, nameZh: `${nameZh}记录`, values: record, most },
  ]
}

/** 131 bytes. */
const WITH_AMPERE_HOURS: readonly Event[] = [
  ['01', 'voltage loss', '失压'],
  ['02', 'under-voltage', '欠压'],
  ['03', 'over-voltage', '过压'],
  ['04', 'phase loss', '断相'],
]
/** 115 bytes. */
const WITHOUT_AMPERE_HOURS: readonly Event[] = [
  ['0B', 'current loss', '失流'],
  ['0C', 'over-current', '过流'],
  ['0D', 'current break', '断流'],
]
/** 76 bytes. */
const INCREMENTS_BY_PHASE: readonly Event[] = [
  ['0E', 'power reversal', '潮流反向'],
  ['0F', 'overload', '过载'],
]
const INCREMENTS_OF_METER: readonly Event[] = [
  ['07', 'reversed voltage sequence', '电压逆相序'],
  ['08', 'reversed current sequence', '电流逆相序'],
]
/** 78 bytes. */
const UNBALANCES: readonly Event[] = [
  ['09', 'voltage unbalance', '电压不平衡'],
  ['0A', 'current unbalance', '电流不平衡'],
]

/** 15 bytes: all phases without voltage, and the current that flowed nevertheless. */
const TOTAL_LOSS: readonly Part[] = [
  stamp('start', '发生时刻'),
  { encoding: CURRENT, unit: 'A', name: 'current', nameZh: '电流值' },
  stamp('end', '结束时刻'),
]

/** 27 bytes of one month; DI1 is 00 for all phases together. */
const QUALITY: readonly Part[] = [
  { encoding: 'XXXXXX', unit: 'min', name: 'time watched', nameZh: '电压监测时间' },
  { encoding: 'XXXX.XX', unit: '%', name: 'share within limits', nameZh: '电压合格率' },
  { encoding: 'XXXX.XX', unit: '%', name: 'share beyond limits', nameZh: '电压超限率' },
  { encoding: 'XXXXXX', unit: 'min', name: 'time above limit', nameZh: '电压超上限时间' },
  { encoding: 'XXXXXX', unit: 'min', name: 'time below limit', nameZh: '电压超下限时间' },
  { encoding: 'XXX.X', unit: 'V', name: 'highest voltage', nameZh: '最高电压' },
  { encoding: 'MMDDhhmm', name: 'time of highest voltage', nameZh: '最高电压出现时间' },
  { encoding: 'XXX.X', unit: 'V', name: 'lowest voltage', nameZh: '最低电压' },
  { encoding: 'MMDDhhmm', name: 'time of lowest voltage', nameZh: '最低电压出现时间' },
]
const quality: Draft[] = [['00', '', ''], ...PHASES.map(({ hex, letter }) => [hex, letter, letter])].map(
  ([hex = '', letter = '']) => ({
    item: `0310${hex}mm`,
    name: letter === '' ? 'voltage quality' : `voltage quality of phase ${letter}`,
    nameZh: `${letter === '' ? '' : `${letter}相`}电压合格率统计数据`,
    values: QUALITY,
  }),
)

/** 20 bytes: while the demand was above its limit, with the highest it came to. */
const demandLimits: Draft[] = [
  {
    item: '03120000',
    name: 'demand over limit events',
    nameZh: '需量超限总次数',
    values: REGISTERS.map(({ name, nameZh }) => ({
      encoding: 'XXXXXX',
      unit: 'times',
      name: `${name} count`,
      nameZh: `${nameZh}需量超限总次数`,
    })),
  },
  ...REGISTERS.map(({ name, nameZh, unit }, index) => ({
    item: `03120${index + 1}nn`,
    name: `${name} demand over limit record`,
    nameZh: `${nameZh}需量超限记录`,
    values: [
      ...START_END,
      { encoding: 'XX.XXXX', unit: unit.slice(0, -1), name: 'greatest demand', nameZh: '最大需量' },
      { encoding: 'YYMMDDhhmm', name: 'time of greatest demand', nameZh: '最大需量发生时间' },
    ],
    most,
  })),
]

export const lineEvents: Row[] = stated('R', 'A.4', [
  ...WITH_AMPERE_HOURS.flatMap(event => phaseEvent(event, [...START_END, ...MEASURED, ...AMPERE_HOURS])),
  ...meterEvent(['05', 'total voltage loss', '全失压'], TOTAL_LOSS),
  ...meterEvent(['06', 'auxiliary supply loss', '辅助电源失电'], START_END),
  ...INCREMENTS_OF_METER.flatMap(event => meterEvent(event, [...START_END, ...SIXTEEN])),
  ...UNBALANCES.flatMap(event => meterEvent(event, [...START_END, UNBALANCE, ...SIXTEEN])),
  ...WITHOUT_AMPERE_HOURS.flatMap(event => phaseEvent(event, [...START_END, ...MEASURED])),
  ...INCREMENTS_BY_PHASE.flatMap(event => phaseEvent(event, [...START_END, ...SIXTEEN])),
  ...quality,
  one('03110000', 'power-down count', '掉电总次数', 'XXXXXX', 'times'),
  { item: '031100nn', name: 'power-down record', nameZh: '掉电记录', values: START_END, most },
  ...demandLimits,
])
