/** Exact numbers in BCD, the sign in the top bit of the highest byte (DL/T 645-2007 appendix A, notes). */

import type { Refusal, Scaled, Value } from '../../../src/driver-api/driver.ts'
import { type Codec, isRefusal, notDigits, outOfType } from './decoding.ts'

/** What the format's text says. */
interface NumberFormat {
  readonly text: string
  readonly signed: boolean
  /** BCD digits in all. */
  readonly count: number
  /** 0 or less. */
  readonly scaler: number
  /** The largest size allowed, in units of the last digit; null where all digits may be used. */
  readonly most: bigint | null
  /** One more than the largest size there is room for: the sign takes the top bit, so signed numbers end at 79…9. */
  readonly end: bigint
}

const NUMBER = /^(\+-)?(X+)(?:\.(X+))?(?:<=(\d+))?$/

/** "XXXXXX.XX", "+-XX.XXXX", "+-X.XXX<=1": one X a digit, whole bytes only. */
export function parseNumber(text: string): Codec | null {
  const match = NUMBER.exec(text)
  if (!match) return null
  const [, sign, whole = '', decimals = '', limit] = match
  const count = whole.length + decimals.length
  if (count % 2 !== 0) return null
  const format: NumberFormat = {
    text,
    signed: sign !== undefined,
    count,
    scaler: decimals === '' ? 0 : -decimals.length,
    most: limit === undefined ? null : BigInt(limit) * 10n ** BigInt(decimals.length),
    end: (sign === undefined ? 10n : 8n) * 10n ** BigInt(count - 1),
  }
  return {
    bytes: count / 2,
    decode: wire => numberIn(wire, format),
    encode: value => wireOfNumber(value, format),
    parse: typed => numberTyped(typed, format),
  }
}

/** Bytes of digits a double holds exactly. */
const EXACT_BYTES = 7
const EXACT_END = 100n ** BigInt(EXACT_BYTES)

/** On the way of every reading, hence without a text in between. */
function numberIn(wire: Uint8Array, { signed, scaler, most }: NumberFormat): Scaled | Refusal {
  const last = wire.length - 1
  const negative = signed && (wire[last] ?? 0) >= 0x80
  let digits = 0n
  let size = 0
  for (let index = last; index >= 0; index -= 1) {
    const byte = (wire[index] ?? 0) & (negative && index === last ? 0x7f : 0xff)
    const high = byte >> 4
    const low = byte & 0x0f
    if (high > 9 || low > 9) return notDigits(wire)
    size = size * 100 + high * 10 + low
    if (index % EXACT_BYTES === 0) {
      digits = digits === 0n ? BigInt(size) : digits * EXACT_END + BigInt(size)
      size = 0
    }
  }
  const value = { digits: negative ? -digits : digits, scaler }
  return most === null || digits <= most ? value : outOfType(`${decimalText(value)} is too large`)
}

function wireOfNumber(value: Value, format: NumberFormat): Uint8Array | Refusal {
  if (!('digits' in value)) return outOfType(`${format.text} takes a number`)
  const held = fitted(value, format)
  if (isRefusal(held)) return held
  const wire = new Uint8Array(format.count / 2)
  let left = sizeOf(held)
  let size = 0
  for (let index = 0; index < wire.length; index += 1) {
    if (index % EXACT_BYTES === 0) {
      size = Number(left % EXACT_END)
      left /= EXACT_END
    }
    const two = size % 100
    size = (size - two) / 100
    wire[index] = two + 6 * Math.floor(two / 10)
  }
  const last = wire.length - 1
  if (held.digits < 0n) wire[last] = (wire[last] ?? 0) | 0x80
  return wire
}

const TYPED = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?$/

function numberTyped(typed: string, format: NumberFormat): Scaled | Refusal {
  const [, sign, whole, decimals = ''] = TYPED.exec(typed) ?? []
  if (whole === undefined) return outOfType(`"${typed}" is no decimal number`)
  const size = BigInt(whole + decimals)
  return fitted(
    { digits: sign === '-' ? -size : size, scaler: decimals === '' ? 0 : -decimals.length },
    format,
  )
}

/** The same number with the format's decimals, or what of it the format cannot hold. */
function fitted(value: Scaled, { text, signed, scaler, most, end }: NumberFormat): Scaled | Refusal {
  const rescaled = rescale(value, scaler)
  if (rescaled === null)
    return outOfType(`${value.digits}e${value.scaler} does not fit the decimals of ${text}`)
  if (rescaled.digits < 0n && !signed)
    return outOfType(`${decimalText(value)} is negative, ${text} has no sign`)
  const size = sizeOf(rescaled)
  if (size >= end || (most !== null && size > most))
    return outOfType(`${decimalText(value)} is too large for ${text}`)
  return rescaled
}

/** Far from any format; powers of ten beyond it take long. */
const FURTHEST_SCALER = 99

function rescale({ digits, scaler }: Scaled, to: number): Scaled | null {
  if (scaler === to) return { digits, scaler }
  if (Math.abs(scaler) > FURTHEST_SCALER) return null
  if (scaler >= to) return { digits: digits * 10n ** BigInt(scaler - to), scaler: to }
  const power = 10n ** BigInt(to - scaler)
  return digits % power === 0n ? { digits: digits / power, scaler: to } : null
}

function sizeOf({ digits }: Scaled): bigint {
  return digits < 0n ? -digits : digits
}

/** With exactly the decimals the scaler promises. */
export function decimalText({ digits, scaler }: Scaled): string {
  const sign = digits < 0n ? '-' : ''
  const size = (digits < 0n ? -digits : digits).toString()
  if (scaler >= 0) return sign + size + '0'.repeat(size === '0' ? 0 : scaler)
  const padded = size.padStart(1 - scaler, '0')
  return `${sign}${padded.slice(0, scaler)}.${padded.slice(scaler)}`
}
