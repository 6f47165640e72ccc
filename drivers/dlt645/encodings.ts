/** How bytes become a value: encodings written as the standard's tables write formats (DL/T 645-2007 appendix A). */

import type { BitsValue, Refusal, Scaled, Value } from '../../src/driver-api/driver.ts'
import { BIT_NAMES } from './bit-names.ts'
import { writtenOf } from './bytes.ts'
import { type Decoding, isRefusal, notDigits, notHeld, outOfType } from './decoding.ts'
import { parseTimeFormat } from './times.ts'

/**
 * | text              | bytes mean                                                          | value   |
 * |-------------------|---------------------------------------------------------------------|---------|
 * | XXXXXX.XX         | BCD digits, decimals as written                                     | exact   |
 * | +-XX.XXXX         | the same, top bit of the highest byte is the sign                   | exact   |
 * | +-X.XXX<=1        | the same, not above 1 in size                                       | exact   |
 * | NNNNNNNNNNNN      | BCD digits that are a name, not a quantity                          | text    |
 * | YYMMDDhhmm        | BCD date and time, any run of YY MM DD WW hh mm ss                  | time    |
 * | ascii32           | characters, NUL-filled                                              | text    |
 * | hex4              | bytes shown as they are, high byte first                            | text    |
 * | bits16 status-3   | a word of bits, named by the list after it                          | bits    |
 */
export interface Encoding extends Decoding {
  readonly text: string
}

/** Null when the text is no encoding of this protocol. */
export function parseEncoding(text: string): Encoding | null {
  const bytesAndDecode =
    parseNumber(text) ?? parseTimeFormat(text) ?? parseDigits(text) ?? parseSized(text) ?? parseBits(text)
  if (!bytesAndDecode) return null
  const { bytes, decode } = bytesAndDecode
  return { text, bytes, decode: wire => notHeld(wire) ?? decode(wire) }
}

const NUMBER = /^(\+-)?(X+)(?:\.(X+))?(?:<=(\d+))?$/

function parseNumber(text: string): Decoding | null {
  const match = NUMBER.exec(text)
  if (!match) return null
  const [, signed, whole = '', decimals = '', limit] = match
  const count = whole.length + decimals.length
  if (count % 2 !== 0) return null
  const scaler = decimals === '' ? 0 : -decimals.length
  const most = limit === undefined ? null : BigInt(limit) * 10n ** BigInt(decimals.length)
  return {
    bytes: count / 2,
    decode: wire => {
      const value = numberIn(wire, signed !== undefined, scaler)
      if (isRefusal(value) || most === null) return value
      const size = value.digits < 0n ? -value.digits : value.digits
      return size <= most ? value : outOfType(`${decimalText(value)} is more than ${limit} in size`)
    },
  }
}

function numberIn(wire: Uint8Array, signed: boolean, scaler: number): Scaled | Refusal {
  const written = writtenOf(wire)
  const top = Number.parseInt(written.charAt(0), 16)
  const negative = signed && top >= 8
  const digits = negative ? `${top - 8}${written.slice(1)}` : written
  if (!/^[0-9]+$/.test(digits)) return notDigits(wire)
  return { digits: negative ? -BigInt(digits) : BigInt(digits), scaler }
}

function parseDigits(text: string): Decoding | null {
  if (!/^(?:NN)+$/.test(text)) return null
  return {
    bytes: text.length / 2,
    decode: wire => {
      const digits = writtenOf(wire)
      return /^[0-9]+$/.test(digits) ? { text: digits } : notDigits(wire)
    },
  }
}

function parseSized(text: string): Decoding | null {
  const match = /^(ascii|hex)([1-9]\d?)$/.exec(text)
  if (!match) return null
  const decode = match[1] === 'hex' ? (wire: Uint8Array) => ({ text: writtenOf(wire) }) : asciiIn
  return { bytes: Number(match[2]), decode }
}

/** Characters come low byte first like all else; NULs fill the end of the text (A.5, note 3). */
function asciiIn(wire: Uint8Array): Value | Refusal {
  const characters = wire.toReversed().filter(byte => byte !== 0)
  if (characters.some(byte => byte < 0x20 || byte > 0x7e))
    return outOfType(`${writtenOf(wire)} holds bytes that are no ASCII characters`)
  const text = String.fromCharCode(...characters).trim()
  return text === '' ? { code: 'VALUE_NOT_HELD', text: 'the text is empty' } : { text }
}

function parseBits(text: string): Decoding | null {
  const match = /^bits(8|16|32)(?: ([a-z0-9-]+))?$/.exec(text)
  if (!match) return null
  const names = match[2] === undefined ? [] : BIT_NAMES.get(match[2])
  if (!names) return null
  const width = match[1] === '8' ? 8 : match[1] === '16' ? 16 : 32
  return {
    bytes: width / 8,
    decode: (wire): BitsValue => {
      const bits = wire.reduceRight((word, byte) => word * 256 + byte, 0)
      const set = names.filter(({ mask, when }) => (bits & mask) === when).map(({ name }) => name)
      return { bits, width, set }
    },
  }
}

/** The value as people read it: decimals exactly as the format has them, ISO times, words as hex and names. */
export function textOf(value: Value): string {
  if ('digits' in value) return decimalText(value)
  if ('time' in value) return value.time
  if ('text' in value) return value.text
  const word = value.bits
    .toString(16)
    .padStart(value.width / 4, '0')
    .toUpperCase()
  return value.set.length > 0 ? `${word} (${value.set.join(', ')})` : word
}

function decimalText({ digits, scaler }: Scaled): string {
  const sign = digits < 0n ? '-' : ''
  const size = (digits < 0n ? -digits : digits).toString()
  if (scaler === 0) return sign + size
  const padded = size.padStart(1 - scaler, '0')
  return `${sign}${padded.slice(0, scaler)}.${padded.slice(scaler)}`
}
