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
  const keys = new Map<number, WithheldBoundary | null>()

  function isSound(sequence: number): boolean {
    const row = ask.row.get(sequence)
    return row === undefined || entryOf(row) !== null
  }

  /** Where the damage is in what names the boundary, the index of identities still names it. */
  function keyOf(sequence: number): WithheldBoundary | null {
    const row = ask.row.get(sequence)
    if (row !== undefined && isNamedSo(row)) return keyIn(row)
    const known = keys.get(sequence)
    if (known !== undefined) return known
    const found = keyIn(ask.byNumber.get(sequence) ?? {})
    keys.set(sequence, found)
    return found
  }

  function isNamedSo({ sequence, meter, boundary, version }: Row): boolean {
    if (typeof meter !== 'string') return false
    const found = ask.identity.get(meter, whole(boundary), whole(version))
    return found !== undefined && whole(found['sequence']) === whole(sequence)
  }

  function unsettledAs(sequence: number): WithheldBoundary | null {
    const key = keyOf(sequence)
    if (key === null || isSound(sequence)) return null
    const newest = ask.newest.get(key.meter, key.boundary)
    return newest !== undefined && whole(newest['sequence']) === sequence ? key : null
  }

  return {
    fence(sequence) {
      if (pending.has(sequence) || isSound(sequence)) return
      if (ask.isFenced.get(sequence) === undefined) transaction(() => ask.fence.run(sequence))
      pending.add(sequence)
    },
    unsettled() {
      const found: WithheldBoundary[] = []
      for (const sequence of pending) {
        const one = unsettledAs(sequence)
        if (one === null) pending.delete(sequence)
        else if (found.push(one) >= MOST_AT_ONCE) break
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
    // The whole index, once for each entry of which nothing else tells the boundary.
    byNumber: database.prepare(`SELECT meter, boundary ${byIdentity} +sequence = ?`),
  }
}
