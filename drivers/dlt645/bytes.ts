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
  for (const byte of wire) text = HEX[byte] + text
  return text
}

/** The wire order of digits written high byte first; the caller has checked that they are hex digits. */
export function wireOf(written: string): Uint8Array {
  const bytes = new Uint8Array(written.length / 2)
  for (let index = 0; index < bytes.length; index += 1) {
    const at = written.length - 2 * (index + 1)
    bytes[index] = Number.parseInt(written.slice(at, at + 2), 16)
  }
  return bytes
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
