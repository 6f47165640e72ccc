/** That a store was rescued, restored or begun anew stands in its own journal, in the same file. */

import type { DatabaseSync } from 'node:sqlite'
import { readOnlyUri } from '../statements.ts'
import type { Deed, HashedEntry } from './deed.ts'
import { entryHash, entryIn, JOURNAL_COLUMNS } from './entry.ts'
import { createJournal } from './journal.ts'

/** Where a life of the store begins that is not simply the last one gone on with. */
export const TURNS = ['store.restored', 'store.rescued', 'store.began-anew'] as const

export function noteTurn(
  database: DatabaseSync,
  turn: Pick<Deed, 'at' | 'actor' | 'facts'> & { readonly action: (typeof TURNS)[number] },
): void {
  const journal = createJournal(database, { found: () => undefined })
  journal.add({ ...turn, scope: 'none', address: 'local', subject: 'store' })
}

/** What became of the journal where a copy takes the place of a store. */
export type Carried =
  /** So many entries were added since the copy was made, and go on. */
  | { readonly carried: number }
  /** It could not be had, or is not the one that the copy was made of: it ends where the copy does. */
  | { readonly notCarried: string }

/**
 * A restore takes readings back, but not what was written down of people: entries that came after the copy are taken
 * along from the store that was there, where they are the continuation of those in it.
 */
export function carryJournal(from: string, to: DatabaseSync): Carried {
  try {
    to.prepare('ATTACH ? AS present').run(readOnlyUri(from))
    try {
      return carryAttached(to)
    } finally {
      to.exec('DETACH present')
    }
  } catch (error) {
    return { notCarried: `the store that was there cannot be read: ${String(error)}` }
  }
}

function carryAttached(to: DatabaseSync): Carried {
  const isThere = to.prepare("SELECT 1 FROM present.sqlite_schema WHERE name = 'journal'").get()
  if (isThere === undefined) return { notCarried: 'the store that was there had no journal' }
  const { size, hash } = createJournal(to, { found: () => undefined }).head()
  const last = size === 0 ? null : entryAt(to, size)
  if (size > 0 && last?.hash !== hash) return { notCarried: 'the journals are not of one past' }
  const { changes } = to
    .prepare(
      `INSERT INTO main.journal (${JOURNAL_COLUMNS})
       SELECT ${JOURNAL_COLUMNS} FROM present.journal WHERE sequence > ? ORDER BY sequence`,
    )
    .run(size)
  return { carried: Number(changes) }
}

function entryAt(to: DatabaseSync, sequence: number): Pick<HashedEntry, 'hash'> | null {
  const row = to.prepare('SELECT * FROM present.journal WHERE sequence = ?').get(sequence)
  const entry = row === undefined ? null : entryIn(row)
  return entry && { hash: entryHash(entry) }
}
