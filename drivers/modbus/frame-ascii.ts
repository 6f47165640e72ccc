/** Modbus ASCII frames: ":", unit, PDU and LRC as hex digits, CR LF (Modbus over Serial Line V1.02, clause 2.5.2). */

import type { BrokenFrame, Deframed, Request } from '../../src/driver-api/driver.ts'
import { awaitedBy, beginsWith, isOfGateway, lengthOf } from './awaited.ts'
import { rtu } from './frame-rtu.ts'
import type { Framing } from './framing.ts'
import { EXCEPTION_BIT, UNFINISHED } from './functions.ts'
import { type Forms, type Look, NONE, scan } from './scan.ts'

const START = 0x3a
const CR = 0x0d
const LF = 0x0a
/** The start, two digits each for unit, 253 bytes of PDU and LRC, and the end. */
const LONGEST_FRAME = 1 + 2 * (1 + 253 + 1) + 2
/** Unit, function and LRC. */
const LEAST_BYTES = 3
/** Of these an answer to be heard out must be here: unit and function. */
const HEAD_BYTES = 2
/** No meter's unit: a gateway that speaks for itself. */
const GATEWAY = 0xff
/** Unit, function, exception and LRC. */
const EXCEPTION_BYTES = 4
const NO_BYTES = new Uint8Array(0)

export const ascii: Framing = {
  protocol: 'modbus-ascii',
  concurrent: false,
  // As on RTU: unit, function and byte count are all.
  answerNamesItem: false,
  timing: {
    /** ASCII asks for no silence; a second, different answer must have time to show itself, as on RTU. */
    quietMs: rtu.timing.quietMs,
    replyWithinMs: rtu.timing.replyWithinMs,
    /** Clause 2.5.2.1: up to one second may pass between two characters. */
    betweenBytesMs: 1000,
    longestFrame: LONGEST_FRAME,
  },
  units: rtu.units,
  mayMixUp: rtu.mayMixUp,
  plain: bytes => plainAt(bytes, 0, bytes.length),
  codeAt: 1,
  trailer: 1,
  wrap(unit, pdu) {
    const bytes = new Uint8Array(1 + pdu.length + ascii.trailer)
    bytes[0] = unit
    bytes.set(pdu, ascii.codeAt)
    bytes[bytes.length - 1] = -sumOf(bytes)
    return written(bytes)
  },
  strayed: () => null,
  sequenceOf: () => null,
  deframe,
}

/**
 * Splits received bytes at ":" and CR LF. Neither is a digit, so no frame begins inside another, and whatever comes
 * before a ":" cannot hide what begins there.
 */
function deframe(received: Uint8Array, awaited: Request | null): Deframed {
  if (awaited === null) return scan(received, LISTENING)
  const asked = ascii.plain(awaited.bytes)
  const [unit] = asked
  const { code, head, form } = awaitedBy(asked.subarray(ascii.codeAt, asked.length - ascii.trailer))
  const isAnswer = (bytes: Uint8Array): boolean => {
    if (bytes[1] === (code | EXCEPTION_BIT))
      return bytes.length === EXCEPTION_BYTES && (bytes[0] === unit || isOfGateway(bytes[0], bytes[2]))
    const end = bytes.length - ascii.trailer
    return bytes[0] === unit && beginsWith(bytes, head, 1, end) && lengthOf(form, bytes, 1, end) === end - 1
  }
  const answerAt: Look = (bytes, start, end) => {
    const length = frameAt(bytes, start, end)
    if (length > 0) return isAnswer(plainAt(bytes, start, start + length)) ? length : NONE
    if (length === NONE) return NONE
    const here = plainAt(bytes, start, end)
    if (here.length < HEAD_BYTES) return UNFINISHED
    if (here[1] === (code | EXCEPTION_BIT)) return here[0] === unit || here[0] === GATEWAY ? UNFINISHED : NONE
    return here[0] === unit && beginsWith(here, head, 1) ? UNFINISHED : NONE
  }
  const damage: Forms['damage'] = (bytes, from, to, end) =>
    damaged(bytes, from, to, end, meant => meant[0] === unit && meant[1] === code)
  return scan(received, { ...LISTENING, answerAt, damage })
}

const LISTENING: Forms = {
  answerAt: () => NONE,
  frameAt,
  headerBelieved: false,
  longestFrame: LONGEST_FRAME,
  damage: (bytes, from, to, end) => damaged(bytes, from, to, end, () => true),
}

function frameAt(bytes: Uint8Array, start: number, end: number): number {
  const length = lengthAt(bytes, start, end)
  if (length <= 0) return length
  const meant = plainAt(bytes, start, start + length)
  return meant.length >= LEAST_BYTES && (sumOf(meant) & 0xff) === 0 ? length : NONE
}

/** From ":" to CR LF with nothing but whole bytes in digits between, whatever their LRC. */
function lengthAt(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== START) return NONE
  let at = start + 1
  while (at < end && digitOf(bytes[at]) !== null) at++
  if (at - start > LONGEST_FRAME - 2) return NONE
  if (at === end) return UNFINISHED
  if (bytes[at] !== CR || (at - start) % 2 === 0) return NONE
  if (at + 1 === end) return UNFINISHED
  return bytes[at + 1] === LF ? at + 2 - start : NONE
}

/** Whole frames with a wrong LRC among those that `counts`. */
function damaged(
  bytes: Uint8Array,
  from: number,
  to: number,
  end: number,
  counts: (meant: Uint8Array) => boolean,
): BrokenFrame[] {
  const found: BrokenFrame[] = []
  for (let start = from; start < to; start++) {
    const length = lengthAt(bytes, start, end)
    if (length <= 0) continue
    const meant = plainAt(bytes, start, start + length)
    if (!counts(meant)) continue
    found.push({
      bytes: new Uint8Array(bytes.subarray(start, start + length)),
      code: 'FRAME_CHECKSUM',
      text: `${length} characters of a frame of unit ${meant[0] ?? '?'}, but their LRC does not fit`,
    })
    start += length - 1
  }
  return found
}

/** The bytes whose digits stand behind the ":" at `start`, as far as whole ones do. */
function plainAt(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (bytes[start] !== START) return NO_BYTES
  const meant = new Uint8Array((end - start) >> 1)
  let count = 0
  for (let at = start + 1; at + 1 < end; at += 2) {
    const high = digitOf(bytes[at])
    const low = digitOf(bytes[at + 1])
    if (high === null || low === null) break
    meant[count++] = (high << 4) | low
  }
  return meant.subarray(0, count)
}

function written(bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(1 + 2 * bytes.length + 2)
  text[0] = START
  for (const [place, byte] of bytes.entries()) {
    text[1 + 2 * place] = letterOf(byte >> 4)
    text[2 + 2 * place] = letterOf(byte & 0x0f)
  }
  text[text.length - 2] = CR
  text[text.length - 1] = LF
  return text
}

/** Capitals are the standard's; small letters are read too, since nothing else can be meant by them. */
function digitOf(letter: number | undefined): number | null {
  if (letter === undefined) return null
  if (letter >= 0x30 && letter <= 0x39) return letter - 0x30
  const capital = letter & ~0x20
  return capital >= 0x41 && capital <= 0x46 ? capital - 0x41 + 10 : null
}

function letterOf(digit: number): number {
  return digit < 10 ? 0x30 + digit : 0x41 + digit - 10
}

/** LRC (clause 6.2.1): the bytes and the negative of their sum add up to nothing, carries left out. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) sum += byte
  return sum
}
