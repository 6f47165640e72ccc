/** Bytes to frame and back (DL/T 645-2007 clause 5.2; DL/T 645-1997 has the same frame). */

import type { BrokenFrame, Deframed, Frame } from '../../../src/driver-api/driver.ts'
import { hexByte, joined, nameIn, writeWire } from './bytes.ts'
import { mayTellSums } from './secrets.ts'

const START = 0x68
const END = 0x16
/** Added to every data byte when sending, taken off when receiving (5.2.5). */
const OFFSET = 0x33
/** Start, six address bytes, start, control, length; checksum and end follow the data. */
export const HEADER = 10
const AROUND = HEADER + 2
/** The most data bytes of a read answer (5.2.4). Writes stop at 50, but a full period table needs 54. */
const MOST_DATA = 200

/** 68 A0…A5 68 C L, 200 data bytes, CS 16. */
export const LONGEST_FRAME = AROUND + MOST_DATA

/** Wakes receivers; four are recommended before a request (5.3.1). They are no part of the frame. */
export const PREAMBLE_BYTE = 0xfe
export const USUAL_PREAMBLE = 4

/** D7 of the control byte: sent by a meter (5.2.3). */
export const FROM_METER = 0x80
/** D6: the meter refuses. */
export const REFUSED = 0x40
/** D5: more data follow in further frames. */
export const MORE = 0x20

/** The frame for a request with its preamble. `address` is twelve hex digits, `data` without the offset. */
export function requestBytes(
  address: string,
  control: number,
  data: Uint8Array,
  preamble: number = USUAL_PREAMBLE,
): Uint8Array {
  const end = preamble + HEADER + data.length
  const bytes = new Uint8Array(end + 2)
  for (let index = 0; index < preamble; index += 1) bytes[index] = PREAMBLE_BYTE
  bytes[preamble] = START
  writeWire(bytes, preamble + 1, address)
  bytes[preamble + 7] = START
  bytes[preamble + 8] = control
  bytes[preamble + 9] = data.length
  for (let index = 0; index < data.length; index += 1)
    bytes[preamble + HEADER + index] = (data[index] ?? 0) + OFFSET
  bytes[end] = sumOf(bytes, preamble, end)
  bytes[end + 1] = END
  return bytes
}

/** Twelve digits as people write them: high byte first. */
export function addressOf(frame: Frame): string {
  return nameIn(frame.bytes, 1, 7)
}

export function controlOf(frame: Frame): number {
  return frame.bytes[8] ?? 0
}

/**
 * The data field from one of its bytes on, offset taken off, in bytes of its own: a slice of what a socket gave would
 * still be the frame.
 */
export function dataOf({ bytes }: Frame, from = 0): Uint8Array {
  const data = new Uint8Array(Math.max(0, bytes.length - AROUND - from))
  for (let index = 0; index < data.length; index += 1)
    data[index] = (bytes[HEADER + from + index] ?? 0) - OFFSET
  return data
}

/**
 * Splits received bytes into whole, checksum-good frames; of two that share bytes the one that starts first is the
 * frame and the other its data. While the line is open a start that is unfinished holds back what is behind it, so how
 * the bytes were cut into chunks changes nothing; once the line is silent it hides no good frame any more.
 * `rest` starts at the first 68H that may still become a frame and is shorter than the longest frame.
 */
export function deframe(received: Uint8Array, line: 'open' | 'silent' = 'open'): Deframed {
  return onlyFrame(received) ?? deframeAny(received, line)
}

/** Whether these first bytes of a frame, be it one, are those of a meter that answers this request. */
export function beginsAnswer(rest: Uint8Array, request: Uint8Array): boolean {
  const asked = request.subarray(request.indexOf(START))
  const isToAll = asked.subarray(1, 7).every(byte => byte === 0x99)
  const fits = (byte: number, index: number): boolean => {
    const should = asked[index] ?? 0
    if (index === 0 || index === 7) return byte === START
    if (index < 7) return byte === should || should === 0xaa || isToAll
    // An answer is the code asked with D7; D6 and D5 are the meter's to say.
    return index === 8 ? (byte & ~(REFUSED | MORE)) === (should | FROM_METER) : byte <= MOST_DATA
  }
  return rest.length > 0 && rest.subarray(0, HEADER).every(fits)
}

/** Nearly always one good frame has come, behind nothing or what wakes receivers: no search is needed. */
function onlyFrame(received: Uint8Array): Deframed | null {
  let start = 0
  while (received[start] === PREAMBLE_BYTE) start += 1
  const end = received.length
  const noise = WAKES[start]
  if (noise === undefined || endOf(received, start) !== end || !isGood(received, start, end)) return null
  return { frames: [{ bytes: received.slice(start) }], noise, broken: [], rest: NOTHING }
}

/** Usual preambles, by their length. */
const WAKES = Array.from({ length: 9 }, (_, length) => new Uint8Array(length).fill(PREAMBLE_BYTE))
const NOTHING = new Uint8Array(0)

function deframeAny(received: Uint8Array, line: 'open' | 'silent'): Deframed {
  const sums = runningSums(received)
  const frames: Frame[] = []
  const noise: Uint8Array[] = []
  const broken: BrokenFrame[] = []
  let from = 0
  for (;;) {
    const { start, end } = nextIn(received, sums, from, line)
    noise.push(received.subarray(from, start))
    broken.push(...brokenIn(received, sums, from, start, end === null ? received.length : start))
    if (end === null) return { frames, noise: joined(noise), broken, rest: received.slice(start) }
    frames.push({ bytes: received.slice(start, end) })
    from = end
  }
}

/** The next good frame; without an end what has begun and may yet be finished. */
function nextIn(
  received: Uint8Array,
  sums: Uint8Array,
  from: number,
  line: 'open' | 'silent',
): { readonly start: number; readonly end: number | null } {
  let begun: number | null = null
  for (let start = from; start < received.length; start += 1) {
    const end = endOf(received, start)
    if (end === null) continue
    if (end > received.length) {
      if (line === 'open') return { start, end: null }
      begun ??= start
    } else if (received[end - 1] === END && checksumFits(received, sums, start, end)) return { start, end }
  }
  return { start: begun ?? received.length, end: null }
}

/** Of a frame whose length is not here yet. */
const NOT_HERE = Number.POSITIVE_INFINITY

/** Where the frame that starts here ends by its own length; null when no frame can start here. */
function endOf(received: Uint8Array, start: number): number | null {
  if (received[start] !== START || (received[start + 7] ?? START) !== START) return null
  const length = received[start + 9] ?? NOT_HERE
  return length === NOT_HERE || length <= MOST_DATA ? start + AROUND + length : null
}

function brokenIn(
  received: Uint8Array,
  sums: Uint8Array,
  from: number,
  to: number,
  known: number,
): BrokenFrame[] {
  const broken: BrokenFrame[] = []
  for (let start = from; start < to; start += 1) {
    const damage = damageAt(received, sums, start, known)
    if (!damage) continue
    broken.push(damage)
    start += damage.bytes.length - 1
  }
  return broken
}

/** What is wrong with the frame that seems to start here, judged by the bytes before `known`. */
function damageAt(received: Uint8Array, sums: Uint8Array, start: number, known: number): BrokenFrame | null {
  if (received[start] !== START || start + HEADER > known) return null
  const length = received[start + 9] ?? 0
  const end = start + AROUND + length
  const say = (code: BrokenFrame['code'], text: string): BrokenFrame => ({
    bytes: received.slice(start, Math.min(end, known)),
    code,
    text,
  })
  if (received[start + 7] !== START) return secondStartDamaged(received, sums, start, end, known, say)
  if (length > MOST_DATA) return say('FRAME_LENGTH', `length ${length} is more than the ${MOST_DATA} allowed`)
  if (end > known)
    return say('FRAME_TRUNCATED', `${known - start} of ${end - start} bytes came before another frame began`)
  const last = received[end - 1] ?? 0
  if (last !== END && !mayTellSums(received.subarray(start, end)))
    return say('FRAME_END', `length ${length} puts the end byte 16 where another stands`)
  if (last !== END)
    return say('FRAME_END', `${hexByte(last)} stands where length ${length} puts the end byte 16`)
  return say('FRAME_CHECKSUM', checksumText(received, sums, start, end))
}

/** Only worth a word when all the rest of the frame fits; any other 68H is just a byte. */
function secondStartDamaged(
  received: Uint8Array,
  sums: Uint8Array,
  start: number,
  end: number,
  known: number,
  say: (code: BrokenFrame['code'], text: string) => BrokenFrame,
): BrokenFrame | null {
  const second = received[start + 7] ?? 0
  const restFits =
    end <= known &&
    received[end - 1] === END &&
    received[end - 2] === ((sumBetween(sums, start, end - 2) - second + START) & 0xff)
  return restFits
    ? say('FRAME_START', `the second start byte is ${hexByte(second)}, should be 68; all else fits`)
    : null
}

function checksumText(received: Uint8Array, sums: Uint8Array, start: number, end: number): string {
  // The sums are sums over the password too.
  if (!mayTellSums(received.subarray(start, end))) return 'the checksum does not fit'
  const is = received[end - 2] ?? 0
  const should = sumBetween(sums, start, end - 2)
  const sevenBits = ((is ^ should) & 0x7f) === 0 && received.subarray(start, end).every(byte => byte < 0x80)
  const hint = sevenBits ? '; no byte has its top bit: is the line set to 7 data bits?' : ''
  return `checksum is ${hexByte(is)}, should be ${hexByte(should)}${hint}`
}

function isGood(received: Uint8Array, start: number, end: number): boolean {
  return received[end - 1] === END && received[end - 2] === sumOf(received, start, end - 2)
}

function checksumFits(received: Uint8Array, sums: Uint8Array, start: number, end: number): boolean {
  return received[end - 2] === sumBetween(sums, start, end - 2)
}

/** Sums mod 256 of everything before each place, so that any frame's checksum costs one subtraction. */
function runningSums(bytes: Uint8Array): Uint8Array {
  const sums = new Uint8Array(bytes.length + 1)
  for (let index = 0; index < bytes.length; index += 1)
    sums[index + 1] = (sums[index] ?? 0) + (bytes[index] ?? 0)
  return sums
}

function sumBetween(sums: Uint8Array, from: number, to: number): number {
  return ((sums[to] ?? 0) - (sums[from] ?? 0)) & 0xff
}

function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let index = from; index < to; index += 1) sum += bytes[index] ?? 0
  return sum & 0xff
}
