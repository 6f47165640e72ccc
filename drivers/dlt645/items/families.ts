/** The identifier table as people search it: a family for each row, or one identifier with all its values. */

import type { ItemFamily, ItemValue } from '../../../src/driver-api/items.ts'
import { BIT_NAMES } from '../encodings/bit-names.ts'
import { type Encoding, parseEncoding } from '../encodings/encodings.ts'
import { lettersOf, nameZhOf } from './item-letters.ts'
import type { Part, Row } from './item-rows.ts'
import { cellsOf, type ItemTable, type Layout } from './item-table.ts'

/** Every row, in the order of the table. */
export function familiesOf(table: ItemTable): readonly ItemFamily[] {
  const byItem = new Map(table.rows.map(row => [row.item, row]))
  return table.rows.map(row => {
    const { item, name, access, clause } = row
    return {
      item,
      letters: lettersOf(item, table.limitsOf(row), !('across' in row)),
      obis: 'values' in row ? (row.obis ?? null) : null,
      name,
      nameZh: nameZhOf(row.nameZh, {}),
      values: valuesOf(row, byItem, table),
      bytes: bytesOf(row),
      access,
      clause,
    }
  })
}

/** Null for an identifier the table has no layout for. */
export function itemInFull(table: ItemTable, item: string): ItemFamily | null {
  const layout = table.find(item)
  if (!layout) return null
  const { name, nameZh, access, clause } = layout
  const own = cellsOf(layout)[0]
  return {
    item,
    letters: '',
    obis: own?.item === item ? own.obis : null,
    name,
    nameZh,
    values: layoutValues(layout),
    bytes: layout.kind === 'one' ? (layout.lists[0]?.[0]?.bytes ?? null) : null,
    access,
    clause,
  }
}

/** Of a block each member's values once: how many tariffs come is the meter's choice. */
function valuesOf(row: Row, byItem: ReadonlyMap<string, Row>, table: ItemTable): ItemValue[] {
  if ('records' in row || 'across' in row) return []
  if ('values' in row) return row.values.map(part => partValue(part, row))
  const members = 'members' in row ? row.members : row.groups
  return members.flatMap(member => {
    const known = byItem.get(member)
    if (known) return valuesOf(known, byItem, table)
    const layout = table.find(member)
    return layout ? layoutValues(layout) : []
  })
}

function bytesOf(row: Row): number | null {
  if (!('values' in row) || row.perTariff || row.mayEnd) return null
  return row.values.reduce((sum, { encoding }) => sum + (parseEncoding(encoding)?.bytes ?? 0), 0)
}

function partValue(part: Part, { name, nameZh }: Row): ItemValue {
  const encoding = parseEncoding(part.encoding)
  return encodingValue(
    part.name ?? name,
    part.nameZh ?? nameZhOf(nameZh, {}),
    part.encoding,
    part.unit,
    encoding,
  )
}

function layoutValues(layout: Layout): ItemValue[] {
  return cellsOf(layout).map(({ name, nameZh, encoding, unit }) =>
    encodingValue(name, nameZh, encoding.text, unit, encoding),
  )
}

function encodingValue(
  name: string,
  nameZh: string,
  text: string,
  unit: string | undefined,
  encoding: Encoding | null,
): ItemValue {
  const bits = BIT_NAMES.get(text.replace(/^bits\d+ /, ''))
  return {
    name,
    nameZh,
    encoding: text,
    bytes: encoding?.bytes ?? 0,
    unit: unit ?? '',
    signed: text.startsWith('+-'),
    ...(bits ? { bits } : {}),
  }
}
