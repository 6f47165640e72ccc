/** A strict Modbus RTU slave and its frames (Modbus over Serial Line V1.02), written apart from the drivers. */

import type { Meter } from './meter.ts'
import { EXCEPTION, readRegisters } from './meter-modbus.ts'
import type { RegisterMap } from './register-maps.ts'
import type { Dialect, Slave } from './slave.ts'

const CRC_BYTES = 2
/** Unit, function, address, count or value, CRC. */
const FIXED_REQUEST = 8
const SHORTEST = 4
const LONGEST = 256
const BROADCAST = 0
const HIGHEST_UNIT = 247

export function createMeterRtu(meter: Meter, map: RegisterMap): Slave {
  const unit = Number(meter.address)
  return {
    meter,
    hears: frame => frame[0] === unit,
    answer(bytes, now) {
      if (bytes.length < SHORTEST || !crcHolds(bytes) || bytes[0] !== unit) return null
      const [, fc = 0] = bytes
      if (fc & 0x80) return null
      const refuse = (code: number) => withCrc([unit, fc | 0x80, code])
      if (fc !== 3 && fc !== 4) return refuse(EXCEPTION.function)
      if (bytes.length !== FIXED_REQUEST) return null
      const answer = readRegisters(map, meter, { fc, from: word(bytes, 2), count: word(bytes, 4) }, now)
      if ('exception' in answer) return refuse(answer.exception)
      const data = answer.words.flatMap(value => [value >> 8, value & 0xff])
      return withCrc([unit, fc, data.length, ...data])
    },
  }
}

export const rtuDialect: Dialect = {
  requestAt: rtuRequestAt,
  onlyAsks: () => true,
  readdressed(reply) {
    const [unit = 1, ...rest] = reply.subarray(0, -CRC_BYTES)
    return withCrc([(unit % HIGHEST_UNIT) + 1, ...rest])
  },
  otherItem(request) {
    // A reply names no register, only its length: a block as long as the one asked could not be told apart.
    const [unit = 0, fc = 0] = request
    if (request.length !== FIXED_REQUEST || (fc !== 3 && fc !== 4)) return null
    const count = word(request, 4) === 2 ? 4 : 2
    return withCrc([unit, fc, ...request.subarray(2, 4), count >> 8, count & 0xff])
  },
  fragile: reply => [0, reply.length],
}

/** By length for the functions that tell it; a function unknown here ends where the packet ends. */
function rtuRequestAt(bytes: Uint8Array, at: number): number {
  const unit = bytes[at] ?? BROADCAST
  const fc = bytes[at + 1]
  if (unit > HIGHEST_UNIT) return 0
  if (fc === undefined) return -1
  if (fc === 0 || fc > 0x7f) return 0
  const left = bytes.length - at
  if (fc > 6 && fc !== 15 && fc !== 16) {
    if (left < SHORTEST) return -1
    if (left > LONGEST) return 0
    return crcHolds(bytes.subarray(at)) ? left : -1
  }
  const count = fc > 6 ? bytes[at + 6] : 0
  if (count === undefined) return -1
  const length = fc > 6 ? 9 + count : FIXED_REQUEST
  if (length > LONGEST) return 0
  if (left < length) return -1
  return crcHolds(bytes.subarray(at, at + length)) ? length : 0
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
