/** Price lists: so much for each kWh of a register, from a date on. A price that has been in force never changes. Pure. */

import { compareScaled, type Scaled } from '../../core/scaled.ts'

/** One table of a list; it holds until the next begins. */
export interface PriceTable {
  /** UTC ms, a midnight of the site. */
  readonly from: number
  /** ISO 4217. */
  readonly currency: string
  /** By OBIS code, for each kWh; registers that are not named cost nothing. */
  readonly registers: ReadonlyMap<string, Scaled>
}

/** Tables of one list as they were recorded; of the same `from` the last counts. In order of `from`. */
export function inForce(recorded: readonly PriceTable[]): readonly PriceTable[] {
  return [...new Map(recorded.map(table => [table.from, table])).values()].sort((a, b) => a.from - b.from)
}

/** Why a table may not be added to a list, in words; null where it may. */
export function tableRefused(next: PriceTable, recorded: readonly PriceTable[], now: number): string | null {
  const tables = inForce(recorded)
  const [first] = tables
  if (first === undefined) return null
  if (first.currency !== next.currency) return `this list is in ${first.currency}`
  if (next.from <= now) return 'a price in force never changes: a table added to a list begins in the future'
  return null
}

export type PriceFound =
  | { readonly price: Scaled; readonly from: number }
  | 'no table'
  | 'not priced'
  | 'changes'

/** The one price of a register from one instant to another. */
export function priceOver(tables: readonly PriceTable[], obis: string, from: number, to: number): PriceFound {
  const first = tables.findLast(table => table.from <= from)
  if (first === undefined) return 'no table'
  const price = first.registers.get(obis)
  const within = tables.filter(table => table.from > from && table.from < to)
  if (!within.every(table => isSame(table.registers.get(obis), price))) return 'changes'
  return price === undefined ? 'not priced' : { price, from: first.from }
}

function isSame(a: Scaled | undefined, b: Scaled | undefined): boolean {
  return a === undefined || b === undefined ? a === b : compareScaled(a, b) === 0
}
