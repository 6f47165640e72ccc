/** Dates and times of day in BCD, refused where no calendar or clock has them (V-F11). */

import type { MeterTime, Refusal, Value } from '../../src/driver-api/driver.ts'
import { wireOf, writtenOf } from './bytes.ts'
import { type Decoding, notDigits, outOfType } from './decoding.ts'

type Field = 'YY' | 'MM' | 'DD' | 'WW' | 'hh' | 'mm' | 'ss'
type Fields = Partial<Record<Field, string>>

const FORMAT = /^(?:YY|MM|DD|WW|hh|mm|ss)+$/
/** Weekdays run from 0 for Sunday; meters that write 7 for Sunday are understood. */
const LIMITS: Readonly<Record<Field, readonly [least: number, most: number]>> = {
  YY: [0, 99],
  MM: [1, 12],
  DD: [1, 31],
  WW: [0, 7],
  hh: [0, 23],
  mm: [0, 59],
  ss: [0, 59],
}
/** Of each month in a leap year; a year of two digits says itself whether it is one. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Any run of YY MM DD WW hh mm ss, each at most once, as the tables write it: high byte first. */
export function parseTimeFormat(format: string): Decoding | null {
  if (!FORMAT.test(format)) return null
  const order = (format.match(/../g) ?? []) as Field[]
  if (new Set(order).size !== order.length) return null
  return { bytes: order.length, decode: wire => timeIn(wire, order) }
}

function timeIn(wire: Uint8Array, order: readonly Field[]): Value | Refusal {
  const written = writtenOf(wire)
  if (!/^[0-9]+$/.test(written)) return notDigits(wire)
  if (order.includes('DD') && /^(?:0+|9+)$/.test(written))
    return { code: 'VALUE_NOT_HELD', text: `no time yet: ${written}` }
  const fields: Fields = {}
  order.forEach((field, index) => {
    fields[field] = written.slice(index * 2, index * 2 + 2)
  })
  const wrong = order.find(field => !isLegal(field, fields))
  if (wrong) return outOfType(`${written} is no ${order.join('')}: ${wrong} is ${fields[wrong]}`)
  return valueFrom(fields)
}

function isLegal(field: Field, fields: Fields): boolean {
  const value = Number(fields[field])
  const [least, most] = LIMITS[field]
  return value >= least && value <= (field === 'DD' ? lastDay(fields) : most)
}

function lastDay({ YY, MM }: Fields): number {
  const month = Number(MM ?? 1)
  return month === 2 && YY !== undefined && Number(YY) % 4 !== 0 ? 28 : (DAYS[month - 1] ?? 31)
}

/** A full date with a time of day is a time; anything less is text in ISO order. All years are 20YY. */
function valueFrom({ YY, MM, DD, WW, hh, mm, ss }: Fields): Value {
  const date = [YY === undefined ? undefined : `20${YY}`, MM, DD].filter(part => part !== undefined)
  const clock = [hh, mm, ss].filter(part => part !== undefined)
  if (date.length === 3 && clock.length >= 2)
    return { time: `${date.join('-')}T${hh ?? '00'}:${mm ?? '00'}:${ss ?? '00'}` }
  if (date.length === 0 && clock.length === 0) return { text: String(Number(WW)) }
  return { text: [date.join('-'), clock.join(':')].filter(part => part !== '').join('T') }
}

/** What the meter's clock shows so many minutes later, or earlier. */
export function minutesAfter(time: MeterTime, minutes: number): MeterTime {
  return new Date(Date.parse(`${time}Z`) + minutes * 60_000).toISOString().slice(0, 19)
}

/** A time to the minute as YYMMDDhhmm on the wire. */
export function minuteBytes(time: MeterTime): Uint8Array {
  return wireOf(time.slice(2, 16).replaceAll(/\D/g, ''))
}
