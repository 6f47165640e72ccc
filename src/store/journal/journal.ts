/** What was done by whom, each entry chained to the one before: rows are added, never changed or removed (PR-65, P-12). */

import type { DatabaseSync } from 'node:sqlite'
import { type Head, NOTHING_BEFORE } from '../../core/hash-chain.ts'
import { journalChecksum } from '../checksum.ts'
import type { Damage } from '../damage.ts'
import { type Row, whole } from '../rows.ts'
import type { Deed, HashedEntry, JournalAsked, JournalEntry, JournalPage } from './deed.ts'
import { entryHash, entryIn, JOURNAL_COLUMNS, saidIn } from './entry.ts'

export interface Journal {
  /** Within the transaction of what it records, where that is in the same file; answers its number. */
  add(deed: Deed): number
  after(asked: JournalAsked): JournalPage
  head(): Head
  /** The last entry about API keys. */
  lastOfKeys(): JournalEntry | null
}

/** Looked through at once: some milliseconds. */
const MOST_LOOKED_AT = 2_000

const COLUMNS = JOURNAL_COLUMNS.join(', ')

/** A file that is read only can be asked too. */
export function createJournal(database: DatabaseSync, damage: Pick<Damage, 'found'>): Journal {
  const ask = {
    last: database.prepare(`SELECT ${COLUMNS} FROM journal ORDER BY sequence DESC LIMIT 1`),
    lastOfKeys: database.prepare(
      `SELECT ${COLUMNS} FROM journal WHERE action >= 'key.' AND action < 'key/' ORDER BY sequence DESC LIMIT 1`,
    ),
    after: database.prepare(
      `SELECT ${COLUMNS} FROM journal WHERE sequence > ? AND sequence <= ? ORDER BY sequence`,
    ),
    add: database.prepare(
      `INSERT INTO journal (${COLUMNS}) VALUES (${JOURNAL_COLUMNS.map(() => '?').join(', ')})`,
    ),
  }

  /** Of the last row whether or not it checks: it is what the next one follows, and verifying tells what is wrong with it. */
  function head(): Head {
    const row = ask.last.get()
    return row === undefined
      ? { size: 0, hash: NOTHING_BEFORE }
      : { size: whole(row['sequence']), hash: entryHash(saidIn(row)) }
  }

  function verified(row: Row): JournalEntry | null {
    const entry = entryIn(row)
    if (entry === null) damage.found('journal', whole(row['sequence']))
    return entry
  }

  return {
    head,
    add({ facts, ...deed }) {
      const { size, hash: before } = head()
      const entry = { ...deed, sequence: size + 1, facts: JSON.stringify(facts), before }
      const { sequence, at, actor, scope, address, action, subject } = entry
      const fields = [sequence, at, actor, scope, address, action, subject, entry.facts, before]
      ask.add.run(...fields, journalChecksum(entry))
      return sequence
    },
    after({ after, before = Number.MAX_SAFE_INTEGER, limit, since, actor, action }) {
      const last = Math.min(head().size, before - 1)
      const until = Math.min(after + MOST_LOOKED_AT, last)
      const entries: HashedEntry[] = []
      const isAsked = (entry: JournalEntry) =>
        entry.at >= (since ?? 0) &&
        (actor === undefined || entry.actor === actor) &&
        (action === undefined || entry.action === action)
      for (const row of ask.after.iterate(after, until)) {
        const entry = verified(row)
        if (entry === null || !isAsked(entry)) continue
        entries.push({ ...entry, hash: entryHash(entry) })
        if (entries.length === limit) break
      }
      const reached = entries.length === limit ? (entries.at(-1)?.sequence ?? until) : until
      return { entries, reached: reached < last ? reached : null }
    },
    lastOfKeys() {
      const row = ask.lastOfKeys.get()
      return row === undefined ? null : verified(row)
    },
  }
}
