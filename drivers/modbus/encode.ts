/** From values back to registers: the other direction of `encodings.ts`, for orders and constructed examples. */

import type { Scaled, TextValue } from '../../src/driver-api/driver.ts'
import { decodeRegisters, type Encoding, isMarker } from './encodings.ts'

type Wrong = { readonly wrong: string }

/** The bytes that `decodeRegisters` makes this very value of, or why there are none. Scale factors are the caller's. */
export function encodeRegisters(encoding: Encoding, value: Scaled | TextValue): Uint8Array | Wrong {
  if ('text' in value || encoding.kind === 'text')
    return 'text' in value && encoding.kind === 'text'
      ? encodeText(encoding, value.text)
      : { wrong: 'text is for text, numbers are for the others' }
  if (encoding.kind === 'bit') return { wrong: 'a bit fills no register' }
  const bits = encoding.kind === 'float' ? floatBits(encoding, value) : wholeBits(encoding, value)
  if (typeof bits !== 'bigint') return bits
  if (isMarker(encoding, Number(bits >> 32n), Number(bits & 0xffff_ffffn)))
    return { wrong: `${bits.toString(16).toUpperCase()} is this meter's marker for "no value"` }
  const words = Array.from({ length: encoding.registers }, (_, place) =>
    Number((bits >> BigInt(16 * (encoding.registers - 1 - place))) & 0xffffn),
  )
  return laidOut(encoding, words)
}

/** The first number beyond what the registers hold, before any scale factor; null where there is no such bound. */
export function beyond({ kind, registers, scaler }: Encoding): Scaled | null {
  const bits = BigInt(16 * registers)
  if (kind === 'unsigned') return { digits: 2n ** bits, scaler }
  if (kind === 'signed') return { digits: 2n ** (bits - 1n), scaler }
  if (kind === 'bcd' || kind === 'mod10k') return { digits: 10n ** (bits / 4n), scaler }
  return null
}

function wholeBits(encoding: Encoding, value: Scaled): bigint | Wrong {
  const { kind, registers, turned } = encoding
  const digits = digitsFor(encoding, turned ? { ...value, digits: -value.digits } : value)
  if (digits === null) return { wrong: `it has more decimals than the scaler ${encoding.scaler} holds` }
  const most = beyond(encoding)?.digits ?? 0n
  const least = kind === 'signed' ? -most : 0n
  if (digits < least || digits >= most) return { wrong: `${digits} does not fit ${registers} registers` }
  if (kind === 'bcd') return BigInt(`0x${digits}`)
  if (kind === 'mod10k') return foursOf(digits, registers)
  return BigInt.asUintN(16 * registers, digits)
}

/** The digits at the encoding's scaler; null when some would be lost. */
function digitsFor({ scaler }: Encoding, value: Scaled): bigint | null {
  const power = 10n ** BigInt(Math.abs(value.scaler - scaler))
  if (value.scaler >= scaler) return value.digits * power
  return value.digits % power === 0n ? value.digits / power : null
}

function foursOf(digits: bigint, registers: number): bigint {
  let bits = 0n
  let rest = digits
  for (let place = 0; place < registers; place++) {
    bits |= (rest % 10_000n) << BigInt(16 * place)
    rest /= 10_000n
  }
  return bits
}

/** The nearest float; right only when it says the same again. */
function floatBits(encoding: Encoding, value: Scaled): bigint | Wrong {
  const { registers, shift, turned } = encoding
  const digits = turned ? -value.digits : value.digits
  const number = Number(`${digits}e${value.scaler - shift}`)
  const memory = new DataView(new ArrayBuffer(8))
  if (registers === 2) memory.setFloat32(4, number)
  else memory.setFloat64(0, number)
  const plain = { ...encoding, lowRegisterFirst: false, bytesSwapped: false, invalid: [] }
  const again = decodeRegisters(plain, new Uint8Array(memory.buffer, registers === 2 ? 4 : 0), 0)
  return 'digits' in again && isSame(again, value)
    ? memory.getBigUint64(0)
    : { wrong: `no float of ${registers} registers says it` }
}

function isSame(a: Scaled, b: Scaled): boolean {
  const scaler = Math.min(a.scaler, b.scaler)
  return a.digits * 10n ** BigInt(a.scaler - scaler) === b.digits * 10n ** BigInt(b.scaler - scaler)
}

function encodeText(encoding: Encoding, text: string): Uint8Array | Wrong {
  const most = 2 * encoding.registers
  if (!/^[\x20-\x7e]+$/.test(text) || text.endsWith(' ') || text.length > most)
    return { wrong: `it is not 1 to ${most} printable letters without a blank at the end` }
  const bytes = Uint8Array.from({ length: most }, (_, place) => text.charCodeAt(place) || 0)
  const words = Array.from(
    { length: encoding.registers },
    (_, place) => ((bytes[2 * place] ?? 0) << 8) | (bytes[2 * place + 1] ?? 0),
  )
  return laidOut(encoding, words)
}

/** Registers, highest first, as the order of the encoding has them on the wire. */
function laidOut({ lowRegisterFirst, bytesSwapped }: Encoding, words: readonly number[]): Uint8Array {
  const turned = lowRegisterFirst ? words.toReversed() : words
  return Uint8Array.from(
    turned.flatMap(word => (bytesSwapped ? [word & 0xff, word >> 8] : [word >> 8, word & 0xff])),
  )
}
