/**
 * The changes beside the readings they announce. All but repeated announcements stand in the order of their readings,
 * so a walk over old readings takes their changes along without an index from one to the other.
 */

import type { DatabaseSync } from 'node:sqlite'
import { changeChecksum } from '../checksum.ts'
import { type Row, whole } from '../rows.ts'

export interface ChangeTrail {
  /** The newest reading of which everything older, and itself, was announced up to this number. */
  readingsUpTo(sequence: number): number
  /**
   * Within a transaction: removes changes whose reading is gone, from after `sequence` to the last that belongs to
   * `reading`; answers where it stopped.
   */
  clear(sequence: number, reading: number, gone: ReadonlySet<number>): number
}

const ROWS_AT_ONCE = 500
/** The newest number given must still be known after a start. */
const NEWEST_KEPT = 1_000

export function createChangeTrail(database: DatabaseSync, lastSequence: () => number): ChangeTrail {
  const ask = {
    after: database.prepare(
      `SELECT sequence, reading, quality, findings, checksum FROM change
       WHERE sequence > ? ORDER BY sequence LIMIT ${ROWS_AT_ONCE}`,
    ),
    isAgain: database.prepare('SELECT 1 FROM again WHERE reading = ? AND sequence = ?'),
    exists: database.prepare('SELECT 1 FROM reading WHERE id = ?'),
    newest: database.prepare('SELECT max(id) AS last FROM reading'),
    remove: database.prepare('DELETE FROM change WHERE sequence = ?'),
  }

  /** Changes after a number, in order. Damaged rows have no say. */
  function* changesAfter(
    sequence: number,
  ): Generator<{ sequence: number; reading: number; isFirst: boolean }> {
    for (let from = sequence; ; ) {
      const page = ask.after.all(from)
      if (page.length === 0) return
      from += page.length
      for (const row of page) {
        if (!isSoundChange(row)) continue
        const change = { sequence: whole(row['sequence']), reading: whole(row['reading']) }
        from = Math.max(from, change.sequence)
        yield { ...change, isFirst: ask.isAgain.get(change.reading, change.sequence) === undefined }
      }
    }
  }

  return {
    readingsUpTo(sequence) {
      for (const { reading, isFirst } of changesAfter(sequence))
        if (isFirst && ask.exists.get(reading) !== undefined) return reading - 1
      return whole(ask.newest.get()?.['last'] ?? 0)
    },
    clear(sequence, reading, gone) {
      let reached = sequence
      const newest = lastSequence() - NEWEST_KEPT
      for (const change of changesAfter(sequence)) {
        if (change.sequence > newest || (change.isFirst && change.reading > reading)) break
        if (gone.has(change.reading) || ask.exists.get(change.reading) === undefined)
          ask.remove.run(change.sequence)
        reached = change.sequence
      }
      return reached
    },
  }
}

/** Whether a row of `change` matches its checksum. */
export function isSoundChange(row: Row): boolean {
  const { sequence, reading, quality, findings, checksum } = row
  const sum = changeChecksum(whole(sequence), whole(reading), whole(quality), whole(findings))
  return sum === whole(checksum)
}
