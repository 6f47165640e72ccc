/** What a meter means when it refuses: the error word of every refusal, bit by bit. */

import type { Refusal } from '../../../src/driver-api/driver.ts'
import { BIT_NAMES } from '../encodings/bit-names.ts'
import { hexByte, hexOf } from './bytes.ts'

/** One text for each bit from bit 0. */
export type ErrorBits = readonly string[]

const textsOf = (list: string): ErrorBits => (BIT_NAMES.get(list) ?? []).map(({ name }) => name)

/** DL/T 645-2007, appendix C. */
export const ERRORS_2007 = textsOf('errors-2007')

/** DL/T 645-1997, as meters of that edition use it. */
export const ERRORS_1997 = textsOf('errors-1997')

/** What orders to a relay are refused for, in the later two-byte word. */
export const ERRORS_RELAY = textsOf('errors-relay')

/** What a security module refuses for: the two-byte word of authentication and of prepaid commands. */
export const ERRORS_SECURITY = textsOf('errors-security')

/** Bits 4 to 6 of appendix C are about tables, which no relay has: there meters of the later rules mean theirs. */
const FIRST_RELAY_BIT = 4

/** The one-byte word of a refused relay order. */
const relayByte = (bits: ErrorBits): ErrorBits => [
  ...bits.slice(0, FIRST_RELAY_BIT),
  ...ERRORS_RELAY.slice(FIRST_RELAY_BIT, 8),
]

/** In all words but the security module's: the password, the level, or too many wrong ones before. */
const NOT_AUTHORISED = 0x04

/** In both editions bit 1 says that the meter does not hold the item. */
const NO_DATA = 0x02

/** One refusal for each bit set. A refusal without a word, or with a word of no bits, is still a refusal. */
export function refusalsIn(data: Uint8Array, bits: ErrorBits): Refusal[] {
  const word = data[0]
  if (word === undefined) return [{ code: 'METER_REFUSED', text: 'refused; the error word is missing' }]
  const where = `error word ${hexByte(word)}${data.length > 1 ? `, then ${hexOf(data.subarray(1))}` : ''}`
  const set = bits.flatMap((text, bit): Refusal[] =>
    word & (1 << bit)
      ? [{ code: 1 << bit === NO_DATA ? 'METER_NO_DATA' : 'METER_REFUSED', text: `${text} (${where})` }]
      : [],
  )
  return set.length > 0 ? set : [{ code: 'METER_REFUSED', text: `refused without a reason (${where})` }]
}

/** Words of two bytes, low byte first; bits without a text are told by their number. */
export function refusalsInWord(data: Uint8Array, bits: ErrorBits): Refusal[] {
  const word = (data[0] ?? 0) + 256 * (data[1] ?? 0)
  const where = `error word ${hexByte(data[1] ?? 0)}${hexByte(data[0] ?? 0)}`
  const refusals = Array.from({ length: 16 }, (_, bit) => bit)
    .filter(bit => word & (1 << bit))
    .map((bit): Refusal => ({ code: 'METER_REFUSED', text: `${bits[bit] ?? `bit ${bit}`} (${where})` }))
  return refusals.length > 0
    ? refusals
    : [{ code: 'METER_REFUSED', text: `refused without a reason (${where})` }]
}

/** By the function refused: relay orders and authentication have words of two bytes of their own. */
export function commandRefusals(control: number, data: Uint8Array, bits: ErrorBits): Refusal[] {
  const own = control === RELAY ? ERRORS_RELAY : control === SECURITY ? ERRORS_SECURITY : null
  if (own && data.length === 2) return refusalsInWord(data, own)
  return refusalsIn(data, control === RELAY ? relayByte(bits) : bits)
}

const RELAY = 0x1c
const SECURITY = 0x03

/**
 * The same as one refusal; of a command none means that the meter lacks an item. A meter that is locked by wrong
 * passwords says no more than that this one is wrong.
 */
export function commandRefusal(
  control: number,
  data: Uint8Array,
  { errors }: { readonly errors: ErrorBits },
): Refusal {
  const texts = commandRefusals(control, data, errors).map(({ text }) => text)
  const isPassword = control !== SECURITY && ((data[0] ?? 0) & NOT_AUTHORISED) !== 0
  return isPassword
    ? { code: 'METER_NOT_AUTHORISED', text: [...texts, LOCKED].join('; ') }
    : { code: 'METER_REFUSED', text: texts.join('; ') }
}

const LOCKED =
  'or the meter is locked by wrong passwords, as some are for a day after five; it is not told again'

/** The same as one refusal. "No data" counts only alone: with another bit set the meter may hold the item. */
export function refusalOf(data: Uint8Array, bits: ErrorBits): Refusal {
  const all = refusalsIn(data, bits)
  const onlyNoData = all.every(refusal => refusal.code === 'METER_NO_DATA')
  return {
    code: onlyNoData ? 'METER_NO_DATA' : 'METER_REFUSED',
    text: all.map(refusal => refusal.text).join('; '),
  }
}
