/** What the two editions do differently: control codes, identifiers, error words, the pair that is the clock. */

import type { Traits } from '../../src/driver-api/driver.ts'
import type { Marked } from './items/answer.ts'
import type { ItemTable } from './items/item-table.ts'
import { ITEMS_1997 } from './items/items-1997.ts'
import { ITEMS_2007 } from './items/items-2007.ts'
import { ownTable } from './items/own-items.ts'
import { quirkOf } from './quirks.ts'
import { ERRORS_1997, ERRORS_2007, type ErrorBits } from './wire/error-words.ts'

/** The meter's own clock, whichever items an edition reads it by. */
export const CLOCK_OBIS = '0-0:1.0.0'

export interface Dialect {
  readonly protocol: 'dlt645-2007' | 'dlt645-1997'
  readonly table: ItemTable
  /** Length of a data identifier. */
  readonly itemBytes: 4 | 2
  readonly read: 0x11 | 0x01
  /**
   * Asks for the rest of a long answer by sequence number (2007, 7.2). The 1997 request carries no number, so a lost
   * or doubled part could not be told from the right one; there it is null and long answers are refused.
   */
  readonly followUp: 0x12 | null
  readonly errors: ErrorBits
  /** Whether this model marks the items of its blocks; either way where that is not known. */
  readonly marks?: Marked
  /** The clock, where date and time are two items: "date+time", high byte first. */
  readonly clock: string
  /** The item that answers both at once, where a later meter has it. */
  readonly wholeClock: string | null
}

export const DIALECT_2007: Dialect = {
  protocol: 'dlt645-2007',
  table: ITEMS_2007,
  itemBytes: 4,
  read: 0x11,
  followUp: 0x12,
  errors: ERRORS_2007,
  clock: '04000101+04000102',
  wholeClock: '0400010C',
}

export const DIALECT_1997: Dialect = {
  protocol: 'dlt645-1997',
  table: ITEMS_1997,
  itemBytes: 2,
  read: 0x01,
  followUp: null,
  errors: ERRORS_1997,
  clock: 'C010+C011',
  wholeClock: null,
}

/** Plans are remembered by dialect, so each has one object for each way of marking and each table. */
const spoken = new WeakMap<ItemTable, Map<string, Dialect>>()

/** The edition as one model speaks it: its own items in the table, its blocks marked its way. */
export function dialectFor(dialect: Dialect, traits: Traits): Dialect {
  const quirk = quirkOf(traits, 'block-marks')
  const marks = quirk === 'aa' || quirk === 'none' ? quirk : undefined
  const hasOwn = traits.items !== undefined && traits.items.length > 0
  if (!hasOwn && marks === undefined) return dialect
  const table = hasOwn ? ownTable(dialect.table, traits.items) : dialect.table
  const byMarks = spoken.get(table) ?? new Map<string, Dialect>()
  const key = `${dialect.protocol} ${marks}`
  const known = byMarks.get(key) ?? { ...dialect, table, ...(marks === undefined ? {} : { marks }) }
  spoken.set(table, byMarks.set(key, known))
  return known
}
