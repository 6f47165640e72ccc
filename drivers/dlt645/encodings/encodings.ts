/** How bytes become a value: encodings written as the standard's tables write formats (DL/T 645-2007 appendix A). */

import type { Value } from '../../../src/driver-api/driver.ts'
import { MAY_BE_ALL_ON } from './bit-names.ts'
import { type Codec, isRefusal, notHeld, outOfType } from './decoding.ts'
import { decimalText, parseNumber } from './numbers.ts'
import { parseDigits, parsePassword, parseSized } from './texts.ts'
import { parseTimeFormat } from './times.ts'
import { parseBits } from './words.ts'

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
 * | password          | class and six digits; its digits are never shown                    | text    |
 * | bits16 status-3   | a word of bits, named by the list after it                          | bits    |
 */
export interface Encoding extends Codec {
  readonly text: string
}

/** Tables and profiles name the same few again and again. */
const parsed = new Map<string, Encoding | null>()
const MOST_PARSED = 1_000

/** Null when the text is no encoding of this protocol. */
export function parseEncoding(text: string): Encoding | null {
  const known = parsed.get(text)
  if (known !== undefined) return known
  if (parsed.size >= MOST_PARSED) parsed.clear()
  const encoding = parseNew(text)
  parsed.set(text, encoding)
  return encoding
}

function parseNew(text: string): Encoding | null {
  const codec =
    parseNumber(text) ??
    parseTimeFormat(text) ??
    parseDigits(text) ??
    parseSized(text) ??
    parseBits(text) ??
    parsePassword(text)
  return codec && { ...codec, text, ...(mayBeAllOn(text) ? {} : filled(codec)) }
}

/** A mode word with every bit on is a value: meters that freeze or report everything have it. */
function mayBeAllOn(text: string): boolean {
  const [size, list = ''] = text.split(' ')
  return size === 'bits8' || MAY_BE_ALL_ON.has(list)
}

/** What is all filler is no value, so no value may be sent that would be read as filler. */
function filled({ decode, encode }: Codec): Pick<Codec, 'decode' | 'encode'> {
  return {
    decode: wire => notHeld(wire) ?? decode(wire),
    encode: value => {
      const wire = encode(value)
      if (isRefusal(wire)) return wire
      return notHeld(wire) ? outOfType(`${textOf(value)} would be read as no value`) : wire
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
