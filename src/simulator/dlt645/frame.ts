/**
 * DL/T 645 frames and values as a slave makes them (DL/T 645-2007 clause 5; 1997 the same), written apart from the
 * drivers on purpose: two codecs that disagree show a mistake that one codec would share with itself.
 */

export interface Frame645 {
  /** As on the wire, low byte first. */
  readonly address: Uint8Array
  readonly control: number
  /** With the 33H taken off. */
  readonly data: Uint8Array
}

export const START = 0x68
const END = 0x16
const OFFSET = 0x33
const HEADER = 10
const AFTER_DATA = 2
/** Clause 5.2.4. */
export const LONGEST_DATA = 200

/** One whole frame from its first 68H; null when it is anything else, or its checksum is wrong. */
export function readFrame(bytes: Uint8Array): Frame645 | null {
  const length = bytes[9] ?? 0
  if (bytes[0] !== START || bytes[7] !== START || length > LONGEST_DATA) return null
  const end = HEADER + length
  if (bytes.length !== end + AFTER_DATA || bytes[end + 1] !== END) return null
  if (checksum(bytes.subarray(0, end)) !== bytes[end]) return null
  return {
    address: bytes.slice(1, 7),
    control: bytes[8] ?? 0,
    data: bytes.subarray(HEADER, end).map(byte => byte - OFFSET),
  }
}

export function writeFrame({ address, control, data }: Frame645, preamble = 0): Uint8Array {
  const bytes = new Uint8Array(preamble + HEADER + data.length + AFTER_DATA).fill(0xfe, 0, preamble)
  const frame = bytes.subarray(preamble)
  frame.set([START, ...address, START, control, data.length, ...data.map(byte => byte + OFFSET)])
  const end = HEADER + data.length
  frame[end] = checksum(frame.subarray(0, end))
  frame[end + 1] = END
  return bytes
}

/** What a slave answers: the data of a normal reply, `more` to follow, or an error word of one byte or two. */
export type Reply645 =
  | { readonly data: readonly number[]; readonly more?: boolean }
  | { readonly refused: number | readonly [low: number, high: number] }

/** The reply to a request's control code: D7 set, and D6 if refused or D5 if more follows (5.2.3). */
export function writeReply(
  address: Uint8Array,
  control: number,
  reply: Reply645,
  preamble: number,
): Uint8Array {
  const refused = 'refused' in reply
  const flags = refused ? 0xc0 : reply.more ? 0xa0 : 0x80
  const data = Uint8Array.from(refused ? [reply.refused].flat() : reply.data)
  return writeFrame({ address, control: control | flags, data }, preamble)
}

/** How many bytes from `at` are a good frame; 0 none, -1 perhaps one when more have come. */
export function frameAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== START) return 0
  const second = bytes[at + 7]
  if (second === undefined) return -1
  const length = bytes[at + 9]
  if (second !== START || (length ?? 0) > LONGEST_DATA) return 0
  if (length === undefined) return -1
  const whole = HEADER + length + AFTER_DATA
  if (bytes.length - at < whole) return -1
  return readFrame(bytes.subarray(at, at + whole)) === null ? 0 : whole
}

/** What kind of call an address is for a meter of these digits. */
export type CalledAs = 'own' | 'wildcard' | 'shortened' | 'broadcast' | 'other'

/** Clause 5.2.2: 99…99 calls all; AAH stands for the digits left out at the high end. */
export function calledAs(asked: Uint8Array, own: Uint8Array): CalledAs {
  const given = asked.indexOf(0xaa)
  const real = given < 0 ? asked.length : given
  if (asked.every(byte => byte === 0x99)) return 'broadcast'
  if (!asked.subarray(real).every(byte => byte === 0xaa)) return 'other'
  if (!asked.subarray(0, real).every((byte, index) => byte === own[index])) return 'other'
  return real === asked.length ? 'own' : real === 0 ? 'wildcard' : 'shortened'
}

/** Twelve digits as on the wire. */
export function wireAddress(digits: string): Uint8Array {
  return Uint8Array.from(bcd(Number(digits), 6))
}

/** Decimal digits, two to a byte, low byte first; digits beyond the bytes fall away as a register rolls over. */
export function bcd(value: number, bytes: number): number[] {
  let left = Math.abs(value)
  return Array.from({ length: bytes }, () => {
    const two = left % 100
    left = (left - two) / 100
    return Math.floor(two / 10) * 16 + (two % 10)
  })
}

/** Whether every nibble is a decimal digit. */
export function isBcd(bytes: readonly number[]): boolean {
  return bytes.every(byte => byte >> 4 <= 9 && (byte & 15) <= 9)
}

/** The top bit of the highest byte is the sign (Annex A, notes). */
export function signedBcd(value: number, bytes: number): number[] {
  const digits = bcd(value, bytes)
  const top = bytes - 1
  return digits.map((byte, index) => (index === top ? (byte & 0x7f) | (value < 0 ? 0x80 : 0) : byte))
}

/** The number in BCD bytes, low byte first; null when a nibble is no digit. */
export function fromBcd(bytes: Uint8Array): number | null {
  let value = 0
  for (const byte of bytes.toReversed()) {
    if (byte >> 4 > 9 || (byte & 15) > 9) return null
    value = value * 100 + (byte >> 4) * 10 + (byte & 15)
  }
  return value
}

/** Text is sent last character first, NULs filling the end of the text (A.5 note 3). */
export function ascii(text: string, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, index) => text.charCodeAt(bytes - 1 - index) || 0)
}

function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0)
}
