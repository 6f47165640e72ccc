/** Where points are: the item notation `fc:address`, and with a type behind it for `meterd read`. */

import type { Point } from '../../src/driver-api/driver.ts'
import { type Encoding, parseEncoding } from './encodings.ts'
import { FUNCTIONS, readsBits } from './functions.ts'

/** A point with its place on the wire. */
export interface Located {
  readonly point: Point
  readonly code: number
  readonly address: number
  readonly encoding: Encoding
}

/** Function 1 to 4, the address as it goes over the wire (0-based; 40001 is "3:0"), then perhaps a type. */
const ITEM = /^([1-4]):(0x[0-9a-f]{1,4}|\d{1,5})(?::(.+))?$/i
const LAST_ADDRESS = 0xffff

/**
 * The point of `3:256`, `4:0x0034:f32` or `3:256:f32:CDAB:e-2`: what follows the address is an encoding, with colons
 * for blanks. Without one a register is taken as u16. OBIS codes name nothing here: only a profile knows where a
 * meter keeps what.
 */
export function describe(item: string): Point | null {
  const match = ITEM.exec(item)
  if (match === null) return null
  const [, code = '', address = '', type] = match
  const function_ = Number(code)
  const plain = readsBits(function_) ? 'bit' : 'u16'
  const encoding = type === undefined ? plain : type.replaceAll(':', ' ')
  const noun = FUNCTIONS.get(function_)?.of
  const point: Point = {
    obis: '',
    item: `${function_}:${Number(address)}`,
    place: 0,
    encoding,
    unit: '',
    name: `${noun} ${Number(address)}${type === undefined ? '' : ` as ${encoding}`}`,
  }
  return 'wrong' in locate(point) ? null : point
}

/** Function and address of an item as profiles write it; null when it names no place. */
export function placeOf(item: string): { readonly code: number; readonly address: number } | null {
  const [, code, address] = ITEM.exec(item) ?? []
  return code === undefined || address === undefined ? null : { code: Number(code), address: Number(address) }
}

const located = new WeakMap<Point, Located | { readonly wrong: string }>()

/** Where a point is and how it is read, or what is wrong with how it is written. Remembered as long as the point is. */
export function locate(point: Point): Located | { readonly wrong: string } {
  const known = located.get(point)
  if (known !== undefined) return known
  const found = find(point)
  located.set(point, found)
  return found
}

function find(point: Point): Located | { readonly wrong: string } {
  const [, code, written, type] = ITEM.exec(point.item) ?? []
  if (code === undefined || written === undefined || type !== undefined)
    return { wrong: `"${point.item}" is no item; write fc:address with fc 1 to 4, e.g. "4:0x0048"` }
  const encoding = parseEncoding(point.encoding)
  if ('wrong' in encoding) return encoding
  const address = Number(written)
  if (address + encoding.registers - 1 > LAST_ADDRESS)
    return { wrong: `"${point.item}" as ${point.encoding} ends beyond the last address, ${LAST_ADDRESS}` }
  if (readsBits(Number(code)) !== (encoding.kind === 'bit'))
    return {
      wrong: `"${point.item}": functions 1 and 2 read "bit", 3 and 4 registers, not ${point.encoding}`,
    }
  return { point, code: Number(code), address, encoding }
}
