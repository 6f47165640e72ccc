/**
 * Reads a store of whatever directory without owning it: a daemon may have it open, or nobody. Nothing is written, not even
 * an index of the log where the file is whole by itself; every row is checked as the store checks it (PR-06).
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../core/faults.ts'
import { type Audits, createAudits } from './audits.ts'
import { type Book, createBook } from './book/book.ts'
import { clockChecksum } from './checksum.ts'
import { createDamage } from './damage.ts'
import { createEvidence } from './evidence.ts'
import { createLatest } from './latest.ts'
import { requireOurs } from './migrate.ts'
import { createNames } from './names.ts'
import { createQueries, type Queries } from './queries.ts'
import { DATABASE_FILE } from './rescue/set-aside.ts'
import { createRows, type KeptRow, READING_COLUMNS, whole } from './rows.ts'
import { faultOf } from './sqlite-fault.ts'
import { readOnlyUri } from './statements.ts'
import type { Evidence, MeterClock } from './store.ts'

export type { KeptRow } from './rows.ts'

export interface History extends Pick<Queries, 'hoursOf' | 'readingsIn'> {
  /** Every reading in the order in which they were kept, those of a round one after the other. */
  inOrder(): Iterable<KeptRow>
  /** What is kept of how far each meter's clock was off, the oldest first. */
  clocks(): ReadonlyMap<string, readonly MeterClock[]>
  /** The audits of a meter at which something new was told or found, oldest first. */
  auditTurns: Audits['turnsOf']
  evidence(id: string): Evidence | null
  /** As the book has it; none of a store that is older than books. */
  releasesOf: Book['releasesOf']
  /** Rows that did not match their checksum, so far. */
  readonly damaged: number
  close(): void
}

/** One page is one look at the file: a writer's log is not held for longer. */
const ROWS_AT_ONCE = 10_000
const PATIENCE_MS = 5_000

/** Throws ASK_UNKNOWN where there is no store, and what a store that cannot be read throws. */
export function openHistory(directory: string): History {
  const path = join(directory, DATABASE_FILE)
  if (!existsSync(path)) throw new Fault('ASK_UNKNOWN', `there is no store in ${directory}`)
  const database = open(path)
  try {
    requireOurs(database, path)
    return createHistory(database)
  } catch (error) {
    database.close()
    throw faultOf(error, `reading the store in ${directory}`)
  }
}

/** Whoever closed it last took the log away; then the file is all there is, and nobody needs an index of it. */
function open(path: string): DatabaseSync {
  return new DatabaseSync(readOnlyUri(path, !existsSync(`${path}-wal`)), { timeout: PATIENCE_MS })
}

function createHistory(database: DatabaseSync): History {
  // As for the store itself: damaged pages are found when read, and a damaged schema runs no functions.
  database.exec('PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF')
  const damage = createDamage(() => undefined)
  const names = createNames(database)
  const rows = createRows(database, names, damage)
  const { hoursOf, readingsIn } = createQueries({
    database,
    names,
    rows,
    latest: createLatest(database, rows),
  })
  const evidence = createEvidence({ database, names, rows, damage })
  const after = database.prepare(
    `SELECT ${READING_COLUMNS} FROM reading r WHERE r.id > ? ORDER BY r.id LIMIT ${ROWS_AT_ONCE}`,
  )
  after.setReadBigInts(true)
  const measured = database.prepare(
    'SELECT m.id, c.measured_at, c.deviation_ms, c.checksum FROM meter_clock c JOIN meter m ON m.ref = c.meter ORDER BY c.meter, c.hour',
  )

  function* inOrder(): Iterable<KeptRow> {
    for (let last = 0, isEnd = false; !isEnd; ) {
      const page = after.all(last)
      isEnd = page.length < ROWS_AT_ONCE
      for (const row of page) {
        last = whole(row['id'])
        const kept = rows.verified(row)
        if (kept) yield kept
      }
    }
  }

  function clockIn(row: Record<string, unknown>): MeterClock[] {
    const meter = String(row['id'])
    const [measuredAt, deviationMs] = [whole(row['measured_at']), whole(row['deviation_ms'])]
    if (clockChecksum(meter, measuredAt, deviationMs) === whole(row['checksum']))
      return [{ meter, measuredAt, deviationMs }]
    damage.found('meter_clock', `${meter}/${measuredAt}`)
    return []
  }

  return {
    hoursOf,
    readingsIn,
    inOrder,
    clocks: () => Map.groupBy(measured.all().flatMap(clockIn), ({ meter }) => meter),
    auditTurns: createAudits(database, names, damage).turnsOf,
    evidence: evidence.of,
    releasesOf: hasBook(database) ? createBook(database, damage).releasesOf : () => [],
    get damaged() {
      return damage.count
    },
    close: () => database.close(),
  }
}

function hasBook(database: DatabaseSync): boolean {
  const tables = database.prepare(
    "SELECT count(*) AS count FROM sqlite_schema WHERE name IN ('release', 'release_fenced')",
  )
  return whole(tables.get()?.['count'] ?? 0) === 2
}
