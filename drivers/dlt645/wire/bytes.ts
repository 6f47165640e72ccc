/** Bytes and the digits people write for them; DL/T 645 sends every multi-byte item low byte first. */

/** Every answer is compared digit by digit, so the digits of a byte are looked up, not made. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').toUpperCase())

/** "68AB": two digits a byte, in the order given. */
export function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text
}

/** The digits as the standard's tables print them: high byte first. */
export function writtenOf(wire: Uint8Array): string {
  let text = ''
  for (let at = wire.length - 1; at >= 0; at -= 1) text += HEX[wire[at] ?? 0]
  return text
}

/**
 * The same for up to six bytes that name a meter or an item: few of them come again and again, and are not written
 * anew each time.
 */
export function nameIn(wire: Uint8Array, from: number, to: number): string {
  let low = 0
  let high = to - from
  for (let at = from; at < to; at += 1) {
    if (at < from + 4) low = (low << 8) | (wire[at] ?? 0)
    else high = (high << 8) | (wire[at] ?? 0)
  }
  const alike = names.get(high)
  const known = alike?.get(low)
  if (known !== undefined) return known
  const name = writtenOf(wire.subarray(from, to))
  if (remembered >= MOST_REMEMBERED) {
    names.clear()
    remembered = 0
  }
  remembered += 1
  const others = names.get(high)
  if (others) others.set(low, name)
  else names.set(high, new Map([[low, name]]))
  return name
}

/** By the bytes from the fifth on with the count of all, then by the first four. */
const names = new Map<number, Map<number, string>>()
const MOST_REMEMBERED = 10_000
let remembered = 0

/** The wire order of digits written high byte first; the caller has checked that they are hex digits. */
export function wireOf(written: string): Uint8Array {
  const bytes = new Uint8Array(written.length / 2)
  writeWire(bytes, 0, written)
  return bytes
}

/** The same into a frame under construction. */
export function writeWire(bytes: Uint8Array, at: number, written: string): void {
  const last = at + written.length / 2 - 1
  for (let index = 0; index < written.length; index += 2)
    bytes[last - index / 2] = digitOf(written.charCodeAt(index)) * 16 + digitOf(written.charCodeAt(index + 1))
}

/** The worth of "0" to "9", "A" to "F", "a" to "f". */
function digitOf(character: number): number {
  return character < 0x40 ? character & 0x0f : (character & 0x07) + 9
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** One byte as two hex digits. */
export function hexByte(byte: number): string {
  return HEX[byte] ?? ''
}

/** Bytes in the order written, spaces allowed; null when the text is no hex. */
export function bytesOfHex(text: string): Uint8Array | null {
  const hex = text.replaceAll(/\s/g, '')
  return /^(?:[0-9A-F]{2})*$/i.test(hex) ? wireOf(hex).reverse() : null
}
