/** Bytes as people write them: "68 12 90". */

export function toHex(bytes: Uint8Array, separator = ' '): string {
  let text = ''
  for (const byte of bytes)
    text += `${text === '' ? '' : separator}${byte.toString(16).padStart(2, '0').toUpperCase()}`
  return text
}

/** Accepts "681290", "68 12 90", "68-12-90", "0x68,0x12"; null when anything else is in it or digits are odd. */
export function fromHex(text: string): Uint8Array | null {
  const digits = text.replaceAll(/0x/gi, '').replaceAll(/[\s,:;-]/g, '')
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) return null
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  )
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

export function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => bytes[index] === byte)
}

export function endsWith(bytes: Uint8Array, end: Uint8Array): boolean {
  const offset = bytes.length - end.length
  return offset >= 0 && end.every((byte, index) => bytes[offset + index] === byte)
}
