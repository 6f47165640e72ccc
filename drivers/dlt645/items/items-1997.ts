/**
 * The identifier table of DL/T 645-1997. The text of that edition could not be had; rows follow meters and
 * implementations that agree. Rows of the clause "vendor" are known of one maker only. Load records (DI1 = D1) are left
 * out: how their blocks are laid out is not known. Written DI1 DI0, high byte first.
 */

import { type Draft, one, type Part, type Row, stated } from './item-rows.ts'
import { createItemTable } from './item-table.ts'

const ENERGY = 'XXXXXX.XX'
const STAMP = 'MMDDhhmm'

/** Bits 3-2 of DI1: now, last month, the month before it. */
const MONTHS = [
  { of: '', ofZh: '' },
  { of: ' of last month', ofZh: '（上月）' },
  { of: ' of the month before last', ofZh: '（上上月）' },
] as const

type Quantity = readonly [reactive: 0 | 1, nibble: number, name: string, nameZh: string, obisC: number]

/** Bit 0 of DI1, and DI0's high nibble. The quadrants really are numbered 1, 4, 2, 3. */
const QUANTITIES: readonly Quantity[] = [
  [0, 1, 'forward active', '正向有功', 1],
  [0, 2, 'reverse active', '反向有功', 2],
  [1, 1, 'forward reactive', '正向无功', 3],
  [1, 2, 'reverse reactive', '反向无功', 4],
  [1, 3, 'quadrant 1 reactive', '一象限无功', 5],
  [1, 4, 'quadrant 4 reactive', '四象限无功', 8],
  [1, 5, 'quadrant 2 reactive', '二象限无功', 6],
  [1, 6, 'quadrant 3 reactive', '三象限无功', 7],
]

const hex = (value: number): string => value.toString(16).toUpperCase()
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

/** 9xxx energies, Axxx maximum demands, Bxxx their times: one number space three times over. */
const registers: Draft[] = MONTHS.flatMap(({ of, ofZh }, month) =>
  QUANTITIES.flatMap(([reactive, nibble, name, nameZh, obisC]): Draft[] => {
    const place = `${hex(month * 4 + reactive)}${hex(nibble)}t`
    const unit = reactive === 0 ? 'kW' : 'kvar'
    const back = month === 0 ? '' : `*${month}`
    return [
      one(`9${place}`, `${name} energy${of}`, `${ofZh}${nameZh}{t}电能`, ENERGY, `${unit}h`, {
        obis: `1-0:${obisC}.8.t${back}`,
        register: true,
      }),
      one(`A${place}`, `${name} maximum demand${of}`, `${ofZh}${nameZh}{t}最大需量`, 'XX.XXXX', unit, {
        obis: `1-0:${obisC}.6.t${back}`,
      }),
      one(`B${place}`, `time of ${name} maximum demand${of}`, `${ofZh}${nameZh}{t}最大需量发生时间`, STAMP),
    ]
  }),
)

interface Kind {
  readonly head: string
  readonly name: string
  readonly nameZh: string
  readonly encoding: string
  readonly unit: string
}

type Member = readonly [digit: string, of: string, ofZh: string, obis?: string]

/** Rows for the digits given, and the block with F in that place. */
function family({ head, name, nameZh, encoding, unit }: Kind, members: readonly Member[]): Draft[] {
  const rows = members.map(([digit, of, ofZh, obis]) =>
    one(
      `${head}${digit}`,
      `${name}${of}`,
      `${ofZh}${nameZh}`,
      encoding,
      unit,
      obis === undefined ? {} : { obis },
    ),
  )
  return [
    ...rows,
    {
      item: `${head}F`,
      name: `${name} block`,
      nameZh: `${nameZh}数据块`,
      members: rows.map(({ item }) => item),
    },
  ]
}

const kind = (head: string, name: string, nameZh: string, encoding: string, unit = ''): Kind => ({
  head,
  name,
  nameZh,
  encoding,
  unit,
})

const PHASES: readonly Member[] = [
  ['1', ' A', 'A相'],
  ['2', ' B', 'B相'],
  ['3', ' C', 'C相'],
]
const LINES: readonly Member[] = [
  ['1', ' AB', 'AB'],
  ['2', ' BC', 'BC'],
  ['3', ' CA', 'CA'],
]
const TOTAL: Member = ['0', ' total', '总']
const TOTAL_AND_PHASES = [TOTAL, ...PHASES]

const phases = (base: number): Member[] =>
  PHASES.map(([digit, of, ofZh], index) => [digit, of, ofZh, `1-0:${base + 20 * index}.7.0`])
const totalAndPhases = (total: number, base: number): Member[] => [
  [TOTAL[0], TOTAL[1], TOTAL[2], `1-0:${total}.7.0`],
  ...phases(base),
]

/** No sign is documented in this edition: the direction of power stands in C020. */
const variables: Draft[] = [
  one('B210', 'last programming', '最近一次编程时间', STAMP),
  one('B211', 'last demand clearing', '最近一次最大需量清零时间', STAMP),
  one('B212', 'programming count', '编程次数', 'XXXX', 'times'),
  one('B213', 'demand clearing count', '最大需量清零次数', 'XXXX', 'times'),
  one('B214', 'battery working time', '电池工作时间', 'XXXXXX', 'min', { obis: '0-0:96.6.0' }),
  ...family(kind('B61', 'voltage', '电压', 'XXXX', 'V'), phases(32)),
  ...family(kind('B62', 'current', '电流', 'XX.XX', 'A'), phases(31)),
  ...family(kind('B63', 'active power', '有功功率', 'XX.XXXX', 'kW'), totalAndPhases(1, 21)),
  one('B634', 'forward active power limit', '正向有功功率上限值', 'XX.XX', 'kW'),
  one('B635', 'reverse active power limit', '反向有功功率上限值', 'XX.XX', 'kW'),
  ...family(kind('B64', 'reactive power', '无功功率', 'XX.XX', 'kvar'), totalAndPhases(3, 23)),
  ...family(kind('B65', 'power factor', '功率因数', 'X.XXX<=1'), totalAndPhases(13, 33)),
]

/** Some makers keep losses of voltage under these numbers, not of a phase. */
const phaseLosses: Draft[] = [
  ...family(kind('B31', 'phase loss count', '断相次数', 'XXXX', 'times'), TOTAL_AND_PHASES),
  ...family(kind('B32', 'phase loss time', '断相时间累计值', 'XXXXXX', 'min'), TOTAL_AND_PHASES),
  ...family(kind('B33', 'start of last phase loss', '最近一次断相起始时刻', STAMP), TOTAL_AND_PHASES),
  ...family(kind('B34', 'end of last phase loss', '最近一次断相结束时刻', STAMP), TOTAL_AND_PHASES),
]

const vendorVariables: Draft[] = [
  one('B660', 'grid frequency', '电网频率', 'XX.XX', 'Hz', { obis: '1-0:14.7.0' }),
  ...family(kind('B67', 'phase angle', '相角', 'XXX.X', 'deg'), TOTAL_AND_PHASES),
  ...family(kind('B68', 'apparent power', '视在功率', 'XX.XXXX', 'kVA'), totalAndPhases(9, 29)),
  ...family(kind('B69', 'line voltage', '线电压', 'XXXX', 'V'), LINES),
]

const READ = { access: 'R' } as const

const parameters: Draft[] = [
  {
    item: 'C010',
    name: 'date and weekday',
    nameZh: '日期及周次',
    values: [
      { encoding: 'YYMMDD', name: 'date', nameZh: '日期', from: 1 },
      { encoding: 'WW', name: 'weekday', nameZh: '周次', from: 0 },
    ],
  },
  one('C011', 'time', '时间', 'hhmmss'),
  { item: 'C01F', name: 'date and time', nameZh: '日期及时间数据块', members: ['C010', 'C011'] },
  one('C020', 'run status word', '电表运行状态字', 'bits8 status-1997', '', { ...READ, obis: '0-0:96.5.0' }),
  one('C021', 'grid status word', '电网状态字', 'bits8 grid-1997', '', READ),
  one('C022', 'weekend word', '周休日状态字', 'bits8 weekdays', '', READ),
  one('C030', 'active constant', '电表常数（有功）', 'XXXXXX', 'imp/kWh', { ...READ, obis: '1-0:0.3.0' }),
  one('C031', 'reactive constant', '电表常数（无功）', 'XXXXXX', 'imp/kvarh', { ...READ, obis: '1-0:0.3.1' }),
  one('C032', 'meter number', '表号', 'NNNNNNNNNNNN', '', { obis: '0-0:96.1.0' }),
  one('C033', 'customer number', '用户号', 'NNNNNNNNNNNN'),
  one('C034', 'device code', '设备码', 'NNNNNNNNNNNN'),
  one('C111', 'demand period', '最大需量周期', 'XX', 'min'),
  one('C112', 'demand slide', '滑差时间', 'XX', 'min'),
  one('C113', 'seconds each screen is shown', '循显时间', 'XX', 's'),
  one('C114', 'screens shown in turn', '循显屏数', 'XX'),
  one('C115', 'decimals of energies shown', '显示电能小数位数', 'XX'),
  one('C116', 'decimals of power shown', '显示功率小数位数', 'XX'),
  one('C117', 'automatic reading day', '自动抄表日期', 'DDhh'),
  one('C118', 'load representative day', '负荷代表日', 'XX'),
  one('C119', 'forward active start register', '有功电能起始读数', 'XXXXXXX.X', 'kWh'),
  one('C11A', 'reactive start register', '无功电能起始读数', 'XXXXXXX.X', 'kvarh'),
  one('C211', 'test pulse width', '输出脉冲宽度', 'XXXX', 'ms'),
  one('C212', 'password', '密码权限及密码', 'password', '', { access: 'W' }),
  one('C310', 'number of year zones', '年时区数', 'XX'),
  one('C311', 'number of day tables', '日时段表数', 'XX'),
  one('C312', 'number of day periods', '日时段数', 'XX'),
  one('C313', 'number of tariffs', '费率数', 'XX'),
  one('C314', 'number of public holidays', '公共假日数', 'XX'),
  one('C510', 'load record start', '负荷记录起始时间', STAMP),
  one('C511', 'load record interval', '负荷记录间隔时间', 'XXXX', 'min'),
]

const vendorParameters: Draft[] = [
  one('C215', 'trip delay', '跳闸延时', 'XX', 'min'),
  one('C216', 'close delay', '合闸延时', 'XX', 'min'),
]

interface Switched {
  readonly head: string
  readonly name: string
  readonly nameZh: string
  readonly what: Part
  readonly format: string
  readonly last: number
}

/** Numbered entries of a table, each with what is in force from its start on, and the block of them. */
function table({ head, name, nameZh, what, format, last }: Switched): Draft[] {
  const rows = upTo(last).map(nth => ({
    item: `${head}${hex(nth)}`,
    name: `${name}, entry ${nth}`,
    nameZh: `${nameZh}第${nth}项`,
    values: [what, { encoding: format, name: 'start', nameZh: '起始' }],
  }))
  return [
    ...rows,
    { item: `${head}F`, name, nameZh: `${nameZh}数据块`, members: rows.map(({ item }) => item) },
  ]
}

const DAY_TABLE: Part = { encoding: 'XX', name: 'day table', nameZh: '日时段表号' }
const TARIFF: Part = { encoding: 'XX', name: 'tariff', nameZh: '费率号' }

const tables: Draft[] = [
  ...table({
    head: 'C32',
    name: 'year zones',
    nameZh: '年时区表',
    what: DAY_TABLE,
    format: 'MMDD',
    last: 14,
  }),
  ...upTo(8).flatMap(nth =>
    table({
      head: `C3${hex(nth + 2)}`,
      name: `day table ${nth}`,
      nameZh: `第${nth}日时段表`,
      what: TARIFF,
      format: 'hhmm',
      last: 14,
    }),
  ),
  ...table({
    head: 'C41',
    name: 'public holidays',
    nameZh: '公共假日',
    what: DAY_TABLE,
    format: 'MMDD',
    last: 13,
  }),
  one('C41E', 'weekend day table', '周休日采用的日时段表号', 'XX'),
]

const SEEN = 'meters and implementations that agree'
const VENDOR = 'vendor'

const rows: Row[] = [
  ...stated('R', SEEN, [...registers, ...variables]),
  ...stated('R', `${SEEN}; of some, losses of voltage`, phaseLosses),
  ...stated('R', VENDOR, vendorVariables),
  ...stated('RW', SEEN, [...parameters, ...tables]),
  ...stated('RW', VENDOR, vendorParameters),
]

export const ITEMS_1997 = createItemTable(rows, {
  digits: 4,
  most: { t: 14, k: 0, m: 0, h: 0, i: 0, n: 0 },
})
