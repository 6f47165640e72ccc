/** Where points are: the item notation `fc:address` or `sunspec:models:offset`, and with a type behind it for `meterd read`. */

import type { Point } from '../../src/driver-api/driver.ts'
import { type Encoding, parseEncoding } from './encodings.ts'
import { FUNCTIONS, readsBits } from './functions.ts'

/** A point with its place on the wire. */
export interface Located {
  readonly point: Point
  readonly code: number
  /** As it goes over the wire; of a SunSpec item registers behind the model's id. */
  readonly address: number
  /** SunSpec models the item is of; null where the address stands for itself. */
  readonly models: Models | null
  readonly encoding: Encoding
}

/** From and to, inclusive: 201 to 204 are one meter with one, two or three phases. */
export interface Models {
  readonly from: number
  readonly to: number
}

/** Function 1 to 4, the address as it goes over the wire (0-based; 40001 is "3:0"), then perhaps a type. */
const ITEM = /^([1-4]):(0x[0-9a-f]{1,4}|\d{1,5})(?::(.+))?$/i
/** Models by number, then the register behind the model's id (itself 0, its length 1), by SunSpec's own tables. */
const SUNSPEC = /^sunspec:(\d{1,5})(?:-(\d{1,5}))?:(\d{1,4})(?::(.+))?$/i
const READS_HOLDING = 3
const LAST_ADDRESS = 0xffff

/**
 * The point of `3:256`, `4:0x0034:f32`, `3:256:f32:CDAB:e-2` or `sunspec:201-204:16:s16:sf=17`: what follows the
 * address is an encoding, with colons for blanks. Without one a register is taken as u16. OBIS codes name nothing
 * here: only a profile knows where a meter keeps what.
 */
export function describe(item: string): Point | null {
  const place = placeOf(item)
  if (place === null) return null
  const { code, address, models, type } = place
  const encoding = type === null ? (readsBits(code) ? 'bit' : 'u16') : type.replaceAll(':', ' ')
  const noun = models === null ? FUNCTIONS.get(code)?.of : `SunSpec ${modelsText(models)} register`
  const point: Point = {
    obis: '',
    item: models === null ? `${code}:${address}` : `sunspec:${modelsText(models)}:${address}`,
    place: 0,
    encoding,
    unit: '',
    name: `${noun} ${address}${type === null ? '' : ` as ${encoding}`}`,
  }
  return 'wrong' in locate(point) ? null : point
}

/** What an item text says of a place; null when it is none. */
export function placeOf(item: string) {
  const [, code, address, type = null] = ITEM.exec(item) ?? []
  if (code !== undefined && address !== undefined)
    return { code: Number(code), address: Number(address), models: null, type }
  const [, first, last = first, offset, word = null] = SUNSPEC.exec(item) ?? []
  if (first === undefined || offset === undefined) return null
  const models: Models = { from: Number(first), to: Number(last) }
  return { code: READS_HOLDING, address: Number(offset), models, type: word }
}

export function modelsText({ from, to }: Models): string {
  return from === to ? String(from) : `${from}-${to}`
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
  const place = placeOf(point.item)
  if (place === null || place.type !== null)
    return { wrong: `"${point.item}" is no item; write fc:address with fc 1 to 4, e.g. "4:0x0048"` }
  const encoding = parseEncoding(point.encoding)
  if ('wrong' in encoding) return encoding
  const { code, address, models } = place
  if (address + encoding.registers - 1 > LAST_ADDRESS)
    return { wrong: `"${point.item}" as ${point.encoding} ends beyond the last address, ${LAST_ADDRESS}` }
  if (readsBits(code) !== (encoding.kind === 'bit'))
    return {
      wrong: `"${point.item}": functions 1 and 2 read "bit", 3 and 4 registers, not ${point.encoding}`,
    }
  if (models !== null && models.to < models.from)
    return { wrong: `"${point.item}": model ${models.to} does not come behind ${models.from}` }
  if (models === null && encoding.factorAt !== null)
    return { wrong: `"${point.item}": sf= is for items of SunSpec models` }
  return { point, code, address, models, encoding }
}
