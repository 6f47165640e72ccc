/** Names, characters and bytes shown as they are. */

import type { Refusal, Value } from '../../../src/driver-api/driver.ts'
import { wireOf, writtenOf } from '../wire/bytes.ts'
import { type Codec, notDigits, outOfType } from './decoding.ts'

/** "NNNNNNNNNNNN": BCD digits that are a name, not a quantity. */
export function parseDigits(format: string): Codec | null {
  if (!/^(?:NN)+$/.test(format)) return null
  const count = format.length
  return {
    bytes: count / 2,
    decode: wire => {
      const digits = writtenOf(wire)
      return /^[0-9]+$/.test(digits) ? { text: digits } : notDigits(wire)
    },
    encode: value =>
      'text' in value && value.text.length === count && /^[0-9]+$/.test(value.text)
        ? wireOf(value.text)
        : outOfType(`${format} takes ${count} digits`),
    parse: typed =>
      /^[0-9]+$/.test(typed) && typed.length <= count
        ? { text: typed.padStart(count, '0') }
        : outOfType(`"${typed}" is not up to ${count} digits`),
  }
}

/** "ascii32", "hex4": so many bytes. */
export function parseSized(text: string): Codec | null {
  const match = /^(ascii|hex)([1-9]\d?)$/.exec(text)
  if (!match) return null
  return match[1] === 'hex' ? hexCodec(Number(match[2])) : asciiCodec(Number(match[2]))
}

function hexCodec(bytes: number): Codec {
  const isHex = (text: string) => text.length === 2 * bytes && /^[0-9A-F]+$/.test(text)
  const wrong = outOfType(`hex${bytes} takes ${2 * bytes} hex digits, high byte first`)
  return {
    bytes,
    decode: wire => ({ text: writtenOf(wire) }),
    encode: value => ('text' in value && isHex(value.text) ? wireOf(value.text) : wrong),
    parse: typed => {
      const text = typed.replace(/^0x/i, '').toUpperCase()
      return isHex(text) ? { text } : wrong
    },
  }
}

/** Characters come low byte first like all else; NULs fill the end of the text (A.5, note 3). */
function asciiCodec(bytes: number): Codec {
  const encode = (value: Value): Uint8Array | Refusal => {
    if (!('text' in value)) return outOfType(`ascii${bytes} takes a text`)
    const { text } = value
    if (text === '' || text !== text.trim()) return outOfType(`"${text}" is empty or has blanks around it`)
    if (text.length > bytes) return outOfType(`"${text}" has more than ${bytes} characters`)
    if (!/^[\x20-\x7e]+$/.test(text)) return outOfType(`"${text}" has characters that are not ASCII`)
    const wire = new Uint8Array(bytes)
    for (let index = 0; index < text.length; index += 1) wire[bytes - 1 - index] = text.charCodeAt(index)
    return wire
  }
  const parse = (typed: string): Value | Refusal => {
    const wire = encode({ text: typed.trim() })
    return 'code' in wire ? wire : { text: typed.trim() }
  }
  return { bytes, decode: asciiIn, encode, parse }
}

function asciiIn(wire: Uint8Array): Value | Refusal {
  const characters = wire.toReversed().filter(byte => byte !== 0)
  if (characters.some(byte => byte < 0x20 || byte > 0x7e))
    return outOfType(`${writtenOf(wire)} holds bytes that are no ASCII characters`)
  const text = String.fromCharCode(...characters).trim()
  return text === '' ? { code: 'VALUE_NOT_HELD', text: 'the text is empty' } : { text }
}

/** What is shown in place of a password's digits. */
const HIDDEN = '******'

/**
 * "password": class byte and three bytes of digits. It can be written; read back or heard on a line it shows its class
 * and no digit, so that no log or screen ever holds one.
 */
export function parsePassword(format: string): Codec | null {
  if (format !== 'password') return null
  const wrong = outOfType('a password is two digits of class, a blank, and six digits')
  const digitsOf = (text: string) => (/^\d{2} ?\d{6}$/.test(text) ? text.replace(' ', '') : null)
  return {
    bytes: 4,
    decode: wire => ({ text: `${writtenOf(wire.subarray(0, 1))} ${HIDDEN}` }),
    encode: value => {
      const digits = 'text' in value ? digitsOf(value.text) : null
      return digits === null
        ? wrong
        : Uint8Array.of(Number.parseInt(digits.slice(0, 2), 16), ...wireOf(digits.slice(2)))
    },
    parse: typed => {
      const digits = digitsOf(typed)
      return digits === null ? wrong : { text: `${digits.slice(0, 2)} ${digits.slice(2)}` }
    },
  }
}
