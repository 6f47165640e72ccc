/** An entry of the journal: who did what to what, when and from where, as one link of a chain (PR-65, P-12). */

import { hashOf, type Link } from '../../core/hash-chain.ts'
import { journalChecksum } from '../checksum.ts'
import { type Row, whole } from '../rows.ts'
import type { JournalEntry } from './deed.ts'

export const JOURNAL_COLUMNS = [
  ...['sequence', 'at', 'actor', 'scope', 'address', 'action', 'subject', 'facts', 'before', 'checksum'],
]

/** The text an entry's hash is of: its fields as a JSON array, in the order of the columns, after the name of the form. */
export function linkOf(entry: JournalEntry): Link {
  const { sequence, at, actor, scope, address, action, subject, facts, before } = entry
  const fields = ['meterd journal 1', sequence, at, actor, scope, address, action, subject, facts, before]
  return { sequence, before, text: JSON.stringify(fields) }
}

export function entryHash(entry: JournalEntry): string {
  return hashOf(linkOf(entry))
}

/** What a row says, whether or not it is true. */
export function saidIn(row: Row): JournalEntry {
  const text = (column: string) => String(row[column])
  return {
    ...{ sequence: whole(row['sequence']), at: whole(row['at']) },
    ...{ actor: text('actor'), scope: text('scope'), address: text('address') },
    ...{ action: text('action'), subject: text('subject'), facts: text('facts'), before: text('before') },
  }
}

/** Null where its checksum does not hold. */
export function entryIn(row: Row): JournalEntry | null {
  const entry = saidIn(row)
  return journalChecksum(entry) === whole(row['checksum']) ? entry : null
}
