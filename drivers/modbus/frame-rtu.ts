/** Modbus RTU frames: unit, PDU, CRC-16 (Modbus over Serial Line V1.02, clause 2.5.1). */

import type { BrokenFrame, Deframed, Request } from '../../src/driver-api/driver.ts'
import { awaitedBy, beginsWith, isOfGateway, lengthOf } from './awaited.ts'
import type { Framing } from './framing.ts'
import { EXCEPTION_BIT, type Form, FUNCTIONS, UNFINISHED } from './functions.ts'
import { type Forms, type Look, NONE, scan } from './scan.ts'

/** Clause 2.5.1: one byte of address, 253 of PDU, two of CRC. */
const LONGEST_FRAME = 256
const EXCEPTION_LENGTH = 5
/** No meter's unit: a gateway that speaks for itself. */
const GATEWAY = 0xff
/** Clause 2.5.1.1: fixed at speeds above 19200 baud. */
const SHORTEST_QUIET_MS = 1.75
/** 3.5 characters of 11 bits take 16 ms at 2400 baud, the slowest a Modbus meter is delivered with; and some slack. */
const QUIET_BEHIND_A_SERVER_MS = 20

export const rtu: Framing = {
  protocol: 'modbus-rtu',
  concurrent: false,
  // Nothing but unit, function and byte count ties an answer to its question; the line keeps late ones out.
  answerNamesItem: false,
  mayMixUp: () => true,
  timing: {
    /** 3.5 characters; behind a serial server the speed is not ours to know. */
    quietMs: characterMs =>
      characterMs > 0 ? Math.max(SHORTEST_QUIET_MS, 3.5 * characterMs) : QUIET_BEHIND_A_SERVER_MS,
    /** Meters answer within 5 to 300 ms; the slowest known need 500. */
    replyWithinMs: 1000,
    /**
     * The standard's 1.5 characters cannot be seen through an operating system, and frames end by count and CRC, not
     * by time. Serial servers cut after 50 ms of idle and a lost TCP segment comes again after 200 ms at the earliest.
     */
    betweenBytesMs: 300,
    longestFrame: LONGEST_FRAME,
  },
  units: {
    from: 1,
    to: 247,
    remark: '0 is the broadcast no meter answers, 248 to 255 are reserved',
  },
  plain: bytes => bytes,
  codeAt: 1,
  trailer: 2,
  wrap(unit, pdu) {
    const bytes = new Uint8Array(1 + pdu.length + rtu.trailer)
    bytes[0] = unit
    bytes.set(pdu, rtu.codeAt)
    return sealed(bytes)
  },
  strayed: () => null,
  sequenceOf: () => null,
  deframe,
}

/**
 * Splits received bytes by function, byte count and CRC, never by time. The awaited answer is recognised by its unit,
 * function and exact length; other frames by any form their function may have, in both directions.
 */
function deframe(received: Uint8Array, awaited: Request | null, line?: 'open' | 'silent'): Deframed {
  const forms = awaited === null ? LISTENING : formsOf(awaited)
  const found = scan(received, forms)
  return line === 'silent' ? withoutDamagedRest(found, forms) : found
}

/**
 * An answer with a wrong CRC may also be the beginning of a longer request. Once the line is silent it is not, and is
 * told as what it is.
 */
function withoutDamagedRest(found: Deframed, forms: Forms): Deframed {
  const { noise, rest } = found
  const broken = forms.damage(rest, 0, rest.length, rest.length)
  if (broken.length === 0) return found
  const all = new Uint8Array(noise.length + rest.length)
  all.set(noise)
  all.set(rest, noise.length)
  return { ...found, broken: [...found.broken, ...broken], noise: all, rest: new Uint8Array(0) }
}

function formsOf(awaited: Request): Forms {
  const asked = awaited.bytes
  const [unit] = asked
  const { code, head, form } = awaitedBy(asked.subarray(rtu.codeAt, asked.length - rtu.trailer))
  const around = rtu.codeAt + rtu.trailer
  const answerAt: Look = (bytes, start, end) => {
    const first = bytes[start]
    if (first !== unit && first !== GATEWAY) return NONE
    if (end - start < 2) return UNFINISHED
    if (bytes[start + 1] === (code | EXCEPTION_BIT))
      return first === unit || end - start < 3 || isOfGateway(first, bytes[start + 2])
        ? goodAt(bytes, start, EXCEPTION_LENGTH, end)
        : NONE
    if (first !== unit || !beginsWith(bytes, head, start + 1, end)) return NONE
    const length = lengthOf(form, bytes, start + 1, end)
    return length === UNFINISHED ? UNFINISHED : goodAt(bytes, start, length + around, end)
  }
  const damage: Forms['damage'] = (bytes, from, to, end) =>
    damaged(bytes, from, to, end, (noise, start) => noise[start] === unit && noise[start + 1] === code)
  return { ...LISTENING, answerAt, damage }
}

const LISTENING: Forms = {
  answerAt: () => NONE,
  frameAt,
  headerBelieved: false,
  longestFrame: LONGEST_FRAME,
  damage: (bytes, from, to, end) => damaged(bytes, from, to, end, () => true),
}

/** Any frame: as a reply, then as a request. */
function frameAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 2) return UNFINISHED
  const lengths = lengthsAt(bytes, start, end)
  let unfinished = false
  for (const length of lengths) {
    const look = length === UNFINISHED ? UNFINISHED : goodAt(bytes, start, length, end)
    if (look > 0) return look
    if (look === UNFINISHED) unfinished = true
  }
  return unfinished ? UNFINISHED : NONE
}

const NO_LENGTHS: readonly number[] = []
const EXCEPTION_LENGTHS: readonly number[] = [EXCEPTION_LENGTH]

/** The lengths a frame that begins here may have, by its function; `UNFINISHED` where the count is still to come. */
function lengthsAt(bytes: Uint8Array, start: number, end: number): readonly number[] {
  const code = bytes[start + 1] ?? 0
  const known = FUNCTIONS.get(code & ~EXCEPTION_BIT)
  if (known === undefined) return NO_LENGTHS
  if (code & EXCEPTION_BIT) return EXCEPTION_LENGTHS
  return [formLength(known.reply, bytes, start, end), formLength(known.request, bytes, start, end)]
}

function formLength(form: Form, bytes: Uint8Array, start: number, end: number): number {
  const length = lengthOf(form, bytes, start + 1, end)
  return length === UNFINISHED ? UNFINISHED : length + rtu.codeAt + rtu.trailer
}

/** `length` when that many bytes are here and their CRC is right. */
function goodAt(bytes: Uint8Array, start: number, length: number, end: number): number {
  if (length > LONGEST_FRAME) return NONE
  if (start + length > end) return UNFINISHED
  return crc16(bytes, start, start + length) === 0 ? length : NONE
}

/** Whole frames with a wrong CRC, one after the other, among the starts that `counts`. */
function damaged(
  bytes: Uint8Array,
  from: number,
  to: number,
  end: number,
  counts: (bytes: Uint8Array, start: number) => boolean,
): BrokenFrame[] {
  const found: BrokenFrame[] = []
  for (let start = from; start < to; start++) {
    if (end - start < 2 || !counts(bytes, start)) continue
    const length = lengthsAt(bytes, start, end).find(
      each => each !== UNFINISHED && each <= LONGEST_FRAME && start + each <= end,
    )
    if (length === undefined) continue
    found.push({
      bytes: new Uint8Array(bytes.subarray(start, start + length)),
      code: 'FRAME_CHECKSUM',
      text: `${length} bytes of a frame of unit ${bytes[start]}, but their CRC does not fit`,
    })
    start += length - 1
  }
  return found
}

/** Fills the last two bytes with the CRC of those before, low byte first. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const crc = crc16(bytes, 0, bytes.length - 2)
  bytes[bytes.length - 2] = crc & 0xff
  bytes[bytes.length - 1] = crc >> 8
  return bytes
}

/** CRC-16, polynomial A001 reflected, from FFFF (clause 6.2.2); 0 over a whole frame whose CRC is right. */
export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffff
  for (let at = from; at < to; at++) crc = (crc >> 8) ^ (CRC_TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return crc
}

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  return crc
})
