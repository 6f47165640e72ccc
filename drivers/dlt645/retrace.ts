/** How bytes of this protocol become values, for who retraces one: which item was asked, and each step to the number. */

import type { Frame, Point, Retrace, Value } from '../../src/driver-api/driver.ts'
import { decode } from './decode.ts'
import { type Dialect, dialectFor } from './dialect.ts'
import { isRefusal } from './encodings/decoding.ts'
import { parseEncoding } from './encodings/encodings.ts'
import { cellsOf } from './items/item-table.ts'
import { hexOf, writtenOf } from './wire/bytes.ts'
import { PREAMBLE_BYTE } from './wire/frame.ts'

/** Added to each byte of data before it is sent (2007 5.2.6). */
const ADDED = 0x33

export function retraceOf(dialect: Dialect): Retrace {
  return {
    unnumbered: bytes => bytes,
    askedBy: (question, points, traits) => askedBy(dialectFor(dialect, traits), question, points),
    taughtBy: () => [],
    steps: (point, bytes) => stepsOf(dialect, point, bytes),
    bytesOf: (point, value) => bytesOf(dialect, point, value),
    isRounded: () => false,
  }
}

/** Of a block those it spares questions for. */
function askedBy(dialect: Dialect, { bytes }: Frame, points: readonly Point[]): readonly Point[] {
  const start = bytes.findIndex(byte => byte !== PREAMBLE_BYTE)
  const { item } = decode(dialect, { bytes: bytes.subarray(Math.max(0, start)) })
  if (item === null) return []
  const layout = dialect.table.find(item)
  const items = new Set([item, ...(layout ? cellsOf(layout).map(cell => cell.item) : [])])
  return points.filter(point => items.has(point.item))
}

function encodingOf({ table }: Dialect, { item, place, encoding }: Point): string {
  const layout = table.find(item)
  return encoding || (layout && cellsOf(layout)[place]?.encoding.text) || ''
}

function bytesOf(dialect: Dialect, point: Point, value: Value): Uint8Array | null {
  const meant = parseEncoding(encodingOf(dialect, point))?.encode(value)
  return meant && !isRefusal(meant) ? meant.map(byte => byte + ADDED) : null
}

function stepsOf(dialect: Dialect, point: Point, bytes: Uint8Array): readonly string[] {
  const encoding = encodingOf(dialect, point)
  const meant = bytes.map(byte => byte - ADDED)
  const turned = bytes.length > 1 ? `, low byte first: ${writtenOf(meant)}` : ''
  return [
    `on the wire ${hexOf(bytes)}`,
    `less 33H each: ${hexOf(meant)}${turned}`,
    ...(encoding === '' ? [] : [`read as ${encoding}`]),
  ]
}
