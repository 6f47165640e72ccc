/**
 * The book of releases, as it is read: each row is checked on its way out and withheld where it is damaged (PR-06). A
 * release superseded stays what it was; where the latest is damaged the one before does not take its place.
 */

import type { DatabaseSync } from 'node:sqlite'
import { batchChecksum, releaseChecksum } from '../checksum.ts'
import type { Damage } from '../damage.ts'
import { type Row, whole } from '../rows.ts'
import { type Around, createAround } from './around.ts'
import type { Batch } from './batch-entry.ts'
import { type Entry, readEntry } from './entry.ts'
import { unpack } from './packed.ts'

export interface Book extends Around {
  /** Latest version; null where there is none or it is damaged. */
  latestOf(meter: string, boundary: number): Entry | null
  /** The number of the latest version, damaged or not; null where there is none. */
  newestNumber(meter: string, boundary: number): number | null
  /** Of the nearest boundary before whose latest version stands: neither withdrawn nor damaged. */
  before(meter: string, boundary: number): Entry | null
  /** Likewise of the nearest after that is no estimate. */
  firmAfter(meter: string, boundary: number): Entry | null
  /** Latest versions that stand, of so many boundaries before, oldest first. */
  historyOf(meter: string, boundary: number, most: number): readonly Entry[]
  /** Every version of the boundaries from `from` on, before `to`, in order; at most `MOST_OF_METER` of them. */
  releasesOf(meter: string, from: number, to: number): readonly Entry[]
  /** In the order they were recorded. */
  releasesAfter(sequence: number, limit: number): EntriesAfter
  batch(id: number): Batch | null
  /** Those after a number, at most so many, in order. */
  batchesAfter(id: number, limit: number): readonly Batch[]
  /** The first boundary, from `from` on where it is given, that anything was ever released of; null where nothing was. */
  firstBoundary(meter: string, from?: number): number | null
  /** The number of the last release; 0 of an empty book. */
  lastSequence(): number
  /** Whether the latest version is the last word unless what it rests on changes. Told by indices. */
  isFinal(meter: string, boundary: number): boolean
}

export interface EntriesAfter {
  readonly entries: readonly Entry[]
  /** Every number up to this one is an entry, or withheld, or was lost with a store that was rescued. */
  readonly reached: number
}

export const MOST_OF_METER = 5_000

export function createBook(database: DatabaseSync, damage: Pick<Damage, 'found'>): Book {
  const ask = statementsFor(database)

  function verified(row: Row): Entry | null {
    const entry = entryOf(row)
    if (entry === null) damage.found('release', whole(row['sequence']))
    return entry
  }

  function verifiedBatch(row: Row): Batch | null {
    const batch = batchOf(row)
    if (batch === null) damage.found('release_batch', whole(row['id']))
    return batch
  }

  /** The newest version of each boundary, as these rows name them. */
  function* latestIn(rows: Iterable<Row>): Generator<Entry> {
    let boundary: unknown = null
    for (const row of rows) {
      if (row['boundary'] === boundary) continue
      boundary = row['boundary']
      const entry = verified(row)
      if (entry !== null && entry.standing !== 'withdrawn') yield entry
    }
  }

  return {
    ...createAround(database, verified),
    latestOf(meter, boundary) {
      const row = ask.latest.get(meter, boundary)
      return row === undefined ? null : verified(row)
    },
    newestNumber(meter, boundary) {
      const newest = ask.newest.get(meter, boundary)
      return newest === undefined ? null : whole(newest['sequence'])
    },
    before(meter, boundary) {
      for (const entry of latestIn(ask.before.iterate(meter, boundary))) return entry
      return null
    },
    firmAfter(meter, boundary) {
      for (const entry of latestIn(ask.behind.iterate(meter, boundary)))
        if (entry.standing !== 'estimated') return entry
      return null
    },
    historyOf(meter, boundary, most) {
      const found: Entry[] = []
      for (const entry of latestIn(ask.before.iterate(meter, boundary))) if (found.push(entry) >= most) break
      return found.reverse()
    },
    releasesOf: (meter, from, to) => ask.ofMeter.all(meter, from, to).flatMap(row => verified(row) ?? []),
    releasesAfter(sequence, limit) {
      const rows = ask.after.all(sequence, limit)
      const reached = whole(rows.at(-1)?.['sequence'] ?? sequence)
      return { entries: rows.flatMap(row => verified(row) ?? []), reached }
    },
    batch(id) {
      const row = ask.batch.get(id)
      if (row === undefined) return null
      return verifiedBatch(row)
    },
    batchesAfter: (id, limit) => ask.batches.all(id, limit).flatMap(row => verifiedBatch(row) ?? []),
    firstBoundary(meter, from = Number.MIN_SAFE_INTEGER) {
      const first = ask.first.get(meter, from)?.['first']
      return first === null || first === undefined ? null : whole(first)
    },
    lastSequence: () => whole(ask.last.get()?.['last'] ?? 0),
    isFinal(meter, boundary) {
      const newest = ask.newest.get(meter, boundary)
      if (newest === undefined) return false
      const [sequence, version] = [whole(newest['sequence']), whole(newest['version'])]
      return (
        ask.isOpen.get(meter, boundary, version) === undefined && ask.isFenced.get(sequence) === undefined
      )
    },
  }
}

/** Null where the row does not match its checksum. */
export function entryOf(row: Row): Entry | null {
  const { meter, standing } = row
  const entry = unpack(row['entry'])
  if (typeof meter !== 'string' || typeof standing !== 'string' || entry === null) return null
  const times = { boundary: whole(row['boundary']), recordedAt: whole(row['recorded_at']) }
  const numbers = {
    sequence: whole(row['sequence']),
    version: whole(row['version']),
    batch: whole(row['batch']),
  }
  if (releaseChecksum({ meter, standing, entry, ...times, ...numbers }) !== whole(row['checksum']))
    return null
  return readEntry(entry.toString(), times)
}

/** Null where the row does not match its checksum. */
export function batchOf(row: Row): Batch | null {
  const { hash, entry } = row
  if (typeof hash !== 'string' || typeof entry !== 'string') return null
  const numbers = { id: whole(row['id']), first: whole(row['first']), last: whole(row['last']) }
  if (batchChecksum({ ...numbers, hash, entry }) !== whole(row['checksum'])) return null
  return { ...numbers, hash, text: entry }
}

function statementsFor(database: DatabaseSync) {
  const of = 'SELECT * FROM release WHERE meter = ?1 AND boundary'
  const newest = (columns: string) =>
    `SELECT ${columns} FROM release WHERE meter = ?1 AND boundary = ?2 ORDER BY version DESC LIMIT 1`
  return {
    // By its number: through the index alone what the row says wrongly of itself would not be seen.
    latest: database.prepare(`SELECT * FROM release WHERE sequence = (${newest('sequence')})`),
    before: database.prepare(`${of} < ?2 ORDER BY boundary DESC, version DESC`),
    after: database.prepare('SELECT * FROM release WHERE sequence > ? ORDER BY sequence LIMIT ?'),
    behind: database.prepare(`${of} > ?2 ORDER BY boundary, version DESC`),
    ofMeter: database.prepare(
      `${of} >= ?2 AND boundary < ?3 ORDER BY boundary, version LIMIT ${MOST_OF_METER}`,
    ),
    batch: database.prepare('SELECT * FROM release_batch WHERE id = ?'),
    batches: database.prepare('SELECT * FROM release_batch WHERE id > ? ORDER BY id LIMIT ?'),
    first: database.prepare('SELECT min(boundary) AS first FROM release WHERE meter = ? AND boundary >= ?'),
    last: database.prepare('SELECT max(sequence) AS last FROM release'),
    newest: database.prepare(newest('sequence, version')),
    isOpen: database.prepare(
      `SELECT 1 FROM release
       WHERE meter = ? AND boundary = ? AND version = ? AND standing NOT IN ('actual', 'edited')`,
    ),
    isFenced: database.prepare('SELECT 1 FROM release_fenced WHERE sequence = ?'),
  }
}
