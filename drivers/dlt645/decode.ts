/** What one frame says, offline: every function of both editions, in either direction. */

import type { Decoded, DecodedPoint, Frame, Refusal, Value } from '../../src/driver-api/driver.ts'
import { isBroadcast } from './address.ts'
import { cellValue, type Laid, layOut, timeCellOf } from './answer.ts'
import { hexByte, hexOf, nameIn, writtenOf } from './bytes.ts'
import { isRefusal } from './decoding.ts'
import { DIALECT_1997, DIALECT_2007, type Dialect } from './dialect.ts'
import { parseEncoding, textOf } from './encodings.ts'
import { refusalsIn } from './error-words.ts'
import { addressOf, controlOf, dataOf, FROM_METER, MORE, REFUSED } from './frame.ts'
import { FUNCTIONS_1997, FUNCTIONS_2007, functionRow, type Shape } from './functions.ts'
import { type Cell, cellsOf } from './item-table.ts'

/** What a shape finds in the data. */
type Content = Pick<Decoded, 'item' | 'sequence' | 'points'>

const NOTHING: Content = { item: null, sequence: null, points: [] }
const FUNCTION = 0x1f
/** The first function code that only the 2007 edition has. */
const FIRST_OF_2007 = 0x11

/**
 * The control code tells direction and edition: codes 11 and up are of 2007, the rest of
 * 1997 but for 08, which both have, and 03, which is told by the length of its identifier.
 */
export function decode(asked: Dialect, frame: Frame): Decoded {
  const control = controlOf(frame)
  const data = dataOf(frame)
  const dialect = dialectOf(asked, control & FUNCTION, data)
  const functions = dialect.protocol === 'dlt645-2007' ? FUNCTIONS_2007 : FUNCTIONS_1997
  const { name, request, reply } = functionRow(functions, control & FUNCTION)
  const kind = kindOf(frame)
  const more = (control & MORE) !== 0
  const shape = kind === 'reply' ? reply : request
  const content = kind === 'refusal' ? NOTHING : contentOf(shape, dialect, data, more)
  return {
    protocol: dialect.protocol,
    kind,
    function: name,
    address: addressOf(frame),
    control: hexByte(control),
    more,
    ...content,
    refused: kind === 'refusal' ? refusalsIn(data, dialect.errors) : [],
  }
}

function kindOf(frame: Frame): Decoded['kind'] {
  const control = controlOf(frame)
  if (control & FROM_METER) return control & REFUSED ? 'refusal' : 'reply'
  return isBroadcast(addressOf(frame)) ? 'broadcast' : 'request'
}

function dialectOf(asked: Dialect, code: number, data: Uint8Array): Dialect {
  if (code === 0x08) return asked
  if (code === 0x03) return data.length > DIALECT_1997.itemBytes ? DIALECT_2007 : DIALECT_1997
  return code >= FIRST_OF_2007 ? DIALECT_2007 : DIALECT_1997
}

function contentOf(shape: Shape, dialect: Dialect, data: Uint8Array, more: boolean): Content {
  switch (shape) {
    case 'values':
      return valuesIn(dialect, data, more)
    case 'part':
      return partIn(dialect, data)
    case 'item':
      return { ...NOTHING, item: itemIn(dialect, data) }
    case 'write':
      return writeIn(dialect, data, 12)
    case 'write-1997':
      return writeIn(dialect, data, 6)
    case 'address':
      return shown('communication address', 'NNNNNNNNNNNN', data)
    case 'time':
      return shown('time to set', 'YYMMDDhhmmss', data)
    case 'freeze':
      return freezeIn(data)
    case 'speed':
      return speedIn(data)
    case 'relay':
      return relayIn(data)
    case 'other':
      return NOTHING
  }
}

function itemIn(dialect: Dialect, data: Uint8Array): string | null {
  return data.length < dialect.itemBytes ? null : nameIn(data, 0, dialect.itemBytes)
}

function valuesIn(dialect: Dialect, data: Uint8Array, more: boolean): Content {
  const item = itemIn(dialect, data)
  if (item === null) return NOTHING
  const values = data.slice(dialect.itemBytes)
  return { item, sequence: null, points: more ? [partOf(item)] : pointsIn(dialect, item, values) }
}

function partIn(dialect: Dialect, data: Uint8Array): Content {
  const item = itemIn(dialect, data)
  const sequence = data.length > dialect.itemBytes ? (data.at(-1) ?? null) : null
  const carriesData = data.length > dialect.itemBytes + 1
  return { item, sequence, points: item !== null && carriesData ? [partOf(item)] : [] }
}

/** Where a long answer is cut is the meter's choice, so a part alone has no values (V-F9). */
function partOf(item: string): DecodedPoint {
  return unread(item, 'part of a longer answer', {
    code: 'FRAME_TRUNCATED',
    rule: 'V-F9',
    text: 'this frame holds only a part of the answer; its values are known when all parts are joined',
  })
}

function writeIn(dialect: Dialect, data: Uint8Array, valuesFrom: number): Content {
  const item = itemIn(dialect, data)
  const values = data.subarray(valuesFrom)
  return { item, sequence: null, points: item === null ? [] : pointsIn(dialect, item, values) }
}

/** Every value with its own identifier; a time that belongs to other values is shown with them. */
function pointsIn(dialect: Dialect, item: string, data: Uint8Array): DecodedPoint[] {
  const layout = dialect.table.find(item)
  if (!layout) {
    const text = `${item} is not in the table; its ${data.length} bytes are ${hexOf(data)}`
    return data.length === 0 ? [] : [unread(item, 'unknown item', { code: 'PROFILE_UNKNOWN_ITEM', text })]
  }
  const laid = layOut(layout, data)
  if (isRefusal(laid)) return [unread(item, layout.name, laid)]
  const points: DecodedPoint[] = []
  for (const cell of laid.values.keys()) {
    const point = pointOf(cell, laid)
    if (point) points.push(point)
  }
  return points
}

/** Null for a time that stands beside its value as `at`: that of a demand, not that of a whole freeze. */
function pointOf(cell: Cell, laid: Laid): DecodedPoint | null {
  const value = cellValue(cell, laid)
  if (cell.isTime && value && isBeside(cell, value, laid)) return null
  const time = timeCellOf(cell, laid.layout)
  const at = time && cellValue(time, laid)
  const point = { ...nameOf(cell), at: at && 'time' in at ? at.time : null }
  if (value === null) return null
  return isRefusal(value) ? { ...point, value: null, fault: value } : { ...point, value: textOf(value) }
}

function isBeside(cell: Cell, value: Value | Refusal, { layout }: Laid): boolean {
  const isRead = !isRefusal(value) || value.code === 'VALUE_NOT_HELD'
  return (
    isRead && cellsOf(layout).some(other => other.item === cell.item && timeCellOf(other, layout) === cell)
  )
}

function nameOf({ item, obis, name, unit }: Cell): Pick<DecodedPoint, 'item' | 'obis' | 'name' | 'unit'> {
  return { item, obis, name, unit }
}

function unread(item: string, name: string, fault: Refusal): DecodedPoint {
  return { item, obis: null, name, value: null, unit: '', at: null, fault }
}

/** One value that has no identifier of its own. */
function shown(name: string, format: string, data: Uint8Array): Content {
  const encoding = parseEncoding(format)
  if (!encoding || data.length === 0) return NOTHING
  const value: ReturnType<typeof encoding.decode> =
    data.length === encoding.bytes
      ? encoding.decode(data)
      : { code: 'FRAME_LENGTH', rule: 'V-F6', text: `${data.length} bytes, should be ${encoding.bytes}` }
  if (isRefusal(value)) return { ...NOTHING, points: [unread('', name, value)] }
  return { ...NOTHING, points: [said(name, textOf(value))] }
}

function said(name: string, value: string): DecodedPoint {
  return { item: '', obis: null, name, value, unit: '', at: null }
}

/** 99 takes the place of what is left open (7.7), in MMDDhhmm from the left: all of it means at once. */
const FREEZE_TIMES = [
  [/^99{7}$/, 'at once'],
  [/^999999/, 'every hour'],
  [/^9999/, 'every day'],
  [/^99/, 'every month'],
  [/^/, 'once'],
] as const

function freezeIn(data: Uint8Array): Content {
  const written = writtenOf(data)
  const kind = FREEZE_TIMES.find(([pattern]) => pattern.test(written))
  if (data.length !== 4 || !kind) return NOTHING
  return { ...NOTHING, points: [said('freeze', kind[1]), said('freeze time', written)] }
}

/** Bauds of bit 1 and up (7.8, appendix C); bit 7 is a maker's. Bit 0 is reserved. */
const SPEEDS = [null, 600, 1200, 2400, 4800, 9600, 19200, 38400]

function speedIn(data: Uint8Array): Content {
  const speed = SPEEDS.find((_, bit) => data[0] === 1 << bit)
  return data.length === 1 && speed ? { ...NOTHING, points: [said('speed', String(speed))] } : NOTHING
}

const RELAY_ORDERS: ReadonlyMap<number, string> = new Map([
  [0x1a, 'trip'],
  [0x1b, 'close permit'],
  [0x1c, 'close'],
  [0x1d, 'pre-trip'],
  [0x1e, 'pre-trip, other form'],
  [0x2a, 'alarm on'],
  [0x2b, 'alarm off'],
  [0x3a, 'keep power on'],
  [0x3b, 'end keeping power on'],
])
/** Level, three password bytes, operator code, then the order itself. Ciphered orders are longer and stay closed. */
const RELAY_ORDER_AT = 8
const RELAY_BYTES = 16

/** The password is not among the points. */
function relayIn(data: Uint8Array): Content {
  if (data.length !== RELAY_BYTES)
    return { ...NOTHING, points: data.length > RELAY_BYTES ? [said('order', 'ciphered')] : [] }
  const order = data[RELAY_ORDER_AT] ?? 0
  const deadline = shown('deadline', 'YYMMDDhhmmss', data.subarray(RELAY_ORDER_AT + 2))
  return {
    ...NOTHING,
    points: [
      said('order', RELAY_ORDERS.get(order) ?? `unknown order ${hexByte(order)}`),
      said('order code', hexByte(order)),
      said('parameter', hexByte(data[RELAY_ORDER_AT + 1] ?? 0)),
      ...deadline.points,
      said('password level', hexByte(data[0] ?? 0)),
      said('operator', writtenOf(data.subarray(4, 8))),
    ],
  }
}
