/** Modbus frames in bytes that are about to leave: RTU and ASCII (serial line V1.02), TCP (messaging V1.0b). */

import type { Told } from './told.ts'

export type ModbusFraming = 'rtu' | 'ascii' | 'tcp'

interface Frame {
  readonly unit: number
  readonly pdu: Uint8Array
  readonly from: number
  readonly to: number
}

const CRC_BYTES = 2
/** Transaction, protocol, length. */
const MBAP = 6
const COLON = 0x3a
const READ_REQUEST = 5
/** Function 43/14: function, type, which objects, from which on. */
const IDENTIFY = [0x2b, 0x0e] as const
const IDENTIFY_REQUEST = 4

/** Functions 1 to 4, and 43/14, which asks who it is. */
function isReadPdu(pdu: Uint8Array): boolean {
  const [code = 0, type] = pdu
  if (code >= 1 && code <= 4) return pdu.length === READ_REQUEST
  return code === IDENTIFY[0] && type === IDENTIFY[1] && pdu.length === IDENTIFY_REQUEST
}

/** Those that write, each as long as it says it is: 5, 6, 15, 16, 22, 23, and 8 and 21, which nobody here has a use for. */
function isToldPdu(pdu: Uint8Array): boolean {
  switch (pdu[0]) {
    case 0x05:
    case 0x06:
      return pdu.length === 5
    case 0x08:
      return pdu.length >= 3
    case 0x0f:
    case 0x10:
      return pdu.length === 6 + (pdu[5] ?? 0)
    case 0x15:
      return pdu.length === 2 + (pdu[1] ?? 0)
    case 0x16:
      return pdu.length === 7
    case 0x17:
      return pdu.length === 10 + (pdu[9] ?? 0)
    default:
      return false
  }
}

export function isReadModbus(bytes: Uint8Array, framing: ModbusFraming): boolean {
  const frame = framing === 'tcp' ? inTcp(bytes) : framing === 'rtu' ? inRtu(bytes) : inAscii(bytes, 0)
  return frame !== null && frame.from === 0 && frame.to === bytes.length && isReadPdu(frame.pdu)
}

/** RTU is told apart by silence and TCP by its length, so their frames are all of the bytes; ASCII says where it begins. */
export function toldInModbus(bytes: Uint8Array): readonly Told[] {
  const found = [inRtu(bytes), inTcp(bytes)]
  for (let from = bytes.indexOf(COLON); from >= 0; from = bytes.indexOf(COLON, from + 1))
    found.push(inAscii(bytes, from))
  return found.flatMap((frame): Told[] => {
    if (frame === null || !isToldPdu(frame.pdu)) return []
    const { unit, pdu, from, to } = frame
    return [{ family: 'modbus', address: String(unit), code: pdu[0] ?? 0, data: pdu.slice(1), from, to }]
  })
}

function inRtu(bytes: Uint8Array): Frame | null {
  const end = bytes.length - CRC_BYTES
  const [unit, code] = bytes
  // The sum costs most, and what is neither read nor told by its code needs none.
  if (unit === undefined || code === undefined || end < 2) return null
  const pdu = bytes.subarray(1, end)
  if (!isReadPdu(pdu) && !isToldPdu(pdu)) return null
  const crc = crcOf(bytes.subarray(0, end))
  return bytes[end] === (crc & 0xff) && bytes[end + 1] === crc >> 8
    ? { unit, pdu, from: 0, to: bytes.length }
    : null
}

function inTcp(bytes: Uint8Array): Frame | null {
  const length = ((bytes[4] ?? 0) << 8) | (bytes[5] ?? 0)
  const unit = bytes[MBAP]
  const isMbap = bytes[2] === 0 && bytes[3] === 0 && length === bytes.length - MBAP
  return isMbap && unit !== undefined
    ? { unit, pdu: bytes.subarray(MBAP + 1), from: 0, to: bytes.length }
    : null
}

/** From this colon to the end of its line. */
function inAscii(bytes: Uint8Array, from: number): Frame | null {
  const end = bytes.indexOf(0x0d, from)
  if (bytes[from] !== COLON || end < 0 || bytes[end + 1] !== 0x0a) return null
  const digits = String.fromCharCode(...bytes.subarray(from + 1, end))
  if (!/^(?:[0-9A-F]{2}){3,}$/i.test(digits)) return null
  const meant = Uint8Array.from(digits.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
  const isGood = (meant.reduce((sum, byte) => sum + byte, 0) & 0xff) === 0
  return isGood ? { unit: meant[0] ?? 0, pdu: meant.subarray(1, -1), from, to: end + 2 } : null
}

/** Polynomial A001H reflected, from FFFFH. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}
