/** A model's own items: they come before the table's, alone and inside the table's blocks. */

import type { OwnItem, Traits } from '../../src/driver-api/profile.ts'
import type { Dialect } from './dialect.ts'
import { parseEncoding } from './encodings.ts'

/** A model is asked for years with the same traits, and what is known of a dialect is remembered with it. */
const made = new WeakMap<readonly OwnItem[], WeakMap<Dialect, Dialect>>()

/** The dialect with the model's own items in its table; the dialect itself for a model without any. */
export function dialectFor(dialect: Dialect, { items }: Traits): Dialect {
  if (!items || items.length === 0) return dialect
  const before = made.get(items)?.get(dialect)
  if (before) return before
  const own = { ...dialect, table: dialect.table.withOwn(items) }
  const byDialect = made.get(items) ?? new WeakMap<Dialect, Dialect>()
  made.set(items, byDialect.set(dialect, own))
  return own
}

/** What is wrong with an own item, in words; null when nothing is. */
export function whyNoItem({ itemBytes, protocol }: Dialect, { item, values }: OwnItem): string | null {
  const digits = 2 * itemBytes
  const isItem = item.length === digits && /^[0-9A-F]+(?:nn)?$/.test(item)
  if (!isItem) return `"${item}" is no identifier of ${protocol}: ${digits} hex digits in capitals`
  if (values.length === 0) return `${item} has no values`
  const wrong = values.find(({ encoding }) => !parseEncoding(encoding))
  return wrong ? `"${wrong.encoding}" is no encoding` : null
}
