/** What cannot be sent is refused with the reason, and sent is what was given. */

import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../../drivers/dlt645/encodings/decoding.ts'
import { encodeItem, type Marks, type Sent } from '../../../drivers/dlt645/items/encode.ts'
import { ITEMS_2007 } from '../../../drivers/dlt645/items/items-2007.ts'
import { toHex } from '../../../src/core/hex.ts'

const energy = (digits: bigint) => ({ digits, scaler: -2 })
const ONE = energy(100n)
const STAMP = { time: '2026-11-22T00:00:00' }

function sent(item: string, values: Sent, marks: Marks['marks'] = 'none'): string {
  const data = encodeItem(ITEMS_2007, item, values, { marks })
  return isRefusal(data) ? `${data.code}: ${data.text}` : toHex(data, ' ')
}

describe('the data of an item', () => {
  it.each<readonly [string, string, Sent, Marks['marks'], string]>([
    ['a value', '00010000', [ONE], 'none', '00 01 00 00'],
    ['a single item has no mark', '00010000', [ONE], 'each', '00 01 00 00'],
    ['filler', '00010000', [null], 'none', 'FF FF FF FF'],
    ['a block', '0001FF00', [ONE, null], 'none', '00 01 00 00 FF FF FF FF'],
    ['a block with marks', '0001FF00', [ONE, ONE], 'each', '00 01 00 00 AA 00 01 00 00 AA'],
    ['a block with one mark', '0001FF00', [ONE, ONE], 'last', '00 01 00 00 00 01 00 00 AA'],
    [
      'two values in their places',
      '04000101',
      [{ text: '2026-11-21' }, { text: '6' }],
      'none',
      '06 21 11 26',
    ],
    ['a demand', '01010000', [{ digits: 12345n, scaler: -4 }, STAMP], 'none', '45 23 01 00 00 22 11 26'],
    ['groups', '0504FF01', [STAMP, ONE, ONE], 'none', '00 00 22 11 26 00 01 00 00 00 01 00 00'],
    [
      'marked groups',
      '0504FF01',
      [STAMP, ONE, ONE],
      'each',
      '00 00 22 11 26 AA 00 01 00 00 AA 00 01 00 00 AA',
    ],
    ['a group that is off', '0504FF01', [STAMP, ONE], 'each', '00 00 22 11 26 AA 00 01 00 00 AA AA'],
  ])('%s', (_, item, values, marks, bytes) => {
    expect(sent(item, values, marks)).toBe(bytes)
  })

  it.each<readonly [string, string, Sent, RegExp]>([
    ['of an identifier that is none', 'FEFEFEFE', [ONE], /^PROFILE_UNKNOWN_ITEM/],
    ['of load records', '06000001', [ONE], /^PROFILE_UNKNOWN_ITEM/],
    ['without its value', '00010000', [], /^FRAME_LENGTH: .*needs all its values/],
    ['with half of its values', '01010000', [{ digits: 0n, scaler: -4 }], /^FRAME_LENGTH: .*together/],
    ['with too many values', '00010000', [ONE, ONE], /^FRAME_LENGTH: .*has 1 values, given were 2/],
    ['with a hole', '0001FF00', [ONE, undefined, ONE], /^FRAME_LENGTH: .*without holes/],
    [
      'with a value that does not fit',
      '0001FF00',
      [ONE, energy(-1n)],
      /^VALUE_OUT_OF_TYPE: .*tariff 1.*negative/,
    ],
    ['with a group off and no marks', '0504FF01', [STAMP, ONE], /^VALUE_OUT_OF_TYPE: .*without marks/],
  ])('%s is refused', (_, item, values, why) => {
    expect(sent(item, values)).toMatch(why)
  })
})
