/** The ledger as it is read: each row is checked on its way out and withheld where it is damaged (PR-06). */

import type { DatabaseSync } from 'node:sqlite'
import type { Terms } from '../../supply/account/terms.ts'
import type { Owed } from '../../supply/money/charges.ts'
import type { EntryKind, LedgerEntry } from '../../supply/money/entry.ts'
import type { PriceTable } from '../../supply/money/prices.ts'
import { type LedgerFields, ledgerChecksum } from '../checksum.ts'
import type { Damage } from '../damage.ts'
import { type Row, whole } from '../rows.ts'
import { exactly, type TableWritten, tableOf } from './table-written.ts'

export interface AccountEntries {
  /** What is sound of an account, in order. */
  readonly entries: readonly LedgerEntry[]
  /** Numbers of those that are not: what they said, and so what all comes to, is not known. */
  readonly damaged: readonly number[]
}

export interface Ledger {
  of(account: string): AccountEntries
  /** In order of their beginning. */
  termsOf(account: string): readonly Terms[]
  /** Of a price list, as they were recorded. */
  tablesOf(list: string): readonly PriceTable[]
  /** The names of all price lists, in order. */
  lists(): readonly string[]
  /** Charges of a meter whose spans have an instant in common with that from one to another, ends included. */
  chargesOf(meter: string, from: number, to: number): ChargesKept
  /** Of that kind and name, of whatever account and damaged ones too. */
  isThere(kind: EntryKind, about: string): boolean
  /** Accounts that ever had terms. */
  accounts(): readonly string[]
  /** Whether an account ever had terms. */
  isOfTerms(account: string): boolean
  hasThresholds(account: string): boolean
  /** Accounts of which thresholds begin after an instant and not after another. */
  thresholdsBegun(after: number, now: number): readonly string[]
  /** Levels reached and left, of all accounts, in order. */
  levelsAfter(sequence: number, limit: number): EntriesAfter
  /** Of the last terms or prices: entries that change what others are charged; 0 where there is none. */
  lastRule(): number
}

export interface EntriesAfter {
  readonly entries: readonly LedgerEntry[]
  /** Every number up to this one is among them, is of another kind, or is damaged and withheld. */
  readonly reached: number
}

export interface ChargesKept {
  readonly charges: readonly Owed[]
  /** Accounts of which a charge is damaged: what they have been charged is not known. */
  readonly damaged: readonly string[]
}

export const LEDGER_COLUMNS = [
  ...['sequence', 'account', 'kind', 'about', 'since', 'until', 'amount', 'facts'],
  ...['recorded_at', 'recorded_by', 'checksum'],
]

export function createLedger(database: DatabaseSync, damage: Pick<Damage, 'found'>): Ledger {
  const ask = statementsFor(database)

  function verified(row: Row): LedgerEntry | null {
    const entry = ledgerEntryOf(row)
    if (entry === null) damage.found('ledger', whole(row['sequence']))
    return entry
  }

  const sound = (rows: readonly Row[]) => rows.flatMap(row => verified(row) ?? [])

  return {
    of(account) {
      const rows = ask.of.all(account)
      const numbers = rows.map(({ sequence }) => whole(sequence))
      const entries = sound(rows)
      const known = new Set(entries.map(({ sequence }) => sequence))
      return { entries, damaged: numbers.filter(one => !known.has(one)) }
    },
    termsOf: account =>
      sound(ask.terms.all(account))
        .map(termsIn)
        .sort((a, b) => a.from - b.from),
    tablesOf: list => sound(ask.tables.all(list)).map(tableIn),
    lists: () => ask.lists.all().map(({ about }) => String(about)),
    chargesOf(meter, from, to) {
      const rows = ask.charges.all(meter, from, to)
      const damaged = rows.filter(row => verified(row) === null).map(({ account }) => String(account))
      return { charges: sound(rows).map(chargeIn), damaged }
    },
    isThere: (kind, about) => ask.isThere.get(kind, about) !== undefined,
    accounts: () => ask.accounts.all().map(({ account }) => String(account)),
    isOfTerms: account => ask.isOfTerms.get(account) !== undefined,
    hasThresholds: account => ask.hasThresholds.get(account) !== undefined,
    thresholdsBegun: (after, now) => ask.begun.all(after, now).map(({ account }) => String(account)),
    levelsAfter(sequence, limit) {
      const rows = ask.levels.all(sequence, limit)
      return { entries: sound(rows), reached: whole(rows.at(-1)?.['sequence'] ?? sequence) }
    },
    lastRule: () => whole(ask.lastRule.get()?.['last'] ?? 0),
  }
}

function termsIn({ from, facts }: LedgerEntry): Terms {
  return { ...(JSON.parse(facts) as Omit<Terms, 'from'>), from }
}

function tableIn({ from, facts }: LedgerEntry): PriceTable {
  return tableOf(from, JSON.parse(facts) as TableWritten)
}

/** What a charge took: entries tell how the balance moved. */
function chargeIn({ account, from, to, amount, facts }: LedgerEntry): Owed {
  const { obis } = JSON.parse(facts) as { readonly obis: string }
  const { digits, scaler } = exactly(amount ?? '')
  return { account, obis, from, to: to ?? from, amount: { digits: -digits, scaler } }
}

/** In the order of the columns. */
export function ledgerFieldsOf(entry: LedgerEntry): LedgerFields {
  const { sequence, account, kind, about, from, to, amount, facts, recordedAt, by } = entry
  return {
    ...{ sequence, account, kind, about, since: from, until: to, amount, facts },
    ...{ recordedAt, recordedBy: by },
  }
}

/** Null where the row does not match its checksum. */
export function ledgerEntryOf(row: Row): LedgerEntry | null {
  const text = (column: string) => String(row[column])
  const entry: LedgerEntry = {
    ...{ sequence: whole(row['sequence']), account: text('account') },
    ...{ kind: text('kind') as EntryKind, about: text('about') },
    ...{ from: whole(row['since']), to: row['until'] === null ? null : whole(row['until']) },
    ...{ amount: row['amount'] === null ? null : text('amount'), facts: text('facts') },
    ...{ recordedAt: whole(row['recorded_at']), by: text('recorded_by') },
  }
  return ledgerChecksum(ledgerFieldsOf(entry)) === whole(row['checksum']) ? entry : null
}

function statementsFor(database: DatabaseSync) {
  const all = 'SELECT * FROM ledger WHERE'
  return {
    of: database.prepare(`${all} account = ? ORDER BY sequence`),
    terms: database.prepare(`${all} account = ? AND kind = 'terms' ORDER BY sequence`),
    tables: database.prepare(`${all} kind = 'prices' AND about = ? ORDER BY sequence`),
    lists: database.prepare("SELECT DISTINCT about FROM ledger WHERE kind = 'prices' ORDER BY about"),
    charges: database.prepare(
      `${all} kind = 'charge' AND about = ?1 AND until >= ?2 AND since <= ?3 ORDER BY sequence`,
    ),
    isThere: database.prepare('SELECT 1 FROM ledger WHERE kind = ? AND about = ? LIMIT 1'),
    accounts: database.prepare("SELECT DISTINCT account FROM ledger WHERE kind = 'terms' ORDER BY account"),
    isOfTerms: database.prepare("SELECT 1 FROM ledger WHERE account = ? AND kind = 'terms' LIMIT 1"),
    hasThresholds: database.prepare("SELECT 1 FROM ledger WHERE account = ? AND kind = 'thresholds' LIMIT 1"),
    begun: database.prepare(
      `SELECT DISTINCT account FROM ledger INDEXED BY ledger_begins
       WHERE kind = 'thresholds' AND since > ? AND since <= ?`,
    ),
    levels: database.prepare(
      `SELECT * FROM ledger INDEXED BY ledger_level WHERE kind = 'level' AND sequence > ? ORDER BY sequence LIMIT ?`,
    ),
    lastRule: database.prepare("SELECT max(sequence) AS last FROM ledger WHERE kind IN ('terms', 'prices')"),
  }
}
