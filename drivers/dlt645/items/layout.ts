/** How the data of an answer are laid out. */

import type { Access } from '../../../src/driver-api/items.ts'
import type { Encoding } from '../encodings/encodings.ts'

/** One value of an answer: whose it is and what its bytes mean. */
export interface Cell {
  readonly item: string
  readonly place: number
  readonly name: string
  readonly nameZh: string
  readonly obis: string | null
  readonly unit: string
  readonly encoding: Encoding
  /** Its first byte in the entry. */
  readonly from: number
  readonly isTime: boolean
  readonly isRegister: boolean
}

/** Values that come or are missing together. */
export interface Entry {
  readonly bytes: number
  readonly cells: readonly Cell[]
}

/** How the data of an answer are laid out. */
export interface Layout {
  readonly item: string
  readonly name: string
  readonly nameZh: string
  readonly access: Access
  readonly clause: string
  /** `one`: exactly one entry. `list`: as many entries as came. `groups`: lists, divided by AA. */
  readonly kind: 'one' | 'list' | 'groups'
  readonly lists: readonly (readonly Entry[])[]
}

export function cellsOf(layout: Layout): readonly Cell[] {
  const known = cellLists.get(layout)
  if (known) return known
  const cells = layout.lists.flatMap(list => list.flatMap(entry => entry.cells))
  cellLists.set(layout, cells)
  return cells
}

/** Every answer is looked through by cells, and a layout is asked for again and again. */
const cellLists = new WeakMap<Layout, readonly Cell[]>()

/** Entries that come together or not at all. */
export function joinedEntry(entries: readonly Entry[]): Entry {
  let bytes = 0
  const cells = entries.flatMap(entry => {
    const from = bytes
    bytes += entry.bytes
    return entry.cells.map(cell => ({ ...cell, from: from + cell.from }))
  })
  return { bytes, cells }
}
