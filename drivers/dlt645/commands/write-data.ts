/** What people type to be written, as the bytes of the item: the value as it is read, or bytes. */

import type { Traits, Value } from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { isRefusal } from '../encodings/decoding.ts'
import { encodeItem, valueFromText } from '../items/encode.ts'
import { cellsOf } from '../items/item-table.ts'
import { quirkOf, relayWriteIn } from '../quirks.ts'
import { bytesOfHex } from '../wire/bytes.ts'
import { isPassword } from '../wire/secrets.ts'
import type { Wrong } from './arguments.ts'

/** Zone and period tables have fourteen entries; those not used repeat the last (A.5, note 2). */
const TABLE = /^040[12]00/
const ENTRIES = 14

/** Bytes after the identifier and the password, L being at most 200. */
const MOST_BYTES = 188

/** Makers' items that cut customers off, known even where no profile says so. */
const RELAY_ITEMS: ReadonlySet<string> = new Set(['0700EFEE'])

/** Several values of an item are divided by commas, in the order of the table. */
export function dataToWrite(
  dialect: Dialect,
  item: string,
  text: string,
  traits: Traits,
): Uint8Array | Wrong {
  if (!new RegExp(`^[0-9A-F]{${2 * dialect.itemBytes}}$`, 'i').test(item))
    return {
      wrong: `an identifier of ${dialect.protocol} is ${2 * dialect.itemBytes} hex digits, not "${item}"`,
    }
  // Typed here it would stand in histories and process lists; the command takes it from a file.
  if (isPassword(item.toUpperCase()))
    return { wrong: 'a password is not written like this; use meterd command change-password' }
  // An order reads the relay before and after, has an end and leaves once; a write does none of it.
  if (isOfRelay(item.toUpperCase(), traits))
    return { wrong: `${item.toUpperCase()} switches the relay of the meter: it is ordered, not written` }
  const layout = dialect.table.find(item.toUpperCase())
  // There is no way around it: a meter refuses this whoever asks, and records that somebody tried.
  if (layout?.access === 'R')
    return {
      wrong: `${item.toUpperCase()} (${layout.name}) can only be read; meterd items tells what can be written (RW or W)`,
    }
  // What nobody has described may switch anything.
  if (!layout)
    return { wrong: `${item} is not in the table; a profile that has it among its items tells what it is` }
  if (/^hex:/i.test(text)) {
    const bytes = bytesOfHex(text.slice(4))
    return bytes && bytes.length > 0 && bytes.length <= MOST_BYTES
      ? bytes
      : { wrong: `hex: is followed by 1 to ${MOST_BYTES} bytes, two digits each` }
  }
  const cells = cellsOf(layout)
  const given = cells.length === 1 ? [text] : text.split(',')
  const texts = TABLE.test(item) ? filledUp(given, cells.length) : given
  if (texts.length > cells.length)
    return { wrong: `${layout.name} has ${cells.length} values, given were ${texts.length}` }
  const values: Value[] = []
  for (const [place, each] of texts.entries()) {
    const cell = cells[place]
    if (!cell) break
    const value = valueFromText(cell.encoding.text, each)
    if (isRefusal(value)) return { wrong: `${cell.name}: ${value.text}` }
    values.push(value)
  }
  const data = encodeItem(dialect.table, item.toUpperCase(), values)
  return isRefusal(data) ? { wrong: data.text } : data
}

function isOfRelay(item: string, traits: Traits): boolean {
  return RELAY_ITEMS.has(item) || relayWriteIn(quirkOf(traits, 'relay-write'))?.item === item
}

function filledUp(given: readonly string[], count: number): readonly string[] {
  const width = count / ENTRIES
  if (given.length % width !== 0 || given.length >= count) return given
  const last = given.slice(-width)
  return Array.from({ length: count }, (_, place) => given[place] ?? last[place % width] ?? '')
}
