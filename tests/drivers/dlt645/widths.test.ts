/** V-F6: energies of another width than the table's are not taken for values of the table's. */

import { describe, expect, test } from 'vitest'
import { isRefusal } from '../../../drivers/dlt645/encodings/decoding.ts'
import { layOut } from '../../../drivers/dlt645/items/answer.ts'
import type { ItemTable } from '../../../drivers/dlt645/items/item-table.ts'
import { ITEMS_1997 } from '../../../drivers/dlt645/items/items-1997.ts'
import { ITEMS_2007 } from '../../../drivers/dlt645/items/items-2007.ts'

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.match(/[0-9A-F]{2}/g) ?? [], two => Number.parseInt(two, 16))
/** Numbers as BCD of so many bytes, low byte first. */
const bcd = (bytes: number, ...numbers: number[]) =>
  bytesOf(
    numbers
      .map(number => {
        const digits = String(number).padStart(2 * bytes, '0')
        return digits.match(/../g)!.reverse().join('')
      })
      .join(''),
  )

function tries(table: ItemTable, item: string, data: Uint8Array): string {
  const laid = layOut(table.find(item)!, data)
  return isRefusal(laid) ? 'refused' : String(laid.values.size)
}

describe('V-F6 energies of five bytes', () => {
  test.each([
    ['0001FF00', ITEMS_2007],
    ['05060101', ITEMS_2007],
    ['901F', ITEMS_1997],
  ] as const)('four of them are not five of four bytes: %s', (item, table) => {
    expect(tries(table, item, bcd(5, 100_000_000, 10_000_000, 20_000_000, 70_000_000))).toBe('refused')
    expect(tries(table, item, bcd(4, 10_000_000, 1_000_000, 2_000_000, 7_000_000, 0))).toBe('5')
  })

  test('marks among the digits are marks', () => {
    const data = bytesOf('7856341200AA 4523010000AA')
    expect(tries(ITEMS_2007, '05060101', data)).toBe('refused')
  })

  test('each register is cut off for itself, and filler stands for tariffs not in use', () => {
    expect(tries(ITEMS_2007, '0001FF00', bcd(4, 104, 20, 30, 40, 10))).toBe('5')
    expect(tries(ITEMS_2007, '0001FF00', bcd(4, 106, 20, 30, 40, 10))).toBe('refused')
    expect(
      tries(ITEMS_2007, '05060101', Uint8Array.of(...bcd(4, 50, 20, 30), ...bytesOf('FFFFFFFFFFFFFFFF'))),
    ).toBe('5')
  })

  test('other lengths tell themselves, and months are not tariffs', () => {
    expect(tries(ITEMS_2007, '0001FF00', bcd(4, 999, 20, 30, 40))).toBe('4')
    expect(tries(ITEMS_2007, '000100FF', bcd(4, 999, 900, 800, 700, 600))).toBe('5')
  })
})
