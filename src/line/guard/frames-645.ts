/** DL/T 645 frames in bytes that are about to leave (2007 clauses 5.2 and 7, 1997 likewise). */

import type { Told } from './told.ts'

const START = 0x68
const END = 0x16
const OFFSET = 0x33
const WAKES = 0xfe
/** More wake nobody, and hide where a frame begins. */
const MOST_WAKES = 8
const SECOND_START = 7
const CONTROL = 8
const LENGTH = 9
const HEADER = 10
const AROUND = HEADER + 2
/** Any other byte is an answer, or bits nobody has given a meaning. */
const FUNCTION_BITS = 0x1f

/**
 * What only asks: 01 and 02 of 1997, 11, 12 and 13 of 2007. All others are told: 03 (security), 04, 08, 0A, 0C, 0F, 10,
 * 14 to 1D, and what makers have made of the rest.
 */
const READS: ReadonlySet<number> = new Set([0x01, 0x02, 0x11, 0x12, 0x13])

export function isRead645(bytes: Uint8Array): boolean {
  let from = 0
  while (bytes[from] === WAKES && from < MOST_WAKES) from += 1
  return endOf(bytes, from) === bytes.length && READS.has(bytes[from + CONTROL] ?? 0)
}

/** Frames of a master that are whole and good, wherever they begin, and are no reads. */
export function toldIn645(bytes: Uint8Array): readonly Told[] {
  const found: Told[] = []
  for (let from = bytes.indexOf(START); from >= 0; from = bytes.indexOf(START, from + 1)) {
    const to = endOf(bytes, from)
    const control = bytes[from + CONTROL] ?? 0
    if (to === null || (control & ~FUNCTION_BITS) !== 0 || READS.has(control)) continue
    const address = digitsOf(bytes.subarray(from + 1, from + SECOND_START))
    const data = bytes.slice(from + HEADER, to - 2).map(byte => byte - OFFSET)
    found.push({ family: 'dlt645', address, code: control, data, from, to })
  }
  return found
}

/** Where the good frame that begins here ends; null where none does. */
function endOf(bytes: Uint8Array, from: number): number | null {
  const to = from + AROUND + (bytes[from + LENGTH] ?? bytes.length)
  if (to > bytes.length || bytes[from] !== START || bytes[from + SECOND_START] !== START) return null
  let sum = 0
  for (let at = from; at < to - 2; at += 1) sum += bytes[at] ?? 0
  return bytes[to - 2] === (sum & 0xff) && bytes[to - 1] === END ? to : null
}

/** High byte first, as people write what is sent low byte first. */
export function digitsOf(wire: Uint8Array): string {
  return [...wire]
    .reverse()
    .map(byte => byte.toString(16).padStart(2, '0').toUpperCase())
    .join('')
}
