/** Values to data bytes: the inverse of laying an answer out. */

import type { Refusal, Value } from '../../../src/driver-api/driver.ts'
import { isRefusal, outOfType } from '../encodings/decoding.ts'
import { parseEncoding } from '../encodings/encodings.ts'
import { joined } from '../wire/bytes.ts'
import { divide } from './answer.ts'
import { type Entry, type ItemTable, type Layout, MARK } from './item-table.ts'

/** The value an encoding makes of what people type: "12.34", "2026-11-22T00:00:00", "0x50", names of bits. */
export function valueFromText(encoding: string, text: string): Value | Refusal {
  const known = parseEncoding(encoding)
  if (!known) return { code: 'PROFILE_INVALID', text: `"${encoding}" is no encoding` }
  return known.parse(text.trim())
}

export interface Marks {
  /** AA after each value of a block, after the last one, or nowhere. A single item has none in any case. */
  readonly marks: 'none' | 'each' | 'last'
}

/** By place, as the item's points count them: null is sent as filler, undefined (or past the end) is not sent. */
export type Sent = readonly (Value | null | undefined)[]

/** The data bytes that say these values of an item, without its identifier. */
export function encodeItem(
  table: ItemTable,
  item: string,
  values: Sent,
  { marks }: Marks = { marks: 'none' },
): Uint8Array | Refusal {
  const layout = table.find(item)
  return layout
    ? encodeLayout(layout, values, { marks })
    : { code: 'PROFILE_UNKNOWN_ITEM', text: `${item} is not in the table` }
}

export function encodeLayout(layout: Layout, values: Sent, { marks }: Marks): Uint8Array | Refusal {
  const parts: Uint8Array[] = []
  let place = 0
  for (const list of layout.lists) {
    const width = list.reduce((sum, entry) => sum + entry.cells.length, 0)
    const part = encodeList(layout, list, values.slice(place, place + width), marks)
    if (isRefusal(part)) return part
    parts.push(part)
    place += width
  }
  if (values.length > place) return wrongCount(layout, `has ${place} values, given were ${values.length}`)
  if (layout.kind !== 'groups') return together(parts)
  return marks === 'none'
    ? unmarked(layout, parts)
    : joined(parts.flatMap(part => [part, Uint8Array.of(MARK)]))
}

/** Entries until the first that is not sent. */
function encodeList(
  { item, kind, name }: Layout,
  list: readonly Entry[],
  values: Sent,
  marks: Marks['marks'],
): Uint8Array | Refusal {
  const parts: Uint8Array[] = []
  let place = 0
  for (const entry of list) {
    const own = values.slice(place, place + entry.cells.length)
    if (own.every(value => value === undefined)) break
    const bytes = encodeEntry(entry, own)
    if (isRefusal(bytes)) return bytes
    parts.push(bytes)
    if (kind === 'list' && marks === 'each') parts.push(Uint8Array.of(MARK))
    place += entry.cells.length
  }
  if (values.slice(place).some(value => value !== undefined))
    return wrongCount({ item, name }, 'is sent from the first value on, without holes')
  if (kind === 'one' && parts.length < list.length)
    return wrongCount({ item, name }, `needs all its values, given were ${place}`)
  if (kind === 'list' && marks === 'last') parts.push(Uint8Array.of(MARK))
  return together(parts)
}

/** Most items are one part, and need no copy of it. */
function together(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] ? parts[0] : joined(parts)
}

function encodeEntry(entry: Entry, values: Sent): Uint8Array | Refusal {
  const bytes = new Uint8Array(entry.bytes).fill(0xff)
  for (const [index, cell] of entry.cells.entries()) {
    const value = values[index]
    if (value === undefined) return wrongCount(cell, 'comes together with its neighbours')
    if (value === null) continue
    const wire = cell.encoding.encode(value)
    if (isRefusal(wire)) return { ...wire, text: `${cell.name}: ${wire.text}` }
    if (wire.length === bytes.length) return wire
    bytes.set(wire, cell.from)
  }
  return bytes
}

/** Without marks only the length tells where a group ends, and not every choice of lengths can be told. */
function unmarked(layout: Layout, parts: readonly Uint8Array[]): Uint8Array | Refusal {
  const data = joined(parts)
  const divided = divide(layout, data, 'none')
  if (divided?.every((part, index) => part.length === parts[index]?.length)) return data
  return outOfType(`${layout.name} without marks needs all its parts, with equally many tariffs`)
}

function wrongCount({ item, name }: Pick<Layout, 'item' | 'name'>, text: string): Refusal {
  return { code: 'FRAME_LENGTH', rule: 'V-F6', text: `${name} (${item}) ${text}` }
}
