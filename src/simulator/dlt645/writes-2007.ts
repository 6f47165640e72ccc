/** What a master may change in a DL/T 645-2007 meter with function 14, and the record it leaves. */

import { TARIFFS } from '../shapes.ts'
import { civilOfBytes, civilOfStamp, momentBytes } from './civil-bytes.ts'
import type { Device } from './device.ts'
import { recordProgramming } from './event-records.ts'
import { fromBcd, isBcd } from './frame.ts'
import { SWITCH_TIMES } from './freeze-moments.ts'
import {
  DAY_TABLES,
  HOLIDAYS,
  PARAMETERS_2007,
  type Parameter,
  PERIODS_A_DAY,
  ZONES_A_YEAR,
} from './parameters-2007.ts'
import { setPassword } from './passwords.ts'

/** Bits of the error word (Annex C); 0 is obeyed. */
export const ERROR = {
  none: 0,
  other: 0x01,
  noData: 0x02,
  notAuthorised: 0x04,
  baud: 0x08,
  zones: 0x10,
  periods: 0x20,
  tariffs: 0x40,
} as const

const PASSWORD_ITEM = '04000C'

/** Obeys a write whose authority was proved; the error word, or 0. `operator` is C0 C1 C2 C3. */
export function writeParameter(
  item: string,
  data: readonly number[],
  operator: readonly number[],
  device: Device,
  now: number,
): number {
  if (CLOCK_ITEMS.has(item)) return setClock(item, data, operator, device, now)
  if (item === ADDRESS_ITEM) return changeAddress(data, operator, device, now)
  const parameter = PARAMETERS_2007.get(item)
  if (parameter === undefined) return ERROR.noData
  if (parameter.access === 'R') return ERROR.notAuthorised
  const wrong = whatIsWrong(item, data, parameter)
  if (wrong !== ERROR.none) return wrong
  recordProgramming(item, operator, device, now)
  if (item.startsWith(PASSWORD_ITEM)) setPassword((data[0] ?? 0) & 15, data.slice(1), device)
  else device.parameters.set(item, data)
  const due = [...SWITCH_TIMES.values()].includes(item) ? civilOfStamp(data) : null
  if (due !== null)
    device.switchOrders.set(item, [...(device.switchOrders.get(item) ?? []), { due, from: now }])
  return ERROR.none
}

/** The most a count may say, and the error bit if it says more. */
const LIMITS: ReadonlyMap<string, readonly [most: number, error: number]> = new Map([
  ['04000201', [ZONES_A_YEAR, ERROR.zones]],
  ['04000202', [DAY_TABLES, ERROR.periods]],
  ['04000203', [PERIODS_A_DAY, ERROR.periods]],
  ['04000204', [TARIFFS, ERROR.tariffs]],
  ['04000205', [HOLIDAYS, ERROR.other]],
])

function whatIsWrong(item: string, data: readonly number[], { bytes, format }: Parameter): number {
  if (data.length !== bytes) return ERROR.other
  if (format !== 'bits' && format !== 'text' && !isBcd(data)) return ERROR.other
  const [most, error] = LIMITS.get(item) ?? [Number.POSITIVE_INFINITY, ERROR.other]
  if ((fromBcd(Uint8Array.from(data)) ?? 0) > most) return format === 'digits' ? error : ERROR.other
  if (item.startsWith(PASSWORD_ITEM) && data[0] !== Number.parseInt(item.slice(6), 16) - 1) return ERROR.other
  return (IS_LEGAL[format]?.(data) ?? true) ? ERROR.none : tableError(format, data)
}

/** A tariff there is not is a fault of its own (Annex C). */
function tableError(format: Parameter['format'], data: readonly number[]): number {
  const isTariff = format === 'periods' && entries(data).some(([tariff = 0]) => tariff > TARIFFS)
  return isTariff ? ERROR.tariffs : ERROR.other
}

const IS_LEGAL: Readonly<Partial<Record<Parameter['format'], (data: readonly number[]) => boolean>>> = {
  stamp: data => isSame(data, 0) || isSame(data, 0x99) || civilOfStamp(data) !== null,
  settlement: ([hour = 0, day = 0]) =>
    (hour === 0x99 && day === 0x99) || (hour <= 0x23 && day >= 0x01 && day <= 0x28),
  zones: data => entries(data).every(([table = 0, day, month]) => isTable(table) && isDay(day, month)),
  periods: data =>
    entries(data).every(([tariff = 0, minute = 0, hour = 0]) => {
      return tariff >= 1 && tariff <= TARIFFS && minute <= 0x59 && hour <= 0x23
    }),
  holiday: ([table = 0, day, month]) => table === 0 || (table <= DAY_TABLES && isDay(day, month)),
  yearly: ([minute = 0, hour = 0, day, month]) => minute <= 0x59 && hour <= 0x23 && isDay(day, month),
  minute: ([minute = 0, hour = 0]) => minute <= 0x59 && hour <= 0x23,
}

/** Bytes in threes: table or tariff first, as the wire has NN at the low end. */
function entries(data: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: data.length / 3 }, (_, nth) => data.slice(3 * nth, 3 * nth + 3))
}

function isTable(table: number): boolean {
  return table >= 1 && table <= DAY_TABLES
}

function isDay(day = 0, month = 0): boolean {
  return day >= 0x01 && day <= 0x31 && month >= 0x01 && month <= 0x12
}

function isSame(data: readonly number[], value: number): boolean {
  return data.every(byte => byte === value)
}

const ADDRESS_ITEM = '04000401'
const ADDRESS_BYTES = 6

function changeAddress(
  data: readonly number[],
  operator: readonly number[],
  device: Device,
  now: number,
): number {
  if (data.length !== ADDRESS_BYTES || !isBcd(data)) return ERROR.other
  recordProgramming(ADDRESS_ITEM, operator, device, now)
  device.address = Uint8Array.from(data)
  return ERROR.none
}

const DATE = '04000101'
const TIME = '04000102'
const DATE_AND_TIME = '0400010C'
const CLOCK_ITEMS: ReadonlySet<string> = new Set([DATE, TIME, DATE_AND_TIME])
const LENGTHS: Readonly<Record<string, number>> = { [DATE]: 4, [TIME]: 3, [DATE_AND_TIME]: 7 }

/** Date as WW DD MM YY, time as ss mm hh, both as ss mm hh WW DD MM YY. */
function setClock(
  item: string,
  data: readonly number[],
  operator: readonly number[],
  device: Device,
  now: number,
): number {
  const { clock } = device.meter
  if (data.length !== LENGTHS[item]) return ERROR.other
  const shown = momentBytes(clock.shownAt(now))
  const time = item === DATE ? shown.slice(0, 3) : data.slice(0, 3)
  const date = item === TIME ? shown.slice(3) : data.slice(item === DATE ? 1 : 4)
  const weekday = item === TIME ? 0 : data[item === DATE ? 0 : 3]
  const civil = civilOfBytes(Uint8Array.from([...time, ...date]))
  if (civil === null || (weekday ?? 7) > 6) return ERROR.other
  recordProgramming(item, operator, device, now)
  device.events.add('033004', now, [...operator, ...shown, ...momentBytes(civil)])
  clock.set(civil, now)
  return ERROR.none
}
