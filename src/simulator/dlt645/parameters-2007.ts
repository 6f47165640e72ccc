/** Parameters of a DL/T 645-2007 meter (Annex A.5): what it is delivered with, what a master may write over it. */

import { TARIFF_HOURS, TARIFFS } from '../shapes.ts'
import type { Device } from './device.ts'
import { ascii, bcd } from './frame.ts'

export interface Parameter {
  readonly bytes: number
  readonly format: Format
  readonly access: 'R' | 'RW' | 'W'
  /** As the meter is delivered, in the order of the wire. */
  readonly delivered: (device: Device) => readonly number[]
}

/** What the bytes must be: digits, any bits, text, mm hh DD MM YY or zeros, 14 × NNDDMM, 14 × NNmmhh, DDhh, an address. */
export type Format =
  | 'digits'
  | 'bits'
  | 'text'
  | 'stamp'
  | 'zones'
  | 'periods'
  | 'settlement'
  | 'holiday'
  | 'yearly'
  | 'minute'

export const ZONES_A_YEAR = 14
export const PERIODS_A_DAY = 14
export const DAY_TABLES = 8
export const HOLIDAYS = 254
const SCREENS = 5
const LADDER_STEPS = 6
/** Steps, prices, four settlement days MMDDhh. */
const LADDER_BYTES = 4 * LADDER_STEPS + 4 * (LADDER_STEPS + 1) + 3 * 4

type Row = readonly [item: string, parameter: Parameter]

const row =
  (format: Format, access: Parameter['access']) =>
  (item: string, bytes: number, delivered: Parameter['delivered']): Row => [
    item,
    { bytes, format, access, delivered },
  ]
const digits = (item: string, bytes: number, value = 0): Row =>
  row('digits', 'RW')(item, bytes, () => bcd(value, bytes))
const bits = (item: string, value: number, bytes = 1): Row =>
  row('bits', 'RW')(item, bytes, () => [value, ...Array<number>(bytes - 1).fill(0)])
const text = (item: string, bytes: number, words: (device: Device) => string): Row =>
  row('text', 'R')(item, bytes, device => ascii(words(device), bytes))
const stamp = (item: string): Row => row('stamp', 'RW')(item, 5, () => bcd(0, 5))
const each = (prefix: string, from: number, to: number, make: (item: string, nth: number) => Row) =>
  Array.from({ length: to - from + 1 }, (_, nth) => make(prefix + hex(from + nth), from + nth))

/** yuan per kWh × 10000 of 尖 峰 平 谷. */
const PRICES = [9_600, 8_300, 5_900, 3_200]
const LOAD_CLASS_MINUTES = [15, 15, 15, 60, 60, 60]

export const PARAMETERS_2007: ReadonlyMap<string, Parameter> = new Map<string, Parameter>([
  digits('04000103', 1, 15),
  digits('04000104', 1, 15),
  digits('04000105', 2, 80),
  ...each('040001', 6, 9, stamp),
  digits('04000201', 1, 1),
  digits('04000202', 1, 1),
  digits('04000203', 1, TARIFF_HOURS.length),
  digits('04000204', 1, TARIFFS),
  digits('04000205', 2),
  digits('04000206', 1, 21),
  digits('04000207', 1),
  digits('04000301', 1, SCREENS),
  digits('04000302', 1, 5),
  row('digits', 'RW')('04000303', 1, ({ quirks }) => bcd(Number(quirks['energy-decimals']), 1)),
  digits('04000304', 1, 4),
  digits('04000305', 1, SCREENS),
  digits('04000306', 3, 1),
  digits('04000307', 3, 1),
  row('digits', 'RW')('04000402', 6, ({ meter }) => bcd(Number(meter.address), 6)),
  row('text', 'RW')('04000403', 32, ({ meter }) => ascii(`SIM${meter.address}`, 32)),
  text('04000404', 6, ({ meter }) => (meter.phases === 1 ? '220V' : '3x220V')),
  text('04000405', 6, () => '5A'),
  text('04000406', 6, () => '60A'),
  text('04000407', 4, () => '1.0'),
  text('04000408', 4, () => '2.0'),
  row('digits', 'R')('04000409', 3, () => bcd(1600, 3)),
  row('digits', 'R')('0400040A', 3, () => bcd(1600, 3)),
  text('0400040B', 10, ({ meter }) => (meter.phases === 1 ? 'DDZY-SIM' : 'DTZY-SIM')),
  text('0400040C', 10, () => '2019-12-01'),
  text('0400040D', 16, () => 'DLT645-2007'),
  row('digits', 'RW')('0400040E', 6, ({ meter }) => bcd(Number(meter.address), 6)),
  bits('04000601', 0b0101),
  bits('04000602', 0b0100_0001),
  bits('04000603', 0b0001_0100),
  bits('04000701', 0x04),
  ...each('040007', 2, 5, item => bits(item, 0x08)),
  bits('04000801', 0x7f),
  digits('04000802', 1, 1),
  bits('04000901', 0b0011_1111),
  ...each('040009', 2, 4, item => bits(item, 0xff)),
  bits('04000905', 0b0011),
  bits('04000906', 0xff),
  row('yearly', 'RW')('04000A01', 4, () => bcd(1_010_000, 4)),
  ...each('04000A', 2, 7, (item, nth) => digits(item, 2, LOAD_CLASS_MINUTES[nth - 2])),
  row('settlement', 'RW')('04000B01', 2, () => bcd(100, 2)),
  row('settlement', 'RW')('04000B02', 2, () => bcd(9999, 2)),
  row('settlement', 'RW')('04000B03', 2, () => bcd(9999, 2)),
  ...each('04000C', 1, 10, item => row('digits', 'W')(item, 4, () => [])),
  ...each('04000D', 1, 12, item => digits(item, 2)),
  digits('04000E01', 3),
  digits('04000E02', 3),
  digits('04000E03', 2, 2640),
  digits('04000E04', 2, 1760),
  ...each('04000F', 1, 4, item => digits(item, 4)),
  digits('04001001', 4, 2000),
  digits('04001002', 4, 1000),
  ...each('040010', 3, 5, item => digits(item, 4)),
  bits('04001101', 0),
  bits('04001104', 0, 8),
  stamp('04001201'),
  digits('04001202', 1, 60),
  row('minute', 'RW')('04001203', 2, () => bcd(0, 2)),
  digits('04001401', 2),
  digits('04001402', 3),
  digits('04001403', 2),
  digits('04001404', 1, 30),
  digits('04001405', 1, 30),
  row('bits', 'R')('04001501', 12, () => bcd(0, 12)),
  row('bits', 'R')('04001502', 2, () => bcd(0, 2)),
  row('bits', 'W')('04001503', 12, () => []),
  ...['0401', '0402'].flatMap(set => [
    row('zones', 'RW')(`${set}0000`, 3 * ZONES_A_YEAR, () => repeated([bcd(10_101, 3)], ZONES_A_YEAR)),
    ...each(`${set}00`, 1, DAY_TABLES, item =>
      row('periods', 'RW')(item, 3 * PERIODS_A_DAY, () => repeated(PERIODS, PERIODS_A_DAY)),
    ),
  ]),
  ...each('040300', 1, HOLIDAYS, item => row('holiday', 'RW')(item, 4, () => bcd(0, 4))),
  ...['040401', '040402'].flatMap(set =>
    each(set, 1, SCREENS, (item, nth) => row('bits', 'RW')(item, 4, () => [0, nth - 1, 1, 0])),
  ),
  ...['040501', '040502'].flatMap(set =>
    each(set, 1, TARIFFS, (item, nth) => digits(item, 4, PRICES[nth - 1])),
  ),
  ...['040600', '040602'].flatMap(set => each(set, 1, LADDER_STEPS, item => digits(item, 4))),
  ...['040601', '040603'].flatMap(set => each(set, 1, LADDER_STEPS + 1, item => digits(item, 4))),
  digits('040604FF', LADDER_BYTES),
  digits('040605FF', LADDER_BYTES),
  text('04800001', 32, () => 'SIM-1.0'),
  text('04800002', 32, () => 'SIM-HW-1'),
  text('04800003', 32, () => 'SIM'),
])

/** The day's tariff periods as hhmmNN, low byte first. */
const PERIODS = TARIFF_HOURS.map(([hour, tariff]) => bcd(hour * 10_000 + tariff, 3))

/** Unused entries repeat the last (A.5 note 2). */
function repeated(entries: readonly (readonly number[])[], places: number): readonly number[] {
  return Array.from(
    { length: places },
    (_, place) => entries[Math.min(place, entries.length - 1)] ?? [],
  ).flat()
}

/** What the meter has in this place, written or delivered; nothing where it has no such parameter. */
export function parameterOf(item: string, device: Device): readonly number[] {
  return device.parameters.get(item) ?? PARAMETERS_2007.get(item)?.delivered(device) ?? []
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase()
}
