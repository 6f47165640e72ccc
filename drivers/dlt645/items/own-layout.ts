/** An item as a model's profile has it, laid out. */

import type { OwnItem } from '../../../src/driver-api/profile.ts'
import { parseEncoding } from '../encodings/encodings.ts'
import { itemPattern } from './item-letters.ts'
import { type Cell, cellsOf, type Entry, joinedEntry, type Layout } from './layout.ts'

/**
 * An item as the model's profile has it. It keeps the code and the way of ending of the table's item of the same
 * identifier: where that is a list, an answer may end after any of the values.
 */
export function ownLayout(
  items: readonly OwnItem[],
  asked: string,
  find: (item: string) => Layout | null,
): Layout | null {
  const own = items.find(({ item }) => item === asked || ownPattern(item)?.test(asked))
  if (!own) return null
  const known = find(asked)
  const knownCells = known ? cellsOf(known) : []
  const entries = own.values.map((value, place): Entry => {
    const encoding = parseEncoding(value.encoding)
    if (!encoding) throw new Error(`own item ${own.item}: "${value.encoding}" is no encoding`)
    const name = value.name === undefined ? own.name : `${own.name}: ${value.name}`
    const cell: Cell = {
      item: asked,
      place,
      name,
      nameZh: name,
      obis: knownCells[place]?.obis ?? null,
      unit: value.unit ?? '',
      encoding,
      from: 0,
      isTime: false,
      isRegister: (knownCells[place]?.isRegister ?? false) && !encoding.text.startsWith('+-'),
    }
    return { bytes: encoding.bytes, cells: [cell] }
  })
  const isList = known?.kind === 'list'
  return {
    item: asked,
    name: own.name,
    nameZh: own.name,
    // Whether a maker's own item may be written is for the meter to say.
    access: known?.access ?? 'RW',
    clause: 'profile',
    kind: isList ? 'list' : 'one',
    lists: [isList ? entries : [joinedEntry(entries)]],
  }
}

function ownPattern(item: string): RegExp | null {
  return item.endsWith('nn') ? itemPattern(item) : null
}
