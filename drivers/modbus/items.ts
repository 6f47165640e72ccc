/** Where points are: the item notation `fc:address` or `sunspec:models:offset`, and with a type behind it for `meterd read`. */

import type { Point } from '../../src/driver-api/driver.ts'
import { type Encoding, meantBy, parseEncoding } from './encodings.ts'
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
/** As manuals number them: the first digit is the table, and the rest counts from 1. */
const NUMBERED = /^([0134])(\d{4,5})(:.+)?$/
/** Function that reads the table of that digit. */
const TABLES: Readonly<Record<string, number>> = { 0: 1, 1: 2, 3: 4, 4: 3 }
const READS_HOLDING = 3
const LAST_ADDRESS = 0xffff

/**
 * The point of `3:256`, `4:0x0034:f32`, `3:256:f32:CDAB:e-2` or `sunspec:201-204:16:s16:sf=17`: what follows the
 * address is an encoding, with colons for blanks. Without one a register is taken as u16. OBIS codes name nothing
 * here: only a profile knows where a meter keeps what.
 */
export function describe(item: string): Point | null {
  const point = named(item)
  return point === null || 'wrong' in locate(point) ? null : point
}

/** Why an item text names nothing, in words. */
export function whyNothing(item: string): string {
  const point = named(item)
  if (point === null) return whyNoPlace(item)
  const located = locate(point)
  if (!('wrong' in located)) return `"${item}" names a place`
  const { type = null } = placeOf(item) ?? {}
  const meant = type === null ? null : meantBy(type.replaceAll(':', ' '))
  const place = type === null ? item : item.slice(0, -type.length)
  return meant === null
    ? located.wrong.startsWith(`"${item}"`)
      ? located.wrong
      : `"${item}": ${located.wrong}`
    : `"${item}": "${type}" is no type and order; did you mean "${place}${meant.replaceAll(' ', ':')}"?`
}

function whyNoPlace(item: string): string {
  const [, table = '', number = '', rest = ''] = NUMBERED.exec(item) ?? []
  const code = TABLES[table]
  if (code !== undefined && Number(number) >= 1)
    return `"${item}" counts from 1, as manuals do; on the wire it is "${code}:${Number(number) - 1}${rest}" (40101 is 3:100, 30101 is 4:100)`
  const form = 'write fc:address with fc 1 to 4 and the address from 0, e.g. "4:0x0048"'
  const [, written] = /^(\d+):/.exec(item) ?? []
  if (written !== undefined && !FUNCTIONS.has(Number(written)))
    return `"${item}" is no item: function ${written} reads nothing; ${form}`
  if (/^[1-4]:/.test(item))
    return `"${item}" is no item: its address is none from 0 to ${LAST_ADDRESS}; ${form}`
  return `"${item}" is no item; ${form}`
}

function named(item: string): Point | null {
  const place = placeOf(item)
  if (place === null) return null
  const { code, address, models, type } = place
  const encoding = type === null ? (readsBits(code) ? 'bit' : 'u16') : type.replaceAll(':', ' ')
  const noun = models === null ? FUNCTIONS.get(code)?.of : `SunSpec ${modelsText(models)} register`
  return {
    obis: '',
    item: models === null ? `${code}:${address}` : `sunspec:${modelsText(models)}:${address}`,
    place: 0,
    encoding,
    unit: '',
    name: `${noun} ${address}${type === null ? '' : ` as ${encoding}`}`,
  }
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

/** What is wrong with how a point is written, and in which of its parts. */
export interface Miswritten {
  readonly wrong: string
  readonly part: 'item' | 'encoding'
}

const located = new WeakMap<Point, Located | Miswritten>()

/** Where a point is and how it is read, or what is wrong with how it is written. Remembered as long as the point is. */
export function locate(point: Point): Located | Miswritten {
  const known = located.get(point)
  if (known !== undefined) return known
  const found = find(point)
  located.set(point, found)
  return found
}

function find(point: Point): Located | Miswritten {
  const place = placeOf(point.item)
  const part = 'item'
  if (place === null) return { part, wrong: whyNoPlace(point.item) }
  if (place.type !== null)
    return { part, wrong: `"${point.item}" is no item: the type behind the address is its encoding` }
  const encoding = parseEncoding(point.encoding)
  if ('wrong' in encoding) return { part: 'encoding', ...encoding }
  const { code, address, models } = place
  if (address + encoding.registers - 1 > LAST_ADDRESS)
    return {
      part,
      wrong: `"${point.item}" as ${point.encoding} ends beyond the last address, ${LAST_ADDRESS}`,
    }
  if (readsBits(code) !== (encoding.kind === 'bit'))
    return {
      part,
      wrong: `"${point.item}": functions 1 and 2 read "bit", 3 and 4 registers, not ${point.encoding}`,
    }
  if (models !== null && models.to < models.from)
    return { part, wrong: `"${point.item}": model ${models.to} does not come behind ${models.from}` }
  if (models === null && encoding.factorAt !== null)
    return { part: 'encoding', wrong: `"${point.item}": sf= is for items of SunSpec models` }
  return { point, code, address, models, encoding }
}
