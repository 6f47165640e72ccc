/** Load records, what a meter writes down at each interval, and their bytes (DL/T 645-2007 A.7, appendix B). */

import type {
  DecodedPoint,
  LoadClass,
  LoadRecord,
  MeterTime,
  Refusal,
  Traits,
} from '../../../src/driver-api/driver.ts'
import { isRefusal } from '../encodings/decoding.ts'
import { parseEncoding, textOf } from '../encodings/encodings.ts'
import { type Cell, cellsOf, type ItemTable, MARK } from '../items/item-table.ts'
import { quirkOf } from '../quirks.ts'
import { hexByte, hexOf, joined } from '../wire/bytes.ts'

const GOOD = 0xa0
const BAD = 0xe0
const END = 0xe5
/** Two marks, and the length of what follows up to the last AA. */
const HEAD = 3
/** Checksum and end code. */
const TAIL = 2
const STAMP = parseEncoding('YYMMDDhhmm')
const STAMP_BYTES = 5

export const CLASSES: readonly LoadClass[] = [1, 2, 3, 4, 5, 6]

/** What each class holds: the registers it copies, in their own formats. */
export const MEMBERS: Readonly<Record<LoadClass, readonly string[]>> = {
  1: ['02010100', '02010200', '02010300', '02020100', '02020200', '02020300', '02800002'],
  2: ['02030000', '02030100', '02030200', '02030300', '02040000', '02040100', '02040200', '02040300'],
  3: ['02060000', '02060100', '02060200', '02060300'],
  4: ['00010000', '00020000', '00030000', '00040000'],
  5: ['00050000', '00060000', '00070000', '00080000'],
  6: ['02800004', '02800005'],
}

/** How one model writes its records. */
export interface LoadLayout {
  /** The class asked for; 0 all. */
  readonly class: 0 | LoadClass
  /** Whether an answer about one class leaves out the AA of the others. */
  readonly isClassOnly: boolean
  readonly isChecked: boolean
}

/** One record as it stands on the wire: what is not recorded is null. */
export interface LoadRecordBytes {
  readonly isBad: boolean
  /** mm hh DD MM YY. */
  readonly stamp: Uint8Array
  readonly classes: Readonly<Record<LoadClass, Uint8Array | null>>
}

export function loadLayout(asked: LoadLayout['class'], traits: Traits): LoadLayout {
  return {
    class: asked,
    isClassOnly: quirkOf(traits, 'load-record') === 'asked-class-only',
    isChecked: quirkOf(traits, 'load-record-checksum') === 'checked',
  }
}

/** Data bytes of a recorded class. */
export function classBytes(table: ItemTable, nth: LoadClass): number {
  return cellsIn(table, nth).reduce((sum, { encoding }) => sum + encoding.bytes, 0)
}

/**
 * All records of a joined answer. A record with a fault has no values; where its length cannot be believed nothing behind
 * it can be, and the rest is refused.
 */
export function decodeLoadRecords(
  table: ItemTable,
  data: Uint8Array,
  layout: LoadLayout,
): { readonly records: readonly LoadRecord[]; readonly refused: Refusal | null } {
  const records: LoadRecord[] = []
  for (let from = 0; from < data.length; ) {
    const record = recordAt(data, from)
    if (isRefusal(record)) return { records, refused: record }
    records.push(decodeOne(table, record, layout))
    from += record.length
  }
  return { records, refused: null }
}

/** The inverse: the bytes of one record, checksum and end code too. */
export function encodeLoadRecord(
  { isBad, stamp, classes }: LoadRecordBytes,
  layout: Pick<LoadLayout, 'class' | 'isClassOnly'>,
): Uint8Array {
  const body = joined([
    stamp,
    ...sectionsOf(layout).flatMap(nth => [classes[nth] ?? new Uint8Array(0), Uint8Array.of(MARK)]),
  ])
  const mark = isBad ? BAD : GOOD
  const head = joined([Uint8Array.of(mark, mark, body.length), body])
  return joined([head, Uint8Array.of(sumOf(head), END)])
}

/** The bytes of each class, where a record divides into them without a rest; values are not looked at. */
export function splitLoadRecord(
  table: ItemTable,
  record: Uint8Array,
  layout: LoadLayout,
): LoadRecordBytes | Refusal {
  const isBad = record[0] === BAD
  const end = record.length - TAIL
  if (layout.isChecked && record[end] !== sumOf(record.subarray(0, end)))
    return {
      code: 'FRAME_CHECKSUM',
      text: `the record's own checksum is ${hexByte(record[end] ?? 0)}, should be ${hexByte(sumOf(record.subarray(0, end)))}`,
    }
  const classes: Record<LoadClass, Uint8Array | null> = {
    1: null,
    2: null,
    3: null,
    4: null,
    5: null,
    6: null,
  }
  let from = HEAD + STAMP_BYTES
  for (const nth of sectionsOf(layout)) {
    const isEmpty = record[from] === MARK
    const to = from + (isEmpty ? 0 : classBytes(table, nth))
    if (to >= end || record[to] !== MARK) return wrongSection(nth, layout)
    if (!isEmpty) classes[nth] = record.subarray(from, to)
    from = to + 1
  }
  if (from !== end) return notDivided(`${end - from} bytes are left behind the last class`, layout)
  return { isBad, stamp: record.subarray(HEAD, HEAD + STAMP_BYTES), classes }
}

/** Start marks, length and end code must fit; they say where the next record begins. */
function recordAt(data: Uint8Array, from: number): Uint8Array | Refusal {
  const mark = data[from]
  const where = `byte ${from + 1} of ${data.length}`
  if ((mark !== GOOD && mark !== BAD) || data[from + 1] !== mark)
    return {
      code: 'FRAME_START',
      text: `no load record begins at ${where}: ${hexOf(data.subarray(from, from + 2))}, should be A0A0 or E0E0`,
    }
  const end = from + HEAD + (data[from + 2] ?? 0) + TAIL
  if (end > data.length || end <= from + HEAD + STAMP_BYTES + TAIL)
    return {
      code: 'FRAME_LENGTH',
      rule: 'V-F6',
      text: `the load record at ${where} says ${data[from + 2] ?? 'no'} bytes, which it cannot have`,
    }
  if (data[end - 1] !== END)
    return {
      code: 'FRAME_END',
      text: `the load record at ${where} ends with ${hexByte(data[end - 1] ?? 0)}, should be E5`,
    }
  return data.subarray(from, end)
}

function decodeOne(table: ItemTable, bytes: Uint8Array, layout: LoadLayout): LoadRecord {
  const time = STAMP?.decode(bytes.subarray(HEAD, HEAD + STAMP_BYTES)) ?? null
  const at = time && 'time' in time ? time.time : null
  const split = splitLoadRecord(table, bytes, layout)
  // The stamp is among the bytes that a wrong checksum speaks against.
  if (isRefusal(split)) return { at: split.code === 'FRAME_CHECKSUM' ? null : at, points: [], fault: split }
  if (split.isBad)
    return {
      at,
      points: [],
      fault: { code: 'VALUE_NOT_HELD', text: 'the meter itself marks this record as bad' },
    }
  if (time && isRefusal(time)) return { at, points: [], fault: time }
  const points = CLASSES.flatMap(nth => pointsIn(table, nth, split.classes[nth], at))
  return { at, points, fault: null }
}

function pointsIn(
  table: ItemTable,
  nth: LoadClass,
  bytes: Uint8Array | null,
  at: MeterTime | null,
): DecodedPoint[] {
  if (!bytes) return []
  let from = 0
  return cellsIn(table, nth).map(({ item, obis, name, unit, encoding }) => {
    from += encoding.bytes
    const value = encoding.decode(bytes.subarray(from - encoding.bytes, from))
    const point = { item, obis, name, unit, at }
    return isRefusal(value) ? { ...point, value: null, fault: value } : { ...point, value: textOf(value) }
  })
}

function cellsIn(table: ItemTable, nth: LoadClass): readonly Cell[] {
  return MEMBERS[nth].flatMap(item => {
    const layout = table.find(item)
    return layout ? cellsOf(layout) : []
  })
}

function sectionsOf({ class: asked, isClassOnly }: Pick<LoadLayout, 'class' | 'isClassOnly'>) {
  return asked !== 0 && isClassOnly ? [asked] : CLASSES
}

function wrongSection(nth: LoadClass, layout: LoadLayout): Refusal {
  return notDivided(`class ${nth} does not end with AA where it should`, layout)
}

function notDivided(why: string, { class: asked, isClassOnly }: LoadLayout): Refusal {
  const other = isClassOnly ? 'standard' : 'asked-class-only'
  const hint = asked === 0 ? '' : `; is the quirk load-record "${other}" of this model?`
  return {
    code: 'FRAME_LENGTH',
    rule: 'V-F6',
    text: `the record does not divide into classes: ${why}${hint}`,
  }
}

function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0)
}
