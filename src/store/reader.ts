/**
 * Reads the open store through a connection of its own, in whatever thread: a question put here stops no commit, and finds
 * all that was committed before it (PR-01). Every row is checked as the store checks it (PR-06).
 */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Archive, ArchiveView } from '../reading/archive/archive.ts'
import { alarmsOfMeter } from './alarms.ts'
import { type Audits, createAudits } from './audits.ts'
import { type Acknowledgements, createAcknowledgements } from './book/acknowledgements.ts'
import { type BookAsOf, createBookAsOf } from './book/as-of.ts'
import { type Book, createBook } from './book/book.ts'
import { type BoundaryReadings, createBoundaryReadings } from './boundary.ts'
import type { Damage } from './damage.ts'
import { createEvidence, type EvidenceKept } from './evidence.ts'
import { createExpected, type ExpectedRead } from './expected.ts'
import { createLatest } from './latest.ts'
import { createLedger, type Ledger } from './ledger/ledger.ts'
import { createMeterClocks, type MeterClocks } from './meter-clocks.ts'
import { createNames } from './names.ts'
import { createOrderChanges, type OrderChanges } from './order/changes.ts'
import { createArchiveReader } from './pairings.ts'
import { createQueries, type Queries } from './queries.ts'
import { DATABASE_FILE } from './rescue/set-aside.ts'
import { createRows } from './rows.ts'
import { createSafeguards, type Safeguards } from './safeguard/safeguards.ts'
import { readOnlyUri } from './statements.ts'
import type { MeterClock } from './store.ts'
import { createTouched, type Touched } from './touched.ts'

/** Throws SQLite's errors; `faultOf` says what they mean. */
export interface Reader extends Pick<Queries, 'hoursOf' | 'readingsIn'>, BoundaryReadings {
  /** The measurement of a meter's clock nearest to an instant; null where none is kept. */
  clockNear(meter: string, near: number): MeterClock | null
  /** The nearest audits on either side of an instant. */
  auditsNear: Audits['near']
  /** The audits at which something new was told or found. */
  auditTurns: Audits['turnsOf']
  readonly book: Book
  /** What was expected of meters, and what was said of what did not come. */
  readonly expected: Pick<ExpectedRead, 'plansOf' | 'slots'>
  readonly bookAsOf: BookAsOf
  readonly ledger: Ledger
  readonly safeguards: Safeguards
  /** What others are told of orders. */
  readonly orderChanges: OrderChanges['orderChanges']
  readonly acknowledgements: Pick<Acknowledgements, 'of'>
  /** The frames of the round a reading came in; none where they are gone. */
  exchangesOf: EvidenceKept['exchangesOf']
  /** What became of a meter's own alarms in a time. */
  alarmsOf: ReturnType<typeof alarmsOfMeter>
  /** Whose values are whose, with all that is recorded by now; to be asked for anew for each page. */
  archive(): Archive
  /** Whose a meter's values are at an instant: of a period, just before its end. */
  placeOf: ArchiveView['placeOf']
  /** All of them by hours, from that of one instant to that of another, in order. */
  clocksIn(meter: string, from: number, to: number): MeterClock[]
  /** The last before `from`, and the first at `to` or after it. */
  clocksBeside: MeterClocks['beside']
  /** Of this connection, from the look before. */
  readonly touched: Touched
  close(): void
}

/** How long a question waits for a foreign program that holds the whole file. */
const PATIENCE_MS = 5_000

/** `found` is told of each damaged row, each time one is met; times are told in the offset. The store of the directory must be open. */
export function openReader(directory: string, found: Damage['found'], offsetMinutes = 0): Reader {
  const database = new DatabaseSync(readOnlyUri(join(directory, DATABASE_FILE)), { timeout: PATIENCE_MS })
  try {
    return createReader(database, found, offsetMinutes)
  } catch (error) {
    database.close()
    throw error
  }
}

function createReader(database: DatabaseSync, found: Damage['found'], offsetMinutes: number): Reader {
  // As for the store itself: damaged pages are found when read, and a damaged schema runs no functions.
  database.exec('PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF')
  const names = createNames(database)
  const rows = createRows(database, names, { found })
  const clocks = createMeterClocks(database, names, { found })
  const { hoursOf, readingsIn } = createQueries({
    database,
    names,
    rows,
    latest: createLatest(database, rows),
  })
  const audits = createAudits(database, names, { found })
  const archive = createArchiveReader(database, { found })
  return {
    hoursOf,
    readingsIn,
    ...createBoundaryReadings(database, names, rows),
    auditsNear: audits.near,
    auditTurns: audits.turnsOf,
    book: createBook(database, { found }),
    expected: createExpected(database),
    bookAsOf: createBookAsOf(database, { found }, offsetMinutes),
    ledger: createLedger(database, { found }),
    safeguards: createSafeguards(database, { found }),
    ...createOrderChanges(database, { found }),
    acknowledgements: createAcknowledgements(database, { found }),
    exchangesOf: createEvidence({ database, names, rows, damage: { found } }).exchangesOf,
    alarmsOf: alarmsOfMeter(database, { found }),
    archive,
    placeOf: (meter, instant) => archive().placeOf(meter, instant),
    touched: createTouched(database),
    clockNear: (meter, near) => clocks.nearestOf(meter, near),
    clocksIn: (meter, from, to) => clocks.between(meter, from, to),
    clocksBeside: clocks.beside,
    close: () => database.close(),
  }
}
