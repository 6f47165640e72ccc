/** A strict Modbus RTU slave and its frames (Modbus over Serial Line V1.02), written apart from the drivers. */

import type { SimulatedQuirks } from '../../core/simulated.ts'
import { lateOrders } from '../faults.ts'
import type { Meter } from '../meter.ts'
import type { Dialect, Slave } from '../slave.ts'
import { createAnswer, refusal } from './answer.ts'
import type { ModbusModel } from './model.ts'

const CRC_BYTES = 2
/** Unit, function, address, count or value, CRC. */
const FIXED_REQUEST = 8
const SHORTEST = 4
const LONGEST = 256
const BROADCAST = 0
const HIGHEST_UNIT = 247
const NOBODY = 0xff

export function createMeterRtu(meter: Meter, model: ModbusModel, quirks: SimulatedQuirks = {}): Slave {
  const unit = Number(meter.address)
  const answer = createAnswer(meter, model, quirks)
  return {
    meter,
    ...lateOrders(quirks),
    hears: frame => frame[0] === unit,
    answer(bytes, now) {
      if (bytes.length < SHORTEST || !crcHolds(bytes) || bytes[0] !== unit) return null
      const [, code = 0] = bytes
      // A fixed request with bytes to spare is another master's, or noise.
      if (code & 0x80 || (lengthOf(bytes, 0) ?? bytes.length) !== bytes.length) return null
      const reply = answer(bytes.subarray(1, -CRC_BYTES), now)
      return reply === null ? null : withCrc([unit, ...reply])
    },
  }
}

export const rtuDialect: Dialect = {
  requestAt: rtuRequestAt,
  onlyAsks: request => onlyAsks(request[1] ?? 0),
  readdressed(reply) {
    const [unit = 1, ...rest] = reply.subarray(0, -CRC_BYTES)
    return withCrc([(unit % HIGHEST_UNIT) + 1, ...rest])
  },
  otherItem(request) {
    // A reply names no register, only its length: a block as long as the one asked could not be told apart.
    const [unit = 0, code = 0] = request
    if (!isRead(code) || request.length !== FIXED_REQUEST) return null
    const count = word(request, 4) === 2 ? 4 : 2
    return withCrc([unit, code, ...request.subarray(2, 4), count >> 8, count & 0xff])
  },
  resized(reply, registers) {
    const resized = resizedPdu(reply.subarray(1, -CRC_BYTES), registers)
    return resized === null ? null : withCrc([reply[0] ?? 0, ...resized])
  },
  refused: (request, exception) => withCrc([request[0] ?? 0, ...refusal(request[1] ?? 0, exception)]),
  unaddressed: (request, exception) => withCrc([NOBODY, ...refusal(request[1] ?? 0, exception)]),
  fragile: reply => [0, reply.length],
}

/** A reply to a read, some registers longer or shorter than it was, its own count included; null for others. */
export function resizedPdu(pdu: Uint8Array, registers: number): Uint8Array | null {
  const [code = 0, count = 0] = pdu
  const bytes = count + 2 * registers
  if (!isRead(code) || bytes < 2 || bytes > 250) return null
  const data = Array.from({ length: bytes }, (_, at) => pdu[2 + at] ?? 0)
  return Uint8Array.from([code, bytes, ...data])
}

const ASKS: ReadonlySet<number> = new Set([1, 2, 3, 4, 0x2b])

/** Whether a function leaves the meter as it is. */
export function onlyAsks(code: number): boolean {
  return ASKS.has(code)
}

function isRead(code: number): boolean {
  return code === 3 || code === 4
}

/** By length for the functions that tell it; a function unknown here ends where the packet ends. */
function rtuRequestAt(bytes: Uint8Array, at: number): number {
  const unit = bytes[at] ?? BROADCAST
  const code = bytes[at + 1]
  if (unit > HIGHEST_UNIT) return 0
  if (code === undefined) return -1
  if (code === 0 || code > 0x7f) return 0
  const left = bytes.length - at
  const length = lengthOf(bytes, at)
  if (length === null) {
    if (left < SHORTEST) return -1
    if (left > LONGEST) return 0
    return crcHolds(bytes.subarray(at)) ? left : -1
  }
  if (length > LONGEST) return 0
  if (left < length) return -1
  return crcHolds(bytes.subarray(at, at + length)) ? length : 0
}

/** Of a whole request that begins at `at`; null for functions that do not tell, endless while the count has not come. */
function lengthOf(bytes: Uint8Array, at: number): number | null {
  const code = bytes[at + 1] ?? 0
  const counted: Readonly<Record<number, number>> = { 15: 6, 16: 6, 23: 10 }
  const countAt = counted[code]
  if (countAt !== undefined) {
    const count = bytes[at + countAt]
    return count === undefined ? LONGEST : countAt + 1 + count + CRC_BYTES
  }
  if (code === 0x2b) return 7
  return code <= 6 ? FIXED_REQUEST : null
}

export function withCrc(body: readonly number[]): Uint8Array {
  const crc = crc16(body)
  return Uint8Array.from([...body, crc & 0xff, crc >> 8])
}

function crcHolds(bytes: Uint8Array): boolean {
  const end = bytes.length - CRC_BYTES
  const crc = crc16(bytes.subarray(0, end))
  return bytes[end] === (crc & 0xff) && bytes[end + 1] === crc >> 8
}

/** Polynomial A001H reflected, from FFFFH, low byte sent first. */
function crc16(bytes: Iterable<number>): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
