/** What a meter means when it refuses: the error word of every refusal, bit by bit. */

import type { Refusal } from '../../src/driver-api/driver.ts'
import { BIT_NAMES } from './bit-names.ts'
import { hexByte, hexOf } from './bytes.ts'

/** One text for each bit from bit 0. */
export type ErrorBits = readonly string[]

const textsOf = (list: string): ErrorBits => (BIT_NAMES.get(list) ?? []).map(({ name }) => name)

/** DL/T 645-2007, appendix C. */
export const ERRORS_2007 = textsOf('errors-2007')

/** DL/T 645-1997, as meters of that edition use it. */
export const ERRORS_1997 = textsOf('errors-1997')

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

/** The same as one refusal. "No data" counts only alone: with another bit set the meter may hold the item. */
export function refusalOf(data: Uint8Array, bits: ErrorBits): Refusal {
  const all = refusalsIn(data, bits)
  const onlyNoData = all.every(refusal => refusal.code === 'METER_NO_DATA')
  return {
    code: onlyNoData ? 'METER_NO_DATA' : 'METER_REFUSED',
    text: all.map(refusal => refusal.text).join('; '),
  }
}
