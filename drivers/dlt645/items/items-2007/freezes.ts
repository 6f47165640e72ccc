/** Freezes (A.6, DI3 = 05), load records and curves (A.7, DI3 = 06). */

import { type Draft, one, type Part, type Row, stated } from '../item-rows.ts'
import {
  CURRENT,
  demandParts,
  ENERGY,
  hex2,
  LATER,
  MINUTE_STAMP,
  PHASES,
  POWER,
  SIGNED_ENERGY,
  TOTALS,
} from './words.ts'

/** How deep a model remembers is told by its profile, not by the identifier. */
const most = { n: 254 }

const KINDS_2007 = [
  ['00', 'timed freeze', '定时冻结'],
  ['01', 'immediate freeze', '瞬时冻结'],
  ['02', 'zone switch freeze', '两套时区表切换冻结'],
  ['03', 'period switch freeze', '两套日时段表切换冻结'],
] as const
const KINDS_LATER = [
  ['05', 'price switch freeze', '两套费率电价切换冻结'],
  ['06', 'daily freeze', '日冻结'],
  ['07', 'ladder switch freeze', '两套阶梯切换冻结'],
] as const

const STAMP: readonly Part[] = [{ encoding: MINUTE_STAMP, isTime: true }]

const POWERS = [
  ['active power', '有功功率', 'kW'],
  ['reactive power', '无功功率', 'kvar'],
] as const
const ALL_PHASES = [
  ['total', '总'],
  ['A', 'A相'],
  ['B', 'B相'],
  ['C', 'C相'],
] as const
const VARIABLES: readonly Part[] = POWERS.flatMap(([name, nameZh, unit]) =>
  ALL_PHASES.map(
    ([phase, phaseZh]): Part => ({
      encoding: POWER,
      unit,
      name: `${name} ${phase}`,
      nameZh: `${phaseZh}${nameZh}`,
    }),
  ),
)

function freezesOf([kind, name, nameZh]: readonly [string, string, string]): Draft[] {
  const lists = TOTALS.slice(1, 9).map((quantity): Draft => {
    const { di2, unit, obisC, signed } = quantity
    return {
      item: `05${kind}${hex2(di2)}nn`,
      name: `${name}, ${quantity.name} energy`,
      nameZh: `${nameZh}${quantity.nameZh}{t}电能`,
      values: [{ encoding: signed ? SIGNED_ENERGY : ENERGY, unit }],
      perTariff: true,
      most,
      ...(obisC === null ? {} : { obis: `1-0:${obisC}.8.t` }),
      ...(signed ? {} : { register: true }),
    }
  })
  const maxima = TOTALS.slice(1, 3).map(
    (quantity): Draft => ({
      item: `05${kind}${hex2(quantity.di2 + 8)}nn`,
      name: `${name}, ${quantity.name} maximum demand`,
      nameZh: `${nameZh}${quantity.nameZh}{t}最大需量`,
      values: demandParts(quantity.unit, false),
      perTariff: true,
      most,
      obis: `1-0:${quantity.obisC}.6.t`,
    }),
  )
  const parts: Draft[] = [
    { item: `05${kind}00nn`, name: `${name}, time`, nameZh: `${nameZh}时间`, values: STAMP, most },
    ...lists,
    ...maxima,
    {
      item: `05${kind}10nn`,
      name: `${name}, variables`,
      nameZh: `${nameZh}变量数据`,
      values: VARIABLES,
      most,
    },
  ]
  const groups = parts.map(({ item }) => item)
  return [...parts, { item: `05${kind}FFnn`, name, nameZh: `${nameZh}数据块`, groups, most }]
}

/** The hourly freeze holds totals only. */
const hourly: Draft[] = [
  { item: '050400nn', name: 'hourly freeze, time', nameZh: '整点冻结时间', values: STAMP, most },
  one('050401nn', 'hourly freeze, forward active energy', '整点冻结正向有功总电能', ENERGY, 'kWh', {
    obis: '1-0:1.8.0',
    most,
  }),
  one('050402nn', 'hourly freeze, reverse active energy', '整点冻结反向有功总电能', ENERGY, 'kWh', {
    obis: '1-0:2.8.0',
    most,
  }),
  {
    item: '0504FFnn',
    name: 'hourly freeze',
    nameZh: '整点冻结数据块',
    groups: ['050400nn', '050401nn', '050402nn'],
    most,
  },
]

const CLASSES = [
  ['00', 'all classes', '全部'],
  ['01', 'voltage, current, frequency', '电压、电流、频率'],
  ['02', 'active and reactive power', '有、无功功率'],
  ['03', 'power factor', '功率因数'],
  ['04', 'energies', '有、无功总电能'],
  ['05', 'quadrant energies', '四象限无功总电能'],
  ['06', 'demand', '当前需量'],
] as const
const FROM = [
  ['00', 'earliest', '最早记录块'],
  ['01', 'from a given time', '给定时间记录块'],
  ['02', 'latest', '最近一个记录块'],
] as const

const loadRecords: Draft[] = CLASSES.flatMap(([kind, name, nameZh]) =>
  FROM.map(
    ([from, which, whichZh]): Draft => ({
      item: `06${kind}00${from}`,
      name: `load records, ${name}: ${which}`,
      nameZh: `${nameZh}负荷记录${whichZh}`,
      records: true,
    }),
  ),
)

type Curve = readonly [item: string, name: string, nameZh: string, encoding: string, unit: string]

const phaseCurves = (di: string, name: string, nameZh: string, encoding: string, unit: string): Curve[] =>
  PHASES.map(
    ({ letter, hex }): Curve => [`${di}${hex}`, `${name} ${letter}`, `${letter}相${nameZh}`, encoding, unit],
  )
const totalCurves = (di: string, name: string, nameZh: string, encoding: string, unit: string): Curve[] => [
  [`${di}00`, `${name} total`, `总${nameZh}`, encoding, unit],
  ...phaseCurves(di, name, nameZh, encoding, unit),
]

/** Points of one quantity by its own identifier: the time, then the value. */
const CURVES: readonly Curve[] = [
  ...phaseCurves('061001', 'voltage', '电压', 'XXX.X', 'V'),
  ...phaseCurves('061002', 'current', '电流', CURRENT, 'A'),
  ...totalCurves('061003', 'active power', '有功功率', POWER, 'kW'),
  ...totalCurves('061004', 'reactive power', '无功功率', POWER, 'kvar'),
  ...totalCurves('061005', 'power factor', '功率因数', '+-X.XXX<=1', ''),
  ...TOTALS.slice(1, 5).map(
    ({ di2, name, nameZh, unit, signed }): Curve => [
      `061006${hex2(di2)}`,
      `${name} energy`,
      `${nameZh}总电能`,
      signed ? SIGNED_ENERGY : ENERGY,
      unit,
    ],
  ),
]

const curves: Draft[] = CURVES.map(([item, name, nameZh, encoding, unit]) => ({
  item,
  name: `curve of ${name}`,
  nameZh: `${nameZh}曲线`,
  values: [
    { encoding, unit, from: 5 },
    { encoding: MINUTE_STAMP, name: 'time', nameZh: '时间', isTime: true, from: 0 },
  ],
}))

export const freezes: Row[] = [
  ...stated('R', 'A.6', KINDS_2007.flatMap(freezesOf)),
  ...stated('R', LATER, [...KINDS_LATER.flatMap(freezesOf), ...hourly]),
  ...stated('R', 'A.7 and B', loadRecords),
  ...stated('R', `${LATER}, several sources`, curves),
]
