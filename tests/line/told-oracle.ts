/**
 * What a meter would take for an order, a write, a clearing or a setting, found byte by byte from the standards' text; it
 * shares nothing with the house. DL/T 645: 03, 14 to 1C of 2007, 04, 0A, 0C, 0F, 10 of 1997; Modbus 5, 6, 15, 16, 22, 23.
 */

const DLT645 = new Set([
  0x03, 0x04, 0x0a, 0x0c, 0x0f, 0x10, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c,
])
const MODBUS = new Set([0x05, 0x06, 0x0f, 0x10, 0x16, 0x17])

/** The first of them, in words; null where there is none. */
export function wouldTell(bytes: Uint8Array): string | null {
  return in645(bytes) ?? inRtu(bytes) ?? inTcp(bytes) ?? inAscii(bytes)
}

/** Wherever it begins: a meter hears the line, not our writes. */
function in645(bytes: Uint8Array): string | null {
  for (let start = 0; start + 12 <= bytes.length; start += 1) {
    const [first, second] = [bytes[start], bytes[start + 7]]
    const end = start + 12 + bytes[start + 9]!
    if (first !== 0x68 || second !== 0x68 || end > bytes.length || bytes[end - 1] !== 0x16) continue
    const sum = bytes.subarray(start, end - 2).reduce((total, byte) => total + byte, 0) % 256
    const control = bytes[start + 8]!
    if (sum === bytes[end - 2] && DLT645.has(control)) return `DL/T 645 ${control.toString(16)}`
  }
  return null
}

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) =>
  Array.from({ length: 8 }).reduce<number>(crc => (crc % 2 === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1), byte),
)

function inRtu(bytes: Uint8Array): string | null {
  if (bytes.length < 8 || !MODBUS.has(bytes[1]!)) return null
  let crc = 0xffff
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!
  return crc === 0 && isWhole(bytes.subarray(1, -2)) ? `RTU ${bytes[1]}` : null
}

function inTcp(bytes: Uint8Array): string | null {
  if (bytes.length < 12 || !MODBUS.has(bytes[7]!) || bytes[2] !== 0 || bytes[3] !== 0) return null
  const length = bytes[4]! * 256 + bytes[5]!
  return length === bytes.length - 6 && isWhole(bytes.subarray(7)) ? `TCP ${bytes[7]}` : null
}

function inAscii(bytes: Uint8Array): string | null {
  if (!bytes.includes(0x3a)) return null
  for (const [, digits = ''] of Buffer.from(bytes)
    .toString('latin1')
    .matchAll(/:((?:[0-9A-Fa-f]{2})+)\r\n/g)) {
    const meant = Buffer.from(digits, 'hex')
    const isGood = meant.length >= 7 && meant.reduce((sum, byte) => sum + byte, 0) % 256 === 0
    if (isGood && MODBUS.has(meant[1]!) && isWhole(meant.subarray(1, -1))) return `ASCII ${meant[1]}`
  }
  return null
}

/** As long as its function and its own count say: a meter drops all else. */
function isWhole(pdu: Uint8Array): boolean {
  switch (pdu[0]) {
    case 0x05:
    case 0x06:
      return pdu.length === 5
    case 0x16:
      return pdu.length === 7
    case 0x17:
      return pdu.length === 10 + pdu[9]!
    default:
      return pdu.length === 6 + pdu[5]!
  }
}
