/** Exact numbers in BCD, the sign in the top bit of the highest byte (DL/T 645-2007 appendix A, notes). */

import type { Refusal, Scaled, Value } from '../../src/driver-api/driver.ts'
import { wireOf, writtenOf } from './bytes.ts'
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
  }
  return {
    bytes: count / 2,
    decode: wire => numberIn(wire, format),
    encode: value => wireOfNumber(value, format),
    parse: typed => numberTyped(typed, format),
  }
}

function numberIn(wire: Uint8Array, { signed, scaler, most }: NumberFormat): Scaled | Refusal {
  const written = writtenOf(wire)
  const top = Number.parseInt(written.charAt(0), 16)
  const negative = signed && top >= 8
  const digits = negative ? `${top - 8}${written.slice(1)}` : written
  if (!/^[0-9]+$/.test(digits)) return notDigits(wire)
  const value = { digits: negative ? -BigInt(digits) : BigInt(digits), scaler }
  return most === null || sizeOf(value) <= most ? value : outOfType(`${decimalText(value)} is too large`)
}

function wireOfNumber(value: Value, format: NumberFormat): Uint8Array | Refusal {
  if (!('digits' in value)) return outOfType(`${format.text} takes a number`)
  const held = fitted(value, format)
  if (isRefusal(held)) return held
  const digits = sizeOf(held).toString().padStart(format.count, '0')
  const top = Number(digits.charAt(0)) + (held.digits < 0n ? 8 : 0)
  return wireOf(top.toString(16) + digits.slice(1))
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
function fitted(value: Scaled, { text, signed, count, scaler, most }: NumberFormat): Scaled | Refusal {
  const rescaled = rescale(value, scaler)
  if (rescaled === null) return outOfType(`${decimalText(value)} has more decimals than ${text}`)
  if (rescaled.digits < 0n && !signed)
    return outOfType(`${decimalText(value)} is negative, ${text} has no sign`)
  // The sign takes the top bit: signed numbers end at 79…9.
  const end = (signed ? 8n : 10n) * 10n ** BigInt(count - 1)
  const size = sizeOf(rescaled)
  if (size >= end || (most !== null && size > most))
    return outOfType(`${decimalText(value)} is too large for ${text}`)
  return rescaled
}

function rescale({ digits, scaler }: Scaled, to: number): Scaled | null {
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
