/**
 * Entries of the book that were found damaged (PR-06). Each is fenced for good; where it is the latest version of its boundary,
 * that boundary is named to whoever settles it anew, whatever its age.
 */

import type { DatabaseSync } from 'node:sqlite'
import { type Row, whole } from '../rows.ts'
import type { Transaction } from '../statements.ts'
import type { WithheldBoundary } from './asked.ts'
import { entryOf } from './book.ts'

export interface WithheldEntries {
  /** Nothing where the entry turns out sound, or is fenced already. */
  fence(sequence: number): void
  /** Boundaries whose latest entry is damaged: so many of them that it takes some milliseconds. */
  unsettled(): readonly WithheldBoundary[]
}

/** An entry is some twenty microseconds to look at. */
const MOST_AT_ONCE = 200

export function createWithheldEntries(database: DatabaseSync, transaction: Transaction): WithheldEntries {
  const ask = statementsFor(database)
  /** Those not known to be superseded. */
  const pending = new Set(ask.fenced.all().map(row => whole(row['sequence'])))
  /** As walks of the index have told them; null where it does not name the entry either. */
  const walked = new Map<number, WithheldBoundary | null>()

  function isSound(sequence: number): boolean {
    const row = ask.row.get(sequence)
    return row === undefined || entryOf(row) !== null
  }

  /** Where the damage is in what names the boundary, the index of identities still names it. */
  function keyOf(sequence: number): WithheldBoundary | null {
    const row = ask.row.get(sequence)
    if (row !== undefined && isNamedSo(row)) return keyIn(row)
    return walked.get(sequence) ?? null
  }

  /** One at a time: it is the whole index, a tenth of a second of a million entries. */
  function walkForOne(): void {
    for (const sequence of pending) {
      const row = ask.row.get(sequence)
      if (walked.has(sequence) || (row !== undefined && isNamedSo(row))) continue
      walked.set(sequence, keyIn(ask.byNumber.get(sequence) ?? {}))
      return
    }
  }

  function isNamedSo({ sequence, meter, boundary, version }: Row): boolean {
    if (typeof meter !== 'string') return false
    const found = ask.identity.get(meter, whole(boundary), whole(version))
    return found !== undefined && whole(found['sequence']) === whole(sequence)
  }

  function isLatest(sequence: number, { meter, boundary }: WithheldBoundary): boolean {
    const newest = ask.newest.get(meter, boundary)
    return newest !== undefined && whole(newest['sequence']) === sequence
  }

  return {
    fence(sequence) {
      if (pending.has(sequence) || isSound(sequence)) return
      if (ask.isFenced.get(sequence) === undefined) transaction(() => ask.fence.run(sequence))
      pending.add(sequence)
    },
    unsettled() {
      walkForOne()
      const found: WithheldBoundary[] = []
      for (const sequence of pending) {
        const key = keyOf(sequence)
        if (isSound(sequence) || (key !== null && !isLatest(sequence, key))) pending.delete(sequence)
        else if (key !== null && found.push(key) >= MOST_AT_ONCE) break
      }
      return found
    },
  }
}

function keyIn({ meter, boundary }: Row): WithheldBoundary | null {
  return typeof meter === 'string' ? { meter, boundary: whole(boundary) } : null
}

function statementsFor(database: DatabaseSync) {
  const byIdentity = 'FROM release INDEXED BY release_identity WHERE'
  return {
    fenced: database.prepare('SELECT sequence FROM release_fenced'),
    isFenced: database.prepare('SELECT 1 FROM release_fenced WHERE sequence = ?'),
    fence: database.prepare('INSERT INTO release_fenced (sequence) VALUES (?) ON CONFLICT DO NOTHING'),
    row: database.prepare('SELECT * FROM release WHERE sequence = ?'),
    identity: database.prepare(`SELECT sequence ${byIdentity} meter = ? AND boundary = ? AND version = ?`),
    newest: database.prepare(
      `SELECT sequence ${byIdentity} meter = ? AND boundary = ? ORDER BY version DESC LIMIT 1`,
    ),
    byNumber: database.prepare(`SELECT meter, boundary ${byIdentity} +sequence = ?`),
  }
}
