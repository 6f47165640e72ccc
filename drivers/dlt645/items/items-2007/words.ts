/** What the groups of the 2007 table share: formats, phases, quantities. */

import type { Part } from '../item-rows.ts'

export const ENERGY = 'XXXXXX.XX'
export const SIGNED_ENERGY = '+-XXXXXX.XX'
export const POWER = '+-XX.XXXX'
export const CURRENT = '+-XXX.XXX'
export const MINUTE_STAMP = 'YYMMDDhhmm'
export const SECOND_STAMP = 'YYMMDDhhmmss'
export const PRICE = 'XXXX.XXXX'
export const MONEY = 'XXXXXX.XX'

/** What nearly every meter made since 2010 has beyond the text of 2007. */
export const LATER = 'later rules'

export const PHASES = [
  { letter: 'A', hex: '01', obis: 20, offset: 0 },
  { letter: 'B', hex: '02', obis: 40, offset: 0x14 },
  { letter: 'C', hex: '03', obis: 60, offset: 0x28 },
] as const

export const hex2 = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0')

/** One kind of energy or demand. */
export interface Quantity {
  readonly di2: number
  readonly name: string
  readonly nameZh: string
  /** Of the energy. */
  readonly unit: string
  /** C of its OBIS code. */
  readonly obisC: number | null
  readonly signed: boolean
}

export const quantity = (
  di2: number,
  name: string,
  nameZh: string,
  unit: string,
  obisC: number | null,
  signed = false,
): Quantity => ({ di2, name, nameZh, unit, obisC, signed })

/**
 * A.1. Combined active energy is net (its parts are added or subtracted by word 04000601, and it may be negative), so
 * it is C = 16; C = 15, the sum of sizes, cannot be. Combined reactive 1 and 2 are what terminals report as forward and
 * reverse reactive (C = 3 and 4); words 04000602 and 04000603 say which quadrants they add and subtract.
 */
export const TOTALS: readonly Quantity[] = [
  quantity(0x00, 'combined active', '组合有功', 'kWh', 16, true),
  quantity(0x01, 'forward active', '正向有功', 'kWh', 1),
  quantity(0x02, 'reverse active', '反向有功', 'kWh', 2),
  quantity(0x03, 'combined reactive 1', '组合无功1', 'kvarh', 3, true),
  quantity(0x04, 'combined reactive 2', '组合无功2', 'kvarh', 4, true),
  quantity(0x05, 'quadrant 1 reactive', '第一象限无功', 'kvarh', 5),
  quantity(0x06, 'quadrant 2 reactive', '第二象限无功', 'kvarh', 6),
  quantity(0x07, 'quadrant 3 reactive', '第三象限无功', 'kvarh', 7),
  quantity(0x08, 'quadrant 4 reactive', '第四象限无功', 'kvarh', 8),
  quantity(0x09, 'forward apparent', '正向视在', 'kVAh', 9),
  quantity(0x0a, 'reverse apparent', '反向视在', 'kVAh', 10),
]

/** Active both ways and the four quadrants: what records keep of the registers before or after something was done. */
export const REGISTERS = TOTALS.filter(({ di2 }) => di2 === 1 || di2 === 2 || (di2 >= 5 && di2 <= 8))

export const energyPart = ({ name, nameZh, unit, signed }: Quantity, of = '', ofZh = ''): Part => ({
  encoding: signed ? SIGNED_ENERGY : ENERGY,
  unit,
  name: `${of}${name} energy`,
  nameZh: `${ofZh}${nameZh}电能`,
})

/** XX.XXXX and the minute it was reached. */
export const demandParts = (unit: string, signed: boolean): Part[] => [
  { encoding: signed ? POWER : 'XX.XXXX', unit: unit.slice(0, -1) },
  { encoding: MINUTE_STAMP, name: 'time', nameZh: '发生时间', isTime: true },
]
