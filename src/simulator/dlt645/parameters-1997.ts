/** Parameters of a DL/T 645-1997 meter (identifiers C1xx to C5xx): as delivered, and what may be written over it. */

import { TARIFF_HOURS, TARIFFS } from '../shapes.ts'
import type { Device } from './device.ts'
import { bcd } from './frame.ts'

export interface Parameter1997 {
  readonly bytes: number
  readonly access: 'R' | 'RW'
  readonly delivered: (device: Device) => readonly number[]
}

type Row = readonly [item: string, parameter: Parameter1997]

const rw = (item: string, bytes: number, value = 0): Row => [
  item,
  { bytes, access: 'RW', delivered: () => bcd(value, bytes) },
]
const r = (item: string, bytes: number, value: number): Row => [
  item,
  { bytes, access: 'R', delivered: () => bcd(value, bytes) },
]
const number = (item: string): Row => [
  item,
  { bytes: 6, access: 'RW', delivered: ({ meter }) => bcd(Number(meter.address), 6) },
]

/** Places 1 to E of a table; those not used repeat the last entry in use. */
const table = (prefix: string, entries: readonly number[]): readonly Row[] =>
  Array.from({ length: PLACES }, (_, nth) => {
    const value = entries[Math.min(nth, entries.length - 1)]
    return rw(prefix + (nth + 1).toString(16).toUpperCase(), 3, value)
  })

const PLACES = 14
/** MMDDNN and hhmmNN. */
const ZONES = [10_101]
const PERIODS = TARIFF_HOURS.map(([hour, tariff]) => hour * 10_000 + tariff)
const DAY_TABLES = ['C33', 'C34', 'C35', 'C36', 'C37', 'C38', 'C39', 'C3A']
const HOLIDAYS = 13

export const PARAMETERS_1997: ReadonlyMap<string, Parameter1997> = new Map<string, Parameter1997>([
  rw('B634', 2),
  rw('B635', 2),
  ['C022', { bytes: 1, access: 'RW', delivered: () => [0x7f] }],
  r('C030', 3, 1600),
  r('C031', 3, 1600),
  number('C032'),
  number('C033'),
  number('C034'),
  rw('C111', 1, 15),
  rw('C112', 1, 15),
  rw('C113', 1, 5),
  rw('C114', 1, 10),
  rw('C115', 1, 2),
  rw('C116', 1, 4),
  rw('C117', 2, 100),
  rw('C118', 1, 15),
  rw('C119', 4),
  rw('C11A', 4),
  rw('C211', 2, 80),
  rw('C310', 1, ZONES.length),
  rw('C311', 1, 1),
  rw('C312', 1, PERIODS.length),
  rw('C313', 1, TARIFFS),
  rw('C314', 1),
  ...table('C32', ZONES),
  ...DAY_TABLES.flatMap(prefix => table(prefix, PERIODS)),
  ...table('C41', [0]).slice(0, HOLIDAYS),
  rw('C41E', 1, 1),
  rw('C510', 4, 1_010_000),
  rw('C511', 2, 60),
])

/** Nothing where the meter has no such parameter. */
export function parameterOf1997(item: string, device: Device): readonly number[] {
  return device.parameters.get(item) ?? PARAMETERS_1997.get(item)?.delivered(device) ?? []
}

/** Tables that are read whole, with the parameter that counts the entries in use. */
export const TABLES: ReadonlyMap<string, string> = new Map([
  ['C32', 'C310'],
  ['C41', 'C314'],
  ...DAY_TABLES.map((prefix): [string, string] => [prefix, 'C312']),
])

/** The entries in use; null where there are none. */
export function tableBlock(prefix: string, device: Device): readonly number[] | null {
  const [tens = 0] = parameterOf1997(TABLES.get(prefix) ?? '', device)
  const count = Math.min(PLACES, (tens >> 4) * 10 + (tens & 15))
  const places = Array.from({ length: count }, (_, nth) =>
    parameterOf1997(prefix + (nth + 1).toString(16).toUpperCase(), device),
  )
  return count === 0 ? null : places.flat()
}
