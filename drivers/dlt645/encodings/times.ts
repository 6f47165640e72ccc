/** Dates and times of day in BCD, refused where no calendar or clock has them (V-F11). */

import type { MeterTime, Refusal, Value } from '../../../src/driver-api/driver.ts'
import { wireOf, writtenOf } from '../wire/bytes.ts'
import { type Codec, isRefusal, notDigits, outOfType } from './decoding.ts'

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
export function parseTimeFormat(format: string): Codec | null {
  if (!FORMAT.test(format)) return null
  const order = (format.match(/../g) ?? []) as Field[]
  if (new Set(order).size !== order.length) return null
  return {
    bytes: order.length,
    decode: wire => timeIn(wire, order),
    encode: value => wireOfTime(value, order),
    parse: typed => {
      const text = typed.trim()
      if (isUnset(text, order)) return { text }
      const fields = fieldsIn(text, order)
      return isRefusal(fields) ? fields : valueFrom(fields)
    },
  }
}

function timeIn(wire: Uint8Array, order: readonly Field[]): Value | Refusal {
  const written = writtenOf(wire)
  if (!/^[0-9]+$/.test(written)) return notDigits(wire)
  if (isUnset(written, order)) return { code: 'VALUE_NOT_HELD', text: `no time yet: ${written}` }
  const fields = fieldsOf(written, order)
  return firstWrong(fields, order, written) ?? valueFrom(fields)
}

/** All zeros is "none yet", all nines "none set": what meters send, and what may be written to unset a day. */
function isUnset(written: string, order: readonly Field[]): boolean {
  return order.includes('DD') && written.length === 2 * order.length && /^(?:0+|9+)$/.test(written)
}

function fieldsOf(digits: string, order: readonly Field[]): Fields {
  const fields: Fields = {}
  order.forEach((field, index) => {
    fields[field] = digits.slice(index * 2, index * 2 + 2)
  })
  return fields
}

function firstWrong(fields: Fields, order: readonly Field[], written: string): Refusal | null {
  const wrong = order.find(field => !isLegal(field, fields))
  return wrong ? outOfType(`${written} is no ${order.join('')}: ${wrong} is ${fields[wrong]}`) : null
}

function wireOfTime(value: Value, order: readonly Field[]): Uint8Array | Refusal {
  const text = 'time' in value ? value.time : 'text' in value ? value.text : null
  if (text === null) return outOfType(`${order.join('')} takes a date or time`)
  if (isUnset(text, order)) return wireOf(text)
  const fields = fieldsIn(text, order)
  return isRefusal(fields) ? fields : wireOf(order.map(field => fields[field]).join(''))
}

const DATE: readonly Field[] = ['YY', 'MM', 'DD']
const CLOCK: readonly Field[] = ['hh', 'mm', 'ss']

/** From ISO order with exactly the parts the format has, or from its digits as the tables print them. */
function fieldsIn(text: string, order: readonly Field[]): Fields | Refusal {
  const fields =
    /^\d+$/.test(text) && text.length === 2 * order.length ? fieldsOf(text, order) : isoFields(text, order)
  if (isRefusal(fields)) return fields
  return firstWrong(fields, order, text) ?? withWeekday(fields, order, text)
}

function isoFields(text: string, order: readonly Field[]): Fields | Refusal {
  const wrong = outOfType(`"${text}" does not fit ${order.join('')}`)
  if (order.length === 1 && order[0] === 'WW') return /^\d$/.test(text) ? { WW: `0${text}` } : wrong
  const date = DATE.filter(field => order.includes(field))
  const clock = CLOCK.filter(field => order.includes(field))
  const parts = text.split(/[T ]/)
  if (parts.length !== [date, clock].filter(({ length }) => length > 0).length) return wrong
  const days = date.length === 0 ? [] : (parts[0]?.split('-') ?? [])
  const hours = clock.length === 0 ? [] : (parts.at(-1)?.split(':') ?? [])
  // A format that ends with minutes takes a full time whose seconds are zero; one with seconds may be given none.
  if (clock.at(-1) === 'mm' && hours.length === clock.length + 1 && hours.at(-1) === '00') hours.pop()
  if (clock.at(-1) === 'ss' && hours.length === clock.length - 1 && hours.length > 1) hours.push('00')
  if (days.length !== date.length || hours.length !== clock.length) return wrong
  const fields: Fields = {}
  for (const [index, field] of date.entries()) fields[field] = days[index] ?? ''
  for (const [index, field] of clock.entries()) fields[field] = hours[index] ?? ''
  if (fields.YY !== undefined) {
    if (!/^20\d\d$/.test(fields.YY)) return outOfType(`"${text}": a meter's years are 2000 to 2099`)
    fields.YY = fields.YY.slice(2)
  }
  return [...date, ...clock].every(field => /^\d\d$/.test(fields[field] ?? '')) ? fields : wrong
}

/** The weekday follows from a full date; one given in digits must agree with it. */
function withWeekday(fields: Fields, order: readonly Field[], text: string): Fields | Refusal {
  if (!order.includes('WW') || order.length === 1) return fields
  const { YY, MM, DD, WW } = fields
  if (YY === undefined || MM === undefined || DD === undefined)
    return WW === undefined ? outOfType(`"${text}" does not tell the weekday`) : fields
  const day = new Date(Date.UTC(2000 + Number(YY), Number(MM) - 1, Number(DD))).getUTCDay()
  if (WW !== undefined && Number(WW) % 7 !== day)
    return outOfType(`weekday ${Number(WW)} in ${text}: that date is a ${day}, 0 being Sunday`)
  return { ...fields, WW: WW ?? `0${day}` }
}

function isLegal(field: Field, fields: Fields): boolean {
  if (fields[field] === undefined && field === 'WW') return true
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
