/** Adds to the book. What was released together is one batch; its rows and their totals are kept together or not at all. */

import type { DatabaseSync } from 'node:sqlite'
import type { Release } from '../../reading/billing/release.ts'
import { batchChecksum, releaseChecksum } from '../checksum.ts'
import { type Row, whole } from '../rows.ts'
import { type Batch, closeBatch, NO_HASH } from './batch-entry.ts'
import { batchOf, entryOf } from './book.ts'
import { type Entry, writeEntry } from './entry.ts'
import { pack } from './packed.ts'

export interface BookWriter {
  /** Within a transaction, as the batch it belongs to: its version is the next of its meter and boundary. */
  add(release: Omit<Release, 'recordedAt'>): Entry
  /** The batch of all that was added; null where nothing was. */
  close(): Closed | null
}

export interface Closed {
  readonly batch: Batch
  readonly entries: readonly Entry[]
}

export function bookWriterFor(database: DatabaseSync, offsetMinutes: number): (now: number) => BookWriter {
  const ask = statementsFor(database)

  return now => {
    const batches = newestOf(ask.newestBatches.iterate(), batchOf)
    const { kept: before } = batches
    const newest = newestOf(ask.newest.iterate(), entryOf)
    const head = {
      id: (before?.id ?? 0) + batches.damaged + 1,
      recordedAt: now,
      previous: before?.hash ?? NO_HASH,
    }
    let sequence = Math.max(before?.last ?? 0, (newest.kept?.sequence ?? 0) + newest.damaged)
    const entries: Entry[] = []

    function add(given: Omit<Release, 'recordedAt'>): Entry {
      const { meter, boundary, standing } = given
      const version = whole(ask.highest.get(meter, boundary)?.['version'] ?? 0) + 1
      const release: Release = { ...given, version, recordedAt: now }
      sequence += 1
      const place = { sequence, batch: head.id }
      const text = writeEntry(release, place, offsetMinutes)
      const fields = { ...place, meter, boundary, version, standing, recordedAt: now, entry: text }
      const sum = releaseChecksum(fields)
      ask.add.run(sequence, meter, boundary, version, standing, now, head.id, pack(text), sum)
      const entry = { ...release, ...place, text }
      entries.push(entry)
      return entry
    }

    function close(): Closed | null {
      if (entries.length === 0) return null
      const batch = closeBatch(head, entries, offsetMinutes)
      const { id, first, last, hash, text: entry } = batch
      ask.addBatch.run(id, first, last, hash, entry, batchChecksum({ id, first, last, hash, entry }))
      return { batch, entries }
    }

    return { add, close }
  }
}

/** The newest row that checks, and how many newer ones do not: those are not believed, but each stands for a number given. */
function newestOf<Kept>(
  rows: Iterable<Row>,
  read: (row: Row) => Kept | null,
): { readonly kept: Kept | null; readonly damaged: number } {
  let damaged = 0
  for (const row of rows) {
    const kept = read(row)
    if (kept !== null) return { kept, damaged }
    damaged += 1
  }
  return { kept: null, damaged }
}

function statementsFor(database: DatabaseSync) {
  return {
    newest: database.prepare('SELECT * FROM release ORDER BY sequence DESC'),
    newestBatches: database.prepare('SELECT * FROM release_batch ORDER BY id DESC'),
    highest: database.prepare('SELECT max(version) AS version FROM release WHERE meter = ? AND boundary = ?'),
    add: database.prepare(
      `INSERT INTO release (sequence, meter, boundary, version, standing, recorded_at, batch, entry, checksum)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addBatch: database.prepare(
      'INSERT INTO release_batch (id, first, last, hash, entry, checksum) VALUES (?, ?, ?, ?, ?, ?)',
    ),
  }
}
