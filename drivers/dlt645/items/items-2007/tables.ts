/** Zone and period tables, holidays, what the display shows (A.5), prices and ladders of the later rules; DI3 = 04. */

import { type Draft, one, type Part, type Row, stated } from '../item-rows.ts'
import { PERIODS, SETS, ZONES } from './operations.ts'
import { ENERGY, hex2, LATER, PRICE } from './words.ts'

const switched: Draft[] = SETS.flatMap(([set, which, whichZh]): Draft[] => [
  { item: `040${set}0000`, name: `${which} zone table`, nameZh: `${whichZh}时区表数据`, values: ZONES },
  {
    item: `040${set}00ii`,
    name: `${which} set, day table`,
    nameZh: `${whichZh}第{i}日时段表数据`,
    values: PERIODS,
    most: { i: 8 },
  },
])

const holidays: Draft = {
  item: '040300ii',
  name: 'public holiday',
  nameZh: '第{i}公共假日日期及日时段表号',
  values: [
    { encoding: 'XX', name: 'day table', nameZh: '日时段表号' },
    { encoding: 'YYMMDD', name: 'date', nameZh: '日期' },
  ],
  most: { i: 254 },
}

/** Four bytes by the text of 2007; later meters add one that tells the place in a display of several lines. */
const SHOWN: readonly Part[] = [
  { encoding: 'hex4', name: 'item shown', nameZh: '显示数据项' },
  { encoding: 'XX', name: 'line', nameZh: '显示数据项序号' },
]
const shown: Draft[] = [
  ['1', 'shown in turn', '自动循环显示'],
  ['2', 'shown by key', '按键循环显示'],
].map(([list, name, nameZh]) => ({
  item: `04040${list}ii`,
  name: `screen ${name}`,
  nameZh: `${nameZh}第{i}屏显示数据项`,
  values: SHOWN,
  mayEnd: 1,
  most: { i: 254 },
}))

const numbered = (head: string, last: number): string[] =>
  Array.from({ length: last }, (_, index) => `${head}${hex2(index + 1)}`)

const prices: Draft[] = SETS.flatMap(([set, which, whichZh]): Draft[] => [
  one(`04050${set}ii`, `${which} set, price of tariff`, `${whichZh}费率{i}电价`, PRICE, 'yuan/kWh', {
    most: { i: 63 },
  }),
  {
    item: `04050${set}FF`,
    name: `${which} set, price block`,
    nameZh: `${whichZh}费率电价数据块`,
    members: numbered(`04050${set}`, 63),
  },
])

/** DI1 is 0 and 1 for the first set, 2 and 3 for the second. */
const ladders: Draft[] = SETS.flatMap(([, which, whichZh], index): Draft[] => [
  one(`04060${2 * index}ii`, `${which} set, ladder step`, `${whichZh}第{i}阶梯值`, ENERGY, 'kWh', {
    most: { i: 14 },
  }),
  one(
    `04060${2 * index + 1}ii`,
    `${which} set, price of ladder step`,
    `${whichZh}第{i}阶梯电价`,
    PRICE,
    'yuan/kWh',
    { most: { i: 15 } },
  ),
])

const counted = (last: number, part: (nth: number) => Part): Part[] =>
  Array.from({ length: last }, (_, index) => part(index + 1))

/** 64 bytes with four settlement days, 70 with six. */
const LADDER: readonly Part[] = [
  ...counted(6, nth => ({ encoding: ENERGY, unit: 'kWh', name: `step ${nth}`, nameZh: `第${nth}阶梯值` })),
  ...counted(7, nth => ({
    encoding: PRICE,
    unit: 'yuan/kWh',
    name: `price ${nth}`,
    nameZh: `第${nth}阶梯电价`,
  })),
  ...counted(6, nth => ({
    encoding: 'MMDDhh',
    name: `settlement day ${nth} of the year`,
    nameZh: `年第${nth}结算日`,
  })),
]
const wholeLadders: Draft[] = [
  ['040604FF', 'ladder in use', '当前套阶梯参数'],
  ['040605FF', 'ladder in reserve', '备用套阶梯参数'],
].map(([item = '', name = '', nameZh = '']) => ({
  item,
  name,
  nameZh,
  values: LADDER,
  mayEnd: 1,
}))

export const tables: Row[] = [
  ...stated('RW', 'A.5', [...switched, holidays, ...shown]),
  ...stated('RW', LATER, [...prices, ...ladders, ...wholeLadders]),
]
