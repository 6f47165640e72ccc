/** Price lists: so much for each kWh of a register, from a date on; ladders and standing charges. A price that has been in force never changes. Pure. */

import { compareScaled, formatScaled, type Scaled } from '../../core/scaled.ts'
import { type Ladder, ladderRefused } from './ladder.ts'
import type { StandingCharge } from './standing-charge.ts'

/** One table of a list; it holds until the next begins. */
export interface PriceTable {
  /** UTC ms, a midnight of the site. */
  readonly from: number
  /** ISO 4217. */
  readonly currency: string
  /** By OBIS code, for each kWh; registers that are not named cost nothing. */
  readonly registers: ReadonlyMap<string, Scaled>
  readonly ladder?: Ladder
  readonly standing?: StandingCharge
}

/** Tables of one list as they were recorded; of the same `from` the last counts. In order of `from`. */
export function inForce(recorded: readonly PriceTable[]): readonly PriceTable[] {
  return [...new Map(recorded.map(table => [table.from, table])).values()].sort((a, b) => a.from - b.from)
}

/** Why a table may not be added to a list, in words; null where it may. */
export function tableRefused(next: PriceTable, recorded: readonly PriceTable[], now: number): string | null {
  const tables = inForce(recorded)
  const [first] = tables
  const wrong = next.ladder ? ladderRefused(next.ladder) : null
  if (wrong !== null) return wrong
  if (next.registers.size === 0 && !next.ladder && !next.standing)
    return 'a table has a price of a register, a ladder or a standing charge'
  if (first === undefined) return null
  if (first.currency !== next.currency) return `this list is in ${first.currency}`
  if (next.from <= now) return 'a price in force never changes: a table added to a list begins in the future'
  return null
}

export interface Priced {
  /** For each kWh, wherever on a ladder; nothing where the ladder alone names the register. */
  readonly price: Scaled
  readonly ladder: Ladder | null
  readonly from: number
}

export type PriceFound = Priced | 'no table' | 'not priced' | 'changes'

/** The one price of a register from one instant to another. */
export function priceOver(tables: readonly PriceTable[], obis: string, from: number, to: number): PriceFound {
  const first = tables.findLast(table => table.from <= from)
  if (first === undefined) return 'no table'
  const price = first.registers.get(obis)
  const ladder = ladderOf(first, obis)
  const within = tables.filter(table => table.from > from && table.from < to)
  const isOne = within.every(
    table =>
      isSame(table.registers.get(obis), price) && writeLadder(ladderOf(table, obis)) === writeLadder(ladder),
  )
  if (!isOne) return 'changes'
  if (price === undefined && ladder === null) return 'not priced'
  return { price: price ?? { digits: 0n, scaler: 0 }, ladder, from: first.from }
}

function ladderOf({ ladder }: PriceTable, obis: string): Ladder | null {
  return ladder?.register === obis ? ladder : null
}

/** By what they say two of them are told apart. */
function writeLadder(ladder: Ladder | null): string {
  if (ladder === null) return ''
  const { every, begins, steps } = ladder
  return [every, begins, ...steps.map(({ above, price }) => `${plain(above)} ${plain(price)}`)].join('\n')
}

/** Without zeros at the end of its decimals. */
function plain(value: Scaled): string {
  return formatScaled(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

function isSame(a: Scaled | undefined, b: Scaled | undefined): boolean {
  return a === undefined || b === undefined ? a === b : compareScaled(a, b) === 0
}
