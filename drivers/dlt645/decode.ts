/** What one frame says, offline: every function of both editions, in either direction. */

import type { Decoded, DecodedPoint, Frame, Refusal, Value } from '../../src/driver-api/driver.ts'
import { commandContent } from './decode-commands.ts'
import { type Content, NOTHING, said, unread } from './decoded.ts'
import { DIALECT_1997, DIALECT_2007, type Dialect } from './dialect.ts'
import { isRefusal } from './encodings/decoding.ts'
import { textOf } from './encodings/encodings.ts'
import { cellValue, type Laid, layOut, timeCellOf } from './items/answer.ts'
import { type Cell, cellsOf } from './items/item-table.ts'
import { isBroadcast } from './wire/address.ts'
import { hexByte, hexOf, nameIn } from './wire/bytes.ts'
import { commandRefusals } from './wire/error-words.ts'
import { addressOf, controlOf, dataOf, FROM_METER, MORE, REFUSED } from './wire/frame.ts'
import { FUNCTIONS_1997, FUNCTIONS_2007, functionRow, type Shape } from './wire/functions.ts'
import { isPassword } from './wire/secrets.ts'

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
  const dialect = dialectOf(asked, control, data)
  const functions = dialect.protocol === 'dlt645-2007' ? FUNCTIONS_2007 : FUNCTIONS_1997
  const { name, request, reply } = functionRow(functions, control & FUNCTION)
  const kind = kindOf(frame)
  const more = (control & MORE) !== 0
  const shape = kind === 'reply' ? reply : request
  const { item, sequence, points } = kind === 'refusal' ? NOTHING : contentOf(shape, dialect, data, more)
  return {
    protocol: dialect.protocol,
    kind,
    function: name,
    address: addressOf(frame),
    control: hexByte(control),
    more,
    sequence,
    item,
    points,
    refused: kind === 'refusal' ? commandRefusals(control & FUNCTION, data, dialect.errors) : [],
  }
}

function kindOf(frame: Frame): Decoded['kind'] {
  const control = controlOf(frame)
  if (control & FROM_METER) return control & REFUSED ? 'refusal' : 'reply'
  return isBroadcast(addressOf(frame)) ? 'broadcast' : 'request'
}

function dialectOf(asked: Dialect, control: number, data: Uint8Array): Dialect {
  const code = control & FUNCTION
  if (code === 0x08) return asked
  if (code === 0x03) return isSecurity(control, data) ? DIALECT_2007 : DIALECT_1997
  return code >= FIRST_OF_2007 ? DIALECT_2007 : DIALECT_1997
}

/** 03 of the later rules is about identifiers 07……, and its error word has two bytes; in 1997 it reads again. */
function isSecurity(control: number, data: Uint8Array): boolean {
  return control & REFUSED ? data.length === 2 : data.length >= DIALECT_2007.itemBytes && data[3] === 0x07
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
    default:
      return commandContent(shape, data) ?? NOTHING
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
export function pointsIn(dialect: Dialect, item: string, data: Uint8Array): DecodedPoint[] {
  if (isPassword(item)) return data.length === 0 ? [] : [said('password', 'not shown')]
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
  if (value === null) return null
  const { item, obis, name, unit } = cell
  const point = { item, obis, name, unit, at: at && 'time' in at ? at.time : null }
  return isRefusal(value) ? { ...point, value: null, fault: value } : { ...point, value: textOf(value) }
}

function isBeside(cell: Cell, value: Value | Refusal, { layout }: Laid): boolean {
  const isRead = !isRefusal(value) || value.code === 'VALUE_NOT_HELD'
  return (
    isRead && cellsOf(layout).some(other => other.item === cell.item && timeCellOf(other, layout) === cell)
  )
}
