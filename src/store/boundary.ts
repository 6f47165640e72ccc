/** What is kept of one meter at and around a boundary: one seek per register and hour, however full the store is. */

import type { DatabaseSync } from 'node:sqlite'
import type { Kind } from '../reading/reading.ts'
import type { Names } from './names.ts'
import { type KeptRow, READING_COLUMNS, type Rows, toStored } from './rows.ts'
import { HOUR_OF_SLOTS } from './schema.ts'
import type { StoredReading } from './store.ts'

export interface BoundaryReadings {
  /** Every version of every register of a meter kept for this boundary: freezes of it, and polls whose slot it is. */
  boundaryOf(meter: string, slot: number): StoredReading[]
  /** What is kept around a boundary and not of it, within so many ms, in no order. */
  besideOf(meter: string, boundary: number, asked: BesideAsked): StoredReading[]
}

export interface BesideAsked {
  readonly withinMs: number
  /** Any where absent. */
  readonly obis?: readonly string[]
  readonly kind?: Kind
}

/** A day and a half of quarters of an hour on either side, of more registers than a bill needs. */
const MOST_BESIDE = 5_000

export function createBoundaryReadings(
  database: DatabaseSync,
  names: Pick<Names, 'knownMeter'>,
  rows: Pick<Rows, 'allVerified'>,
): BoundaryReadings {
  const { atSlot, around } = statementsFor(database)

  function storedOf(meter: string, found: readonly KeptRow[]): StoredReading[] {
    return found.filter(({ register }) => register.meter === meter).map(toStored)
  }

  return {
    boundaryOf(meter, slot) {
      const ref = names.knownMeter(meter)
      if (ref === null) return []
      const found = rows.allVerified(atSlot.all(ref, hourOf(slot), slot))
      return storedOf(
        meter,
        found.filter(kept => kept.slot === slot),
      )
    },
    besideOf(meter, boundary, { withinMs, obis, kind = null }) {
      const ref = names.knownMeter(meter)
      if (ref === null) return []
      const [from, to] = [boundary - withinMs, boundary + withinMs]
      const wanted = obis ? JSON.stringify(obis) : null
      return storedOf(
        meter,
        rows.allVerified(around.all(hourOf(from), hourOf(to), ref, wanted, kind, from, to, boundary)),
      )
    },
  }
}

function hourOf(slot: number): number {
  return Math.floor(slot / HOUR_OF_SLOTS)
}

/** CROSS JOIN keeps SQLite from turning the order round and looking through the hour of all meters. */
function statementsFor(database: DatabaseSync) {
  const hour = `r.slot / ${HOUR_OF_SLOTS}`
  const atSlot = database.prepare(
    `SELECT ${READING_COLUMNS} FROM series s CROSS JOIN reading r
     WHERE s.meter = ?1 AND ${hour} = ?2 AND r.series = s.ref AND r.slot = ?3
     ORDER BY r.series, r.version`,
  )
  const around = database.prepare(
    `WITH RECURSIVE hours (hour) AS (SELECT ?1 UNION ALL SELECT hour + 1 FROM hours WHERE hour < ?2)
     SELECT ${READING_COLUMNS} FROM hours CROSS JOIN series s CROSS JOIN reading r
     WHERE s.meter = ?3 AND (?4 IS NULL OR s.obis IN (SELECT value FROM json_each(?4))) AND (?5 IS NULL OR s.kind = ?5)
       AND ${hour} = hours.hour AND r.series = s.ref AND r.slot BETWEEN ?6 AND ?7 AND r.slot <> ?8
     LIMIT ${MOST_BESIDE}`,
  )
  atSlot.setReadBigInts(true)
  around.setReadBigInts(true)
  return { atSlot, around }
}
