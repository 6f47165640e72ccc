/** Lays an answer's data out: which bytes belong to which value, and how many values came. */

import type { MeterTime, Point, Refusal, Value } from '../../../src/driver-api/driver.ts'
import { type Encoding, parseEncoding } from '../encodings/encodings.ts'
import { type Cell, cellsOf, type Entry, type ItemTable, type Layout, MARK } from './item-table.ts'
import { mayBeOtherWidth, type Taken } from './widths.ts'

/** Whether a model puts marks into its blocks: always, never, or as may be. */
export type Marked = 'either' | 'aa' | 'none'

export interface Laid {
  readonly layout: Layout
  /** The bytes of every value that came. */
  readonly values: ReadonlyMap<Cell, Uint8Array>
}

/** Gives every value its bytes, or says that the length fits no way of laying them out (V-F6). */
export function layOut(layout: Layout, data: Uint8Array, marks: Marked = 'either'): Laid | Refusal {
  const values = new Map<Cell, Uint8Array>()
  const only = layout.kind === 'one' ? layout.lists[0]?.[0] : undefined
  if (only?.bytes === data.length) {
    putValues(values, only, data)
    return { layout, values }
  }
  const parts = layout.kind === 'groups' ? divide(layout, data, marks) : [data]
  for (const [index, list] of layout.lists.entries()) {
    const part = parts?.[index]
    const entries = part && takeEntries(list, part, layout.kind, marks)
    if (!entries) return wrongLength(layout, data)
    if (layout.kind !== 'one' && mayBeOtherWidth(entries)) return otherWidth(layout, data)
    for (const [entry, bytes] of entries) putValues(values, entry, bytes)
  }
  return { layout, values }
}

function putValues(values: Map<Cell, Uint8Array>, { cells }: Entry, data: Uint8Array): void {
  for (const cell of cells) {
    const { bytes } = cell.encoding
    values.set(cell, bytes === data.length ? data : data.slice(cell.from, cell.from + bytes))
  }
}

/** The value of a cell that came. */
export function cellValue(cell: Cell, laid: Laid): Value | Refusal | null {
  const bytes = laid.values.get(cell)
  return bytes ? (neverWas(cell, laid) ?? cell.encoding.decode(bytes)) : null
}

/**
 * A record of zeros under a time of zeros is none yet: its values are none either. A demand, alone with its time, may
 * well be zero.
 */
function neverWas(cell: Cell, laid: Laid): Refusal | null {
  const time = timeCellOf(cell, laid.layout)
  if (!time || !isZero(time, laid)) return null
  const others = cellsOf(laid.layout).filter(other => timeCellOf(other, laid.layout) === time)
  if (others.length < 2 || !others.every(other => isZero(other, laid))) return null
  return { code: 'VALUE_NOT_HELD', text: 'no record yet: its time is all zeros' }
}

/** What did not come is no other value. */
function isZero(cell: Cell, { values }: Laid): boolean {
  return values.get(cell)?.every(byte => byte === 0) ?? true
}

/** The cell that holds the time of another: in its own entry, else at the head of the groups. Null for a time itself. */
export function timeCellOf(cell: Cell, layout: Layout): Cell | null {
  const known = timeCells.get(layout) ?? findTimeCells(layout)
  return known.get(cell) ?? null
}

/** A table's layouts are few and asked about again and again. */
const timeCells = new WeakMap<Layout, ReadonlyMap<Cell, Cell>>()

function findTimeCells(layout: Layout): ReadonlyMap<Cell, Cell> {
  const found = new Map<Cell, Cell>()
  const head = layout.kind === 'groups' ? layout.lists[0]?.[0]?.cells.find(({ isTime }) => isTime) : undefined
  for (const { cells } of layout.lists.flat()) {
    for (const cell of cells) {
      const time = cells.find(({ isTime, item }) => isTime && item === cell.item) ?? head
      if (time && !cell.isTime) found.set(cell, time)
    }
  }
  timeCells.set(layout, found)
  return found
}

/**
 * The layout for reading `points` of one item. A profile may give an item an encoding of another length than the
 * table has (meters with four decimals), or name a maker's own item; then the profile decides.
 */
export function layoutFor(table: ItemTable, item: string, points: readonly Point[]): Layout | Refusal {
  const known = table.find(item)
  const [first] = points
  const cells = known ? cellsOf(known) : []
  if (known && (cells.length !== 1 || !first || isOf(cells[0], first))) return known
  const written = first && first.encoding !== '' ? parseEncoding(first.encoding) : null
  if (known && (!written || written.bytes === cells[0]?.encoding.bytes)) return known
  if (!first || !written) return noEncoding(item, first?.encoding ?? '')
  const { name } = first
  return {
    item,
    name,
    nameZh: name,
    access: 'R',
    clause: 'profile',
    kind: 'one',
    lists: [[ownEntry(first, written)]],
  }
}

/** Decodes a point's bytes as its profile says; refused as a fault of the profile where that cannot be done. */
export function readPoint(laid: Laid, point: Point): Value | Refusal {
  const cell = cellOf(laid, point)
  if (!cell) return { code: 'PROFILE_INVALID', text: `${point.item} has no value at place ${point.place}` }
  const encoding = encodingFor(cell, point)
  if (!encoding) return noEncoding(point.item, point.encoding)
  const bytes = laid.values.get(cell)
  if (!bytes)
    return { code: 'METER_NO_DATA', text: `the answer to ${laid.layout.item} ends before this value` }
  return neverWas(cell, laid) ?? encoding.decode(bytes)
}

/** The time that came with a point's value, as that of a demand; null where none did, or it is none. */
export function readTimeOf(laid: Laid, point: Point): MeterTime | null {
  const cell = cellOf(laid, point)
  const time = cell && timeCellOf(cell, laid.layout)
  const value = time && cellValue(time, laid)
  return value && 'time' in value ? value.time : null
}

function cellOf({ layout }: Laid, { item, place }: Point): Cell | undefined {
  const cells = cellsOf(layout)
  return layout.item === item ? cells[place] : cells.find(each => each.item === item && each.place === place)
}

function isOf(cell: Cell | undefined, { encoding }: Point): boolean {
  return encoding === '' || encoding === cell?.encoding.text
}

function encodingFor(cell: Cell, point: Point): Encoding | null {
  if (isOf(cell, point)) return cell.encoding
  const written = parseEncoding(point.encoding)
  return written?.bytes === cell.encoding.bytes ? written : null
}

function ownEntry(point: Point, encoding: Encoding): Entry {
  const cell: Cell = {
    item: point.item,
    place: 0,
    name: point.name,
    nameZh: point.name,
    obis: point.obis,
    unit: point.unit,
    encoding,
    from: 0,
    isTime: false,
    isRegister: false,
  }
  return { bytes: encoding.bytes, cells: [cell] }
}

function noEncoding(item: string, encoding: string): Refusal {
  const text =
    encoding === ''
      ? `${item} is not in the table; give the point an encoding`
      : `encoding "${encoding}" does not fit ${item}`
  return { code: 'PROFILE_INVALID', text }
}

/** As many entries as the bytes hold; null when bytes are left over, or missing from a single item. */
function takeEntries(
  list: readonly Entry[],
  data: Uint8Array,
  kind: Layout['kind'],
  marks: Marked,
): Taken | null {
  if (kind === 'one') return takeAll(list, data, 0, list.length)
  if (kind === 'list' && marks !== 'either') return takeAll(list, data, marks === 'aa' ? 1 : 0, 0)
  return (
    takeAll(list, data, 1, 0) ??
    (data.at(-1) === MARK ? takeAll(list, data.subarray(0, -1), 0, 0) : null) ??
    takeAll(list, data, 0, 0)
  )
}

/** Entries with `marks` bytes AA after each. */
function takeAll(list: readonly Entry[], data: Uint8Array, marks: 0 | 1, least: number): Taken | null {
  const taken: [Entry, Uint8Array][] = []
  let from = 0
  for (const entry of list) {
    if (from === data.length) break
    const to = from + entry.bytes
    if (to + marks > data.length || (marks === 1 && data[to] !== MARK)) return null
    taken.push([entry, data.slice(from, to)])
    from = to + marks
  }
  return from === data.length && taken.length >= least ? taken : null
}

/** The bytes of each group: between the marks, or by length where the meter sends none. */
export function divide(layout: Layout, data: Uint8Array, marks: Marked): Uint8Array[] | null {
  if (marks === 'aa' || (marks === 'either' && data.includes(MARK))) {
    const groups = splitAtMarks(data)
    return groups.length === layout.lists.length ? groups : null
  }
  const lengths = plainLengths(layout.lists, data.length)
  if (!lengths) return null
  let from = 0
  return lengths.map(length => {
    from += length
    return data.subarray(from - length, from)
  })
}

function splitAtMarks(data: Uint8Array): Uint8Array[] {
  const groups: Uint8Array[] = []
  let from = 0
  for (const [at, byte] of data.entries()) {
    if (byte !== MARK) continue
    groups.push(data.subarray(from, at))
    from = at + 1
  }
  return from < data.length ? [...groups, data.subarray(from)] : groups
}

/** Without marks the length must be that of one and the same number of tariffs in every list. */
function plainLengths(lists: Layout['lists'], length: number): number[] | null {
  const perCount = (list: readonly Entry[]) => (list.length > 1 ? (list[0]?.bytes ?? 0) : 0)
  const fixed = (list: readonly Entry[]) => (list.length > 1 ? 0 : (list[0]?.bytes ?? 0))
  const open = lists.reduce((sum, list) => sum + perCount(list), 0)
  const rest = length - lists.reduce((sum, list) => sum + fixed(list), 0)
  const count = open === 0 ? 0 : rest / open
  if (open === 0 ? rest !== 0 : count < 1 || !Number.isInteger(count)) return null
  return lists.map(list => fixed(list) + perCount(list) * count)
}

function otherWidth(layout: Layout, data: Uint8Array): Refusal {
  const text = `the ${data.length} data bytes of ${layout.item} may be values of another width: they do not add up to their total, or hold marks`
  return { code: 'FRAME_LENGTH', rule: 'V-F6', text }
}

function wrongLength(layout: Layout, data: Uint8Array): Refusal {
  const [list = []] = layout.lists
  const bytes = list[0]?.bytes ?? 0
  const should =
    layout.kind === 'one'
      ? `should be ${bytes}`
      : layout.kind === 'list'
        ? `not whole items of ${bytes}`
        : 'not whole items'
  return {
    code: 'FRAME_LENGTH',
    rule: 'V-F6',
    text: `${data.length} data bytes for ${layout.item}, ${should}`,
  }
}
