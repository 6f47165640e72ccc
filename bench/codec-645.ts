/** DL/T 645 frames by hand: the least code that is right for good frames of one kind, to measure the driver's against. */

const START = 0x68
const END = 0x16
const OFFSET = 0x33

/** 68 A0…A5 68 11 04 DI CS 16 behind four FE. Address and identifier in wire order. */
export function minimalRequest(address: Uint8Array, item: Uint8Array): Uint8Array {
  const frame = new Uint8Array(20)
  frame[0] = frame[1] = frame[2] = frame[3] = 0xfe
  frame[4] = START
  for (let at = 0; at < 6; at++) frame[5 + at] = address[at] ?? 0
  frame[11] = START
  frame[12] = 0x11
  frame[13] = 4
  for (let at = 0; at < 4; at++) frame[14 + at] = (item[at] ?? 0) + OFFSET
  let sum = 0
  for (let at = 4; at < 18; at++) sum += frame[at] ?? 0
  frame[18] = sum
  frame[19] = END
  return frame
}

/** 68 A0…A5 68 91 08 DI energy CS 16 behind two FE. The energy in hundredths; address and identifier in wire order. */
export function minimalAnswer(address: Uint8Array, item: Uint8Array, energy: number): Uint8Array {
  const frame = new Uint8Array(22)
  frame[0] = frame[1] = 0xfe
  frame[2] = START
  for (let at = 0; at < 6; at++) frame[3 + at] = address[at] ?? 0
  frame[9] = START
  frame[10] = 0x91
  frame[11] = 8
  for (let at = 0; at < 4; at++) frame[12 + at] = (item[at] ?? 0) + OFFSET
  let left = energy
  for (let at = 16; at < 20; at++) {
    const two = left % 100
    left = Math.floor(left / 100)
    frame[at] = Math.floor(two / 10) * 16 + (two % 10) + OFFSET
  }
  let sum = 0
  for (let at = 2; at < 20; at++) sum += frame[at] ?? 0
  frame[20] = sum
  frame[21] = END
  return frame
}

/** The energies in an answer 91 to this question, two decimals each; null for anything else. */
export function minimalEnergies(
  bytes: Uint8Array,
  address: Uint8Array,
  item: Uint8Array,
): { digits: bigint; scaler: number }[] | null {
  let at = 0
  while (bytes[at] === 0xfe) at++
  if (bytes[at] !== START || bytes[at + 7] !== START || bytes[at + 8] !== 0x91) return null
  const length = bytes[at + 9] ?? 0
  const end = at + 10 + length
  if (bytes[end + 1] !== END || length < 4) return null
  let sum = 0
  for (let index = at; index < end; index++) sum += bytes[index] ?? 0
  if ((sum & 0xff) !== bytes[end]) return null
  for (let index = 0; index < 6; index++) if (bytes[at + 1 + index] !== address[index]) return null
  for (let index = 0; index < 4; index++)
    if ((((bytes[at + 10 + index] ?? 0) - OFFSET) & 0xff) !== item[index]) return null
  const values: { digits: bigint; scaler: number }[] = []
  for (let from = at + 14; from + 4 <= end; from += 4) {
    let digits = 0
    for (let index = from + 3; index >= from; index--) {
      const byte = ((bytes[index] ?? 0) - OFFSET) & 0xff
      if (byte >> 4 > 9 || (byte & 15) > 9) return null
      digits = digits * 100 + (byte >> 4) * 10 + (byte & 15)
    }
    values.push({ digits: BigInt(digits), scaler: -2 })
  }
  return values
}

/** A whole good frame behind any FE, opened; null for anything else. */
export function minimalFrame(
  bytes: Uint8Array,
): { address: string; control: number; data: Uint8Array } | null {
  let at = 0
  while (bytes[at] === 0xfe) at++
  const length = bytes[at + 9] ?? 0
  const end = at + 10 + length
  if (bytes[at] !== START || bytes[at + 7] !== START || bytes[end + 1] !== END) return null
  let sum = 0
  for (let index = at; index < end; index++) sum += bytes[index] ?? 0
  if ((sum & 0xff) !== bytes[end]) return null
  let address = ''
  for (let index = at + 6; index > at; index--) address += HEX[bytes[index] ?? 0]
  const data = new Uint8Array(length)
  for (let index = 0; index < length; index++) data[index] = (bytes[at + 10 + index] ?? 0) - OFFSET
  return { address, control: bytes[at + 8] ?? 0, data }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').toUpperCase())

/** What an answer with one energy says, in words as people read them; null for anything else. */
export function minimalDecode(
  bytes: Uint8Array,
): { address: string; control: string; item: string; value: string } | null {
  let at = 0
  while (bytes[at] === 0xfe) at++
  if (bytes[at] !== START || bytes[at + 7] !== START || bytes[at + 8] !== 0x91 || bytes[at + 9] !== 8)
    return null
  if (bytes[at + 19] !== END) return null
  let sum = 0
  for (let index = at; index < at + 18; index++) sum += bytes[index] ?? 0
  if ((sum & 0xff) !== bytes[at + 18]) return null
  let address = ''
  for (let index = at + 6; index > at; index--) address += HEX[bytes[index] ?? 0]
  let item = ''
  for (let index = at + 13; index > at + 9; index--) item += HEX[((bytes[index] ?? 0) - OFFSET) & 0xff]
  let digits = 0
  for (let index = at + 17; index > at + 13; index--) {
    const byte = ((bytes[index] ?? 0) - OFFSET) & 0xff
    if (byte >> 4 > 9 || (byte & 15) > 9) return null
    digits = digits * 100 + (byte >> 4) * 10 + (byte & 15)
  }
  return { address, control: '91', item, value: (digits / 100).toFixed(2) }
}
