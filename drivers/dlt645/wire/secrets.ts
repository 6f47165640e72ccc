/** Where passwords and keys stand in what a line carries: whole frames, and such as were damaged or cut on the way. */

import type { Span } from '../../../src/driver-api/driver.ts'
import { writtenOf } from './bytes.ts'

const START = 0x68
const END = 0x16
const HEADER = 10
const OFFSET = 0x33
/** A password follows its level byte. */
const PASSWORD = 3
/** To the end of the data. */
const REST = 255

/** Places in the data of a frame, from its first data byte. */
type Places = readonly Span[]

const passwordAt = (at: number): Span => [at, at + PASSWORD]

/** By control code. The 2007 writes of a level's own password and the 1997 one carry it in their data as well. */
const SECRETS: ReadonlyMap<number, Places> = new Map<number, Places>([
  // 2007: identifier, level, password, operator code, values.
  [0x14, [passwordAt(5)]],
  // 2007: identifier, level, password, level, new password; its answer brings the new one back.
  [0x18, [passwordAt(5), passwordAt(9)]],
  [0x98, [passwordAt(1)]],
  [0x19, [passwordAt(1)]],
  [0x1a, [passwordAt(1)]],
  [0x1b, [passwordAt(1)]],
  [0x1c, [passwordAt(1)]],
  // 2007: identifier, operator code, then what only the security module reads.
  [0x03, [[8, REST]]],
  // 1997: identifier, level, password, values.
  [0x04, [passwordAt(3)]],
  [0x0f, [passwordAt(1), passwordAt(5)]],
  [0x8f, [passwordAt(1)]],
  [0x10, [passwordAt(1)]],
])

/** A time to all: some meters want level and password in front, and then it is longer than this. */
const TIME = { control: 0x08, bytes: 6 } as const

/** Beginnings of identifiers of passwords: data that are a password wherever they appear, and how much stands before them. */
const PASSWORD_ITEMS = [
  { controls: [0x11, 0x91], item: '04000C', itemBytes: 4, before: 4 },
  { controls: [0x14], item: '04000C', itemBytes: 4, before: 12 },
  { controls: [0x01, 0x81], item: 'C212', itemBytes: 2, before: 2 },
  { controls: [0x04], item: 'C212', itemBytes: 2, before: 6 },
] as const

/**
 * Every place that may be the start of a frame counts, whatever comes of it. The checksum is a sum over the password
 * and goes with it.
 */
export function secretsIn(bytes: Uint8Array): readonly Span[] {
  const spans: Span[] = []
  for (let start = bytes.indexOf(START); start >= 0; start = bytes.indexOf(START, start + 1)) {
    if (bytes.length <= start + HEADER || !hasSecondStart(bytes, start)) continue
    const first = start + HEADER
    const length = bytes[start + 9] ?? 0
    const end = Math.min(bytes.length, first + length)
    // The length may be what was damaged: a place counts wherever there is a byte.
    const inside = placesIn(bytes[start + 8] ?? 0, length, bytes.subarray(first)).map(
      ([from, to]): Span => [first + from, to === REST ? end : Math.min(first + to, bytes.length)],
    )
    const spoken = inside.filter(([from, to]) => from < to)
    if (spoken.length > 0) spans.push(...spoken, [end, Math.min(end + 1, bytes.length)])
  }
  return spans
}

/** Or had one: its damage is the only one, as the checksum tells. */
function hasSecondStart(bytes: Uint8Array, start: number): boolean {
  const second = bytes[start + 7] ?? 0
  if (second === START) return true
  const end = start + HEADER + (bytes[start + 9] ?? 0)
  if (bytes[end + 1] !== END) return false
  const sum = bytes.subarray(start, end).reduce((all, byte) => all + byte, START - second)
  return (sum & 0xff) === bytes[end]
}

function placesIn(control: number, length: number, sent: Uint8Array): Places {
  if (control === TIME.control) return length > TIME.bytes ? [passwordAt(1)] : []
  // The 1997 edition reads again with a code that later became the one of the security module.
  if (control === 0x03 && length <= 2) return []
  const places = SECRETS.get(control) ?? []
  const about = PASSWORD_ITEMS.find(
    ({ controls, item, itemBytes }) =>
      (controls as readonly number[]).includes(control) &&
      writtenOf(sent.subarray(0, itemBytes).map(byte => byte - OFFSET)).startsWith(item),
  )
  return about ? [...places, [about.before, REST]] : places
}

/** Identifiers whose value is a password. */
export function isPassword(item: string): boolean {
  return PASSWORD_ITEMS.some(row => item.startsWith(row.item) && item.length === 2 * row.itemBytes)
}
