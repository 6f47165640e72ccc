/** Records of what people did to the meter (A.4, DI3 = 03), and those of the later rules. */

import { type Draft, one, type Part, type Row, stated } from '../item-rows.ts'
import { START_END } from './events.ts'
import {
  demandParts,
  ENERGY,
  energyPart,
  LATER,
  MINUTE_STAMP,
  MONEY,
  PHASES,
  REGISTERS,
  SECOND_STAMP,
} from './words.ts'

const most = { n: 10 }

const TIME: Part = { encoding: SECOND_STAMP, name: 'time', nameZh: '发生时刻', isTime: true }
const OPERATOR: Part = { encoding: 'hex4', name: 'operator', nameZh: '操作者代码' }
const DONE: readonly Part[] = [TIME, OPERATOR]

/** Count and record of one kind of operation. */
function operation(di: string, name: string, nameZh: string, record: readonly Part[]): Draft[] {
  return [
    one(`${di}00`, `${name} count`, `${nameZh}总次数`, 'XXXXXX', 'times'),
    { item: `${di}nn`, name: `${name} record`, nameZh: `${nameZh}记录`, values: record, most },
  ]
}

/** The registers of all phases together, then those of each. */
const OF_ALL_PHASES = [
  { of: '', ofZh: '' },
  ...PHASES.map(({ letter }) => ({ of: `phase ${letter} `, ofZh: `${letter}相` })),
]

const ENERGIES_BEFORE: readonly Part[] = OF_ALL_PHASES.flatMap(({ of, ofZh }) =>
  REGISTERS.map(register => energyPart(register, of, ofZh)),
)
const DEMANDS_BEFORE: readonly Part[] = OF_ALL_PHASES.flatMap(({ of, ofZh }) =>
  REGISTERS.flatMap(({ name, nameZh, unit }): Part[] => {
    const [demand, time] = demandParts(unit, false)
    const named = `${of}${name} maximum demand`
    const namedZh = `${ofZh}${nameZh}最大需量`
    return [
      { encoding: demand?.encoding ?? '', unit: demand?.unit ?? '', name: named, nameZh: namedZh },
      { encoding: time?.encoding ?? '', name: `time of ${named}`, nameZh: `${namedZh}发生时间` },
    ]
  }),
)

/** Fourteen switchings with what is in force from each on; unused ones repeat the last (A.5, note 2). */
export const switchings = (
  [what, whatZh]: readonly [string, string],
  [start, startZh]: readonly [string, string],
  format: string,
): Part[] =>
  Array.from({ length: 14 }, (_, index) => index + 1).flatMap(nth => [
    { encoding: 'XX', name: `${what} ${nth}`, nameZh: `第${nth}${whatZh}` },
    { encoding: format, name: `${start} ${nth}`, nameZh: `第${nth}${startZh}` },
  ])

export const ZONES = switchings(['day table', '日时段表号'], ['start of zone', '时区起始日期'], 'MMDD')
export const PERIODS = switchings(['tariff', '费率号'], ['start of period', '时段起始时间'], 'hhmm')
export const SETS = [
  ['1', 'first', '第一套'],
  ['2', 'second', '第二套'],
] as const

const named = (parts: readonly Part[], of: string, ofZh: string): Part[] =>
  parts.map(part => ({ ...part, name: `${of}${part.name}`, nameZh: `${ofZh}${part.nameZh}` }))

/** 16 tables: both sets of eight. */
const PERIODS_BEFORE = SETS.flatMap(([, set, setZh]) =>
  Array.from({ length: 8 }, (_, index) => index + 1).flatMap(nth =>
    named(PERIODS, `${set} set, day table ${nth}: `, `${setZh}第${nth}日时段表`),
  ),
)
const ZONES_BEFORE = SETS.flatMap(([, set, setZh]) => named(ZONES, `${set} set: `, `${setZh}`))
const HOLIDAYS_BEFORE = Array.from({ length: 254 }, (_, index) => index + 1).flatMap((nth): Part[] => [
  { encoding: 'XX', name: `day table of holiday ${nth}`, nameZh: `第${nth}公共假日日时段表号` },
  { encoding: 'YYMMDD', name: `holiday ${nth}`, nameZh: `第${nth}公共假日日期` },
])
const SETTLEMENT_BEFORE = [1, 2, 3].map(
  (nth): Part => ({ encoding: 'DDhh', name: `settlement day ${nth}`, nameZh: `每月第${nth}结算日` }),
)
const word = (list: string): Part => ({
  encoding: `bits8 ${list}`,
  name: 'word before',
  nameZh: '编程前特征字',
})

/** 60 bytes: open, closed, six registers as it was opened and as it was closed. */
const OPENING: readonly Part[] = [
  { encoding: SECOND_STAMP, name: 'opened', nameZh: '开盖时刻' },
  { encoding: SECOND_STAMP, name: 'closed', nameZh: '合盖时刻' },
  ...REGISTERS.map(register => energyPart(register, 'before: ', '开盖前')),
  ...REGISTERS.map(register => energyPart(register, 'after: ', '开盖后')),
]

const operations: Row[] = stated('R', 'A.4', [
  ...operation('033000', 'programming', '编程', [
    ...DONE,
    ...Array.from({ length: 10 }, (_, index): Part => {
      const nth = index + 1
      return { encoding: 'hex4', name: `item ${nth}`, nameZh: `第${nth}个编程数据标识` }
    }),
  ]),
  ...operation('033001', 'meter clearing', '电表清零', [...DONE, ...ENERGIES_BEFORE]),
  ...operation('033002', 'demand clearing', '需量清零', [...DONE, ...DEMANDS_BEFORE]),
  ...operation('033003', 'event clearing', '事件清零', [
    ...DONE,
    { encoding: 'hex4', name: 'events cleared', nameZh: '事件清零数据标识' },
  ]),
  ...operation('033004', 'clock setting', '校时', [
    OPERATOR,
    { encoding: SECOND_STAMP, name: 'before', nameZh: '校时前时间' },
    { encoding: SECOND_STAMP, name: 'after', nameZh: '校时后时间' },
  ]),
  ...operation('033005', 'period table programming', '时段表编程', [...DONE, ...PERIODS_BEFORE]),
  ...operation('033006', 'zone table programming', '时区表编程', [...DONE, ...ZONES_BEFORE]),
  ...operation('033007', 'weekend programming', '周休日编程', [
    ...DONE,
    { encoding: 'XX', name: 'weekend day table before', nameZh: '编程前周休日日时段表号' },
  ]),
  ...operation('033008', 'holiday programming', '节假日编程', [...DONE, ...HOLIDAYS_BEFORE]),
  ...operation('033009', 'active combination programming', '有功组合方式编程', [
    ...DONE,
    word('combination-active'),
  ]),
  ...operation('03300A', 'reactive combination 1 programming', '无功组合方式1编程', [
    ...DONE,
    word('combination-reactive'),
  ]),
  ...operation('03300B', 'reactive combination 2 programming', '无功组合方式2编程', [
    ...DONE,
    word('combination-reactive'),
  ]),
  ...operation('03300C', 'settlement day programming', '结算日编程', [...DONE, ...SETTLEMENT_BEFORE]),
  ...operation('03300D', 'cover opening', '开表盖', OPENING),
  ...operation('03300E', 'terminal cover opening', '开端钮盒', OPENING),
])

/** One identifier for each fact of a purchase. */
const purchases = (di: string, name: string, nameZh: string, format: string, unit: string): Draft[] => [
  one(`${di}01nn`, `${name} purchase: time`, `${nameZh}日期`, MINUTE_STAMP, '', { most }),
  one(`${di}02nn`, `${name} purchase: count after`, `${nameZh}后总次数`, 'XXXX', 'times', { most }),
  one(`${di}03nn`, `${name} purchase: bought`, `${nameZh}量`, format, unit, { most }),
  one(`${di}04nn`, `${name} purchase: left before`, `${nameZh}前剩余量`, format, unit, { most }),
  one(`${di}05nn`, `${name} purchase: left after`, `${nameZh}后剩余量`, format, unit, { most }),
  one(`${di}06nn`, `${name} purchase: total bought after`, `${nameZh}后累计量`, format, unit, { most }),
]

/** 34 bytes. Makers differ in DI1 and DI2 of the records, so both forms are here. */
const switching = (di3: string, name: string, nameZh: string): Draft[] => [
  one(`${di3}000001`, `${name} count`, `${nameZh}次数`, 'XXXXXX', 'times'),
  ...['00FF', '0001'].map(middle => ({
    item: `${di3}${middle}nn`,
    name: `${name} record`,
    nameZh: `${nameZh}记录`,
    values: [...DONE, ...REGISTERS.map(register => energyPart(register))],
    most,
  })),
]

/** 28 bytes. */
const MAGNETIC: readonly Part[] = [
  ...START_END,
  ...REGISTERS.slice(0, 2).map(register => energyPart(register, 'before: ', '发生前')),
  ...REGISTERS.slice(0, 2).map(register => energyPart(register, 'after: ', '结束后')),
]

/** Facts of phase loss one by one; of DI3 = 10 to 1C only these are known well enough. */
const single: Draft[] = PHASES.flatMap(({ letter, hex }) => [
  one(`13${hex}0001`, `phase ${letter} phase loss count`, `${letter}相断相总次数`, 'XXXXXX', 'times'),
  one(`13${hex}01nn`, `phase ${letter} phase loss start`, `${letter}相断相发生时刻`, SECOND_STAMP, '', {
    most,
  }),
  one(`13${hex}25nn`, `phase ${letter} phase loss end`, `${letter}相断相结束时刻`, SECOND_STAMP, '', {
    most,
  }),
])

/** How records 033600nn and 033700nn are laid out is not known; their counts are. */
const later: Row[] = [
  ...stated('R', LATER, [
    ...operation('033500', 'magnetic interference', '恒定磁场干扰', MAGNETIC),
    one('03360000', 'relay misoperation count', '负荷开关误动作总次数', 'XXXXXX', 'times'),
    one('03370000', 'supply fault count', '电源异常总次数', 'XXXXXX', 'times'),
    ...switching('1D', 'trip', '跳闸'),
    ...switching('1E', 'close', '合闸'),
    ...purchases('0332', 'energy', '购电', ENERGY, 'kWh'),
    ...purchases('0333', 'money', '购电金额', MONEY, 'yuan'),
  ]),
  ...stated('R', `${LATER}, one source`, single),
]

export const operationEvents: Row[] = [...operations, ...later]
