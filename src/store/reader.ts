/**
 * Reads the open store through a connection of its own, in whatever thread: a question put here stops no commit, and finds
 * all that was committed before it (PR-01). Every row is checked as the store checks it (PR-06).
 */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Damage } from './damage.ts'
import { createLatest } from './latest.ts'
import { createMeterClocks } from './meter-clocks.ts'
import { createNames } from './names.ts'
import { createQueries, type Queries } from './queries.ts'
import { DATABASE_FILE } from './rescue/set-aside.ts'
import { createRows, READING_COLUMNS, toStored } from './rows.ts'
import { HOUR_OF_SLOTS } from './schema.ts'
import { readOnlyUri } from './statements.ts'
import type { MeterClock, StoredReading } from './store.ts'
import { createTouched, type Touched } from './touched.ts'

/** Throws SQLite's errors; `faultOf` says what they mean. */
export interface Reader extends Pick<Queries, 'hoursOf' | 'readingsIn'> {
  /** Every version of every register of a meter kept for this boundary: freezes of it, and polls whose slot it is. */
  boundaryOf(meter: string, slot: number): StoredReading[]
  /** The measurement of a meter's clock nearest to an instant; null where none is kept. */
  clockNear(meter: string, near: number): MeterClock | null
  /** All of them by hours, from that of one instant to that of another, in order. */
  clocksIn(meter: string, from: number, to: number): MeterClock[]
  /** Of this connection, from the look before. */
  readonly touched: Touched
  close(): void
}

/** How long a question waits for a foreign program that holds the whole file. */
const PATIENCE_MS = 5_000

/** `found` is told of each damaged row, each time one is met. The store of the directory must be open. */
export function openReader(directory: string, found: Damage['found']): Reader {
  const database = new DatabaseSync(readOnlyUri(join(directory, DATABASE_FILE)), { timeout: PATIENCE_MS })
  try {
    return createReader(database, found)
  } catch (error) {
    database.close()
    throw error
  }
}

function createReader(database: DatabaseSync, found: Damage['found']): Reader {
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
  // One seek per register, in this order: CROSS JOIN keeps SQLite from looking through the hour of all meters.
  const atSlot = database.prepare(
    `SELECT ${READING_COLUMNS} FROM series s CROSS JOIN reading r
     WHERE s.meter = ?1 AND r.slot / ${HOUR_OF_SLOTS} = ?2 AND r.series = s.ref AND r.slot = ?3
     ORDER BY r.series, r.version`,
  )
  atSlot.setReadBigInts(true)
  return {
    hoursOf,
    readingsIn,
    boundaryOf(meter, slot) {
      const ref = names.knownMeter(meter)
      if (ref === null) return []
      return rows
        .allVerified(atSlot.all(ref, Math.floor(slot / HOUR_OF_SLOTS), slot))
        .filter(kept => kept.register.meter === meter && kept.slot === slot)
        .map(toStored)
    },
    touched: createTouched(database),
    clockNear: (meter, near) => clocks.nearestOf(meter, near),
    clocksIn: (meter, from, to) => clocks.between(meter, from, to),
    close: () => database.close(),
  }
}
