/** Adds to the ledger, within a transaction; and how its entries are told. */

import type { DatabaseSync } from 'node:sqlite'
import { formatScaled, type Scaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { LedgerEntry } from '../../supply/money/entry.ts'
import { ledgerChecksum } from '../checksum.ts'
import { whole } from '../rows.ts'
import { LEDGER_COLUMNS, ledgerFieldsOf } from './ledger.ts'

export type NewEntry = Omit<LedgerEntry, 'sequence' | 'facts'> & { readonly facts: object }

/** Numbers go on from the highest there is, damaged or not. */
export function ledgerWriterFor(database: DatabaseSync): (entry: NewEntry) => LedgerEntry {
  const last = database.prepare('SELECT max(sequence) AS last FROM ledger')
  const add = database.prepare(
    `INSERT INTO ledger (${LEDGER_COLUMNS}) VALUES (${LEDGER_COLUMNS.map(() => '?')})`,
  )
  return given => {
    const sequence = whole(last.get()?.['last'] ?? 0) + 1
    const entry: LedgerEntry = { ...given, sequence, facts: JSON.stringify(given.facts) }
    const fields = ledgerFieldsOf(entry)
    add.run(...Object.values(fields), ledgerChecksum(fields))
    return entry
  }
}

/** Times are told in the offset of the site. */
export function writeLedgerEntry(entry: LedgerEntry, balance: Scaled | null, offsetMinutes: number) {
  const { sequence, account, kind, about, from, to, amount, facts, recordedAt, by } = entry
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return {
    ...{ sequence, account, kind, about, from: at(from), to: to === null ? null : at(to), amount },
    balance: balance && formatScaled(balance),
    facts: JSON.parse(facts) as Record<string, unknown>,
    ...{ recordedAt: at(recordedAt), by },
  }
}
