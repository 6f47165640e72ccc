/** A model's own items: they come before the table's, alone and inside the table's blocks. */

import type { OwnItem } from '../../../src/driver-api/profile.ts'
import { parseEncoding } from '../encodings/encodings.ts'
import type { ItemTable } from './item-table.ts'

/** A model is asked for years with the same items, and what was found in its table is remembered with it. */
const made = new WeakMap<readonly OwnItem[], Map<ItemTable, ItemTable>>()

/** The table with the model's own items in it. */
export function ownTable(table: ItemTable, items: readonly OwnItem[]): ItemTable {
  const byTable = made.get(items) ?? new Map<ItemTable, ItemTable>()
  const known = byTable.get(table) ?? table.withOwn(items)
  made.set(items, byTable.set(table, known))
  return known
}

interface Edition {
  readonly protocol: string
  readonly itemBytes: number
}

/** What is wrong with an own item, in words; null when nothing is. */
export function whyNoItem({ itemBytes, protocol }: Edition, { item, values }: OwnItem): string | null {
  const digits = 2 * itemBytes
  const isItem = item.length === digits && /^[0-9A-F]+(?:nn)?$/.test(item)
  if (!isItem) return `"${item}" is no identifier of ${protocol}: ${digits} hex digits in capitals`
  if (values.length === 0) return `${item} has no values`
  const wrong = values.find(({ encoding }) => !parseEncoding(encoding))
  return wrong ? `"${wrong.encoding}" is no encoding` : null
}
