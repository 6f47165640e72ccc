/** Where the newest and the newest good reading of each register are, so that nothing is scanned at start (PR-84). */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { DAY, HOUR } from '../core/time.ts'
import { GOOD } from './batch.ts'
import { type KeptRow, READING_COLUMNS, type Row, type Rows, whole } from './rows.ts'
import { HOUR_OF_SLOTS } from './schema.ts'

export interface Latest {
  /** Within a transaction: this announced reading may be the newest of its register. */
  consider(series: number, row: number, slot: number, isGood: boolean): void
  /** Within a transaction: this reading is no longer good. */
  doubt(series: number, row: number): void
  /** The verified readings a row of `latest` points to; what points astray is null. */
  newestOf(pointer: Row): KeptRow | null
  goodOf(pointer: Row): KeptRow | null
  forget(): void
}

interface Place {
  readonly row: number
  readonly slot: number
}

interface Pointers {
  newest: Place | null
  good: Place | null
}

/** How far back an earlier good reading is looked for when the newest turns out doubtful. */
const LOOK_BACK_HOURS = (40 * DAY) / HOUR

export function createLatest(database: DatabaseSync, rows: Rows): Latest {
  const { find, set, goodInHour } = statementsFor(database)
  const known = new Map<number, Pointers>()

  function pointedTo(pointer: Row, column: 'reading' | 'good'): KeptRow | null {
    if (pointer[column] === null) return null
    const reading = rows.byRow(whole(pointer[column]))
    return reading !== null && reading.series === whole(pointer['series']) ? reading : null
  }

  function pointersOf(series: number): Pointers {
    const cached = known.get(series)
    if (cached !== undefined) return cached
    const pointer = find.get(series)
    const pointers = {
      newest: pointer === undefined ? null : placeOf(pointedTo(pointer, 'reading')),
      good: pointer === undefined ? null : placeOf(pointedTo(pointer, 'good')),
    }
    known.set(series, pointers)
    return pointers
  }

  function keep(series: number, { newest, good }: Pointers): void {
    if (newest !== null) set.run(series, newest.row, good?.row ?? null)
  }

  return {
    consider(series, row, slot, isGood) {
      const pointers = pointersOf(series)
      const isNewest = isSince(slot, pointers.newest)
      const isNewestGood = isGood && isSince(slot, pointers.good)
      if (!isNewest && !isNewestGood) return
      if (isNewest) pointers.newest = { row, slot }
      if (isNewestGood) pointers.good = { row, slot }
      keep(series, pointers)
    },
    doubt(series, row) {
      const pointers = pointersOf(series)
      if (pointers.good?.row !== row) return
      pointers.good = goodBefore(series, pointers.good.slot, goodInHour, rows)
      keep(series, pointers)
    },
    newestOf: pointer => pointedTo(pointer, 'reading'),
    goodOf(pointer) {
      const reading = pointedTo(pointer, 'good')
      return reading?.quality === 'good' ? reading : null
    },
    forget() {
      known.clear()
    },
  }
}

function goodBefore(series: number, slot: number, goodInHour: StatementSync, rows: Rows): Place | null {
  const newestHour = Math.floor(slot / HOUR_OF_SLOTS)
  for (let hour = newestHour; hour > newestHour - LOOK_BACK_HOURS && hour >= 0; hour--) {
    const [reading] = rows.allVerified(goodInHour.all(hour, series)).filter(found => found.slot <= slot)
    if (reading !== undefined) return placeOf(reading)
  }
  return null
}

function isSince(slot: number, place: Place | null): boolean {
  return place === null || slot >= place.slot
}

function placeOf(reading: KeptRow | null): Place | null {
  return reading === null ? null : { row: reading.row, slot: reading.slot }
}

function statementsFor(database: DatabaseSync) {
  const goodInHour = database.prepare(
    `SELECT ${READING_COLUMNS} FROM reading r
     WHERE r.slot / ${HOUR_OF_SLOTS} = ? AND r.series = ? AND r.quality = ${GOOD} ORDER BY r.slot DESC, r.version DESC`,
  )
  goodInHour.setReadBigInts(true)
  return {
    goodInHour,
    find: database.prepare('SELECT series, reading, good FROM latest WHERE series = ?'),
    set: database.prepare(
      `INSERT INTO latest (series, reading, good) VALUES (?, ?, ?)
       ON CONFLICT (series) DO UPDATE SET reading = excluded.reading, good = excluded.good`,
    ),
  }
}
