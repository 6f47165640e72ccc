/** Modbus TCP frames: the MBAP header and the PDU (Modbus Messaging on TCP/IP V1.0b, clause 3.1.3). */

import type { BrokenFrame, Deframed, Request } from '../../src/driver-api/driver.ts'
import { awaitedBy, beginsWith, isOfGateway, lengthOf } from './awaited.ts'
import { rtu } from './frame-rtu.ts'
import { type Framing, wordAt } from './framing.ts'
import { EXCEPTION_BIT, UNFINISHED } from './functions.ts'
import { type Forms, type Look, NONE, scan } from './scan.ts'

/** Header of seven bytes and a PDU of at most 253. */
const LONGEST_FRAME = 260
/** Bytes before those the length field counts: transaction, protocol, length. */
const HEAD = 6
const NOTHING = new Uint8Array(0)
/** Beyond are reserved ones, and 255, which like 0 is the device itself. */
const LAST_SERIAL_UNIT = 247
/** The length field counts the unit identifier and a PDU of 1 to 253 bytes. */
const SHORTEST_LENGTH = 2
const LONGEST_LENGTH = 254
/** Unit, function with its exception bit, exception code. */
const EXCEPTION_LENGTH = 3

export const tcp: Framing = {
  protocol: 'modbus-tcp',
  concurrent: true,
  // By its transaction number.
  answerNamesItem: true,
  // A gateway gives the late answer of its serial side the number of the question it has just sent.
  mayMixUp: unit => unit > 0 && unit <= LAST_SERIAL_UNIT,
  timing: {
    // No bus of ours; a gateway keeps the quiet of its own.
    quietMs: () => 0,
    /** A gateway first asks its serial side, which takes as long as a meter on a line. */
    replyWithinMs: 1000,
    /** A lost segment comes again after 200 ms at the earliest. */
    betweenBytesMs: 300,
    longestFrame: LONGEST_FRAME,
  },
  units: {
    from: 0,
    to: 255,
    remark: '1 to 247 are meters behind a gateway, 0 and 255 the device itself',
  },
  plain: bytes => bytes,
  codeAt: 7,
  trailer: 0,
  wrap(unit, pdu, sequence) {
    const bytes = new Uint8Array(tcp.codeAt + pdu.length)
    const transaction = sequence() & 0xffff
    bytes[0] = transaction >> 8
    bytes[1] = transaction & 0xff
    bytes[5] = 1 + pdu.length
    bytes[HEAD] = unit
    bytes.set(pdu, tcp.codeAt)
    return bytes
  },
  strayed: (asked, bytes) =>
    bytes[0] === asked[0] && bytes[1] === asked[1]
      ? null
      : {
          rule: 'V-F5',
          text: `transaction ${wordAt(bytes, 0)} answered, ${wordAt(asked, 0)} was asked`,
        },
  sequenceOf: bytes => wordAt(bytes, 0),
  deframe,
}

/**
 * Splits by the header's length field: TCP delivers every byte, so a sane header is believed. A header that is not
 * sane (another protocol, an impossible length) is noise, and the next sane one is looked for.
 */
function deframe(received: Uint8Array, awaited: Request | null): Deframed {
  // As nearly everything comes: one frame, nothing else.
  if (awaited === null && frameAt(received, 0, received.length) === received.length)
    return { frames: [{ bytes: new Uint8Array(received) }], noise: NOTHING, broken: [], rest: NOTHING }
  if (awaited === null) return scan(received, LISTENING)
  const asked = awaited.bytes
  const { code, head, form } = awaitedBy(asked.subarray(tcp.codeAt))
  const answerAt: Look = (bytes, start, end) => {
    if (bytes[start] !== asked[0]) return NONE
    if (start + 1 < end && bytes[start + 1] !== asked[1]) return NONE
    const length = frameAt(bytes, start, end)
    if (length <= 0) return length
    const pduAt = start + tcp.codeAt
    const unit = bytes[start + HEAD]
    const isException = length === HEAD + EXCEPTION_LENGTH && bytes[pduAt] === (code | EXCEPTION_BIT)
    if (unit !== asked[HEAD]) return isException && isOfGateway(unit, bytes[pduAt + 1]) ? length : NONE
    if (isException) return length
    const pduEnd = start + length
    return beginsWith(bytes, head, pduAt, pduEnd) && lengthOf(form, bytes, pduAt, pduEnd) === pduEnd - pduAt
      ? length
      : NONE
  }
  return scan(received, { ...LISTENING, answerAt })
}

const LISTENING: Forms = {
  answerAt: () => NONE,
  frameAt,
  headerBelieved: true,
  longestFrame: LONGEST_FRAME,
  damage,
}

function frameAt(bytes: Uint8Array, start: number, end: number): number {
  const here = end - start
  if (here > 2 && bytes[start + 2] !== 0) return NONE
  if (here > 3 && bytes[start + 3] !== 0) return NONE
  if (here > 4 && bytes[start + 4] !== 0) return NONE
  if (here < HEAD) return UNFINISHED
  const counted = bytes[start + 5] ?? 0
  if (counted < SHORTEST_LENGTH || counted > LONGEST_LENGTH) return NONE
  return start + HEAD + counted > end ? UNFINISHED : HEAD + counted
}

/** Says once what a run of noise is likely to be; its peer is no Modbus TCP server, or the stream is out of step. */
function damage(bytes: Uint8Array, from: number, to: number, end: number): BrokenFrame[] {
  const run = bytes.subarray(from, end)
  return [{ bytes: new Uint8Array(bytes.subarray(from, to)), ...reason(run) }]
}

function reason(run: Uint8Array): Pick<BrokenFrame, 'code' | 'text'> {
  if (rtu.deframe(run, null).frames.length > 0)
    return {
      code: 'FRAME_START',
      text: 'an RTU frame without MBAP header: RTU over TCP? Then write tcp://host:port and modbus-rtu',
    }
  if (run.length < HEAD) return { code: 'FRAME_START', text: `${run.length} bytes that begin no MBAP header` }
  const protocol = wordAt(run, 2)
  return protocol !== 0
    ? { code: 'FRAME_START', text: `protocol identifier ${protocol} instead of 0: not a Modbus TCP server` }
    : {
        code: 'FRAME_LENGTH',
        text: `the MBAP length is ${wordAt(run, 4)}, legal are ${SHORTEST_LENGTH} to ${LONGEST_LENGTH}`,
      }
}
