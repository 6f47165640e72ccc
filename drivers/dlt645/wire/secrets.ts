/** Where passwords and keys stand in what a line carries: whole frames, and such as were damaged or cut on the way. */

import type { Span } from '../../../src/driver-api/driver.ts'
import { writtenOf } from './bytes.ts'

const START = 0x68
const END = 0x16
const HEADER = 10
const ADDRESS = 6
const PREAMBLE = 0xfe
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
 * In frames whose checksum fits, what their control code says. Of all else no byte says what it was sent as: a code may
 * have been that of a command, a lost byte moves those behind it; so nothing behind a header is shown there. The
 * checksum is a sum over the password and goes with it.
 */
export function secretsIn(bytes: Uint8Array): readonly Span[] {
  const spans: Span[] = []
  let known = 0
  let doubtful: number | null = null
  for (let start = bytes.indexOf(START); start >= 0; start = bytes.indexOf(START, start + 1)) {
    const end = wholeFrameAt(bytes, start)
    if (end !== null) {
      if (doubtful !== null) spans.push(...behindHeader(bytes, known, doubtful, start))
      spans.push(...secretsOfWhole(bytes, start, end))
      doubtful = null
      known = Math.max(known, end)
    } else if (start >= known) doubtful ??= start
  }
  return doubtful === null ? spans : [...spans, ...behindHeader(bytes, known, doubtful, bytes.length)]
}

/** The end of the frame that starts here, when its checksum fits; the second start may be its only damage. */
function wholeFrameAt(bytes: Uint8Array, start: number): number | null {
  const last = start + HEADER + (bytes[start + 9] ?? 0)
  if (last + 1 >= bytes.length || bytes[last + 1] !== END) return null
  const sum = bytes.subarray(start, last).reduce((all, byte) => all + byte, START - (bytes[start + 7] ?? 0))
  return (sum & 0xff) === bytes[last] ? last + 2 : null
}

function secretsOfWhole(bytes: Uint8Array, start: number, end: number): Span[] {
  const first = start + HEADER
  const length = end - 2 - first
  const inside = placesIn(bytes[start + 8] ?? 0, length, bytes.subarray(first, end - 2)).map(
    ([from, to]): Span => [first + from, Math.min(first + to, end - 2)],
  )
  const spoken = inside.filter(([from, to]) => from < to)
  return spoken.length > 0 ? [...spoken, [end - 2, end - 1]] : []
}

/**
 * Bytes from a start byte up to `to` of which no checksum tells. A second start in its place makes a header, unless an
 * address already stands before it: then it may be the second one itself, and only control and length follow it.
 */
function behindHeader(bytes: Uint8Array, from: number, start: number, to: number): Span[] {
  const before = bytes.subarray(from, start).filter(byte => byte !== PREAMBLE).length
  const isFirst = before < ADDRESS && start + 7 < to && bytes[start + 7] === START
  const hidden = start + (isFirst ? HEADER : 3)
  return hidden < to ? [[hidden, to]] : []
}

/** Whether the sums of a damaged frame may be told: it carries no password, nor did it before its control code was hit. */
export function mayTellSums(frame: Uint8Array): boolean {
  const control = frame[8] ?? 0
  const length = frame[9] ?? 0
  const lacks = frame.subarray(0, -2).reduce((sum, byte) => sum - byte, frame.at(-2) ?? 0)
  return ![control, (control + lacks) & 0xff].some(
    sent => placesIn(sent, length, frame.subarray(HEADER)).length > 0,
  )
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
