/** What the API and the scheduler ask. Every answer is bounded, so that no question holds up a commit for long. */

import type { DatabaseSync } from 'node:sqlite'
import { boundariesIn, type Calendar } from '../core/calendar.ts'
import { factorIn } from '../reading/ratios.ts'
import { GOOD, QUARANTINED } from './batch.ts'
import type { Latest } from './latest.ts'
import type { Names } from './names.ts'
import { type KeptRow, READING_COLUMNS, type Row, type Rows, toStored, whole } from './rows.ts'
import { wasSaidOnce } from './said-again.ts'
import { HOUR_OF_SLOTS } from './schema.ts'
import type { FreezeHeld, FreezesOf, LastGood, LastKept, ReadingsAsked, StoredReading } from './store.ts'

/** A part of an answer; `next` is where the following part begins, null after the last. */
export interface Part<Item, Next> {
  readonly items: Item[]
  readonly next: Next | null
}

/** Hours of slots still to be looked through, and how many to take at once. */
export interface Hours {
  readonly first: number
  readonly last: number
  readonly atOnce: number
}

export interface Queries {
  /** The hours that can hold what is asked; null when none can. */
  hoursOf(asked: ReadingsAsked): Hours | null
  readingsIn(asked: ReadingsAsked, hours: Hours): Part<StoredReading, Hours>
  latestOf(meter: string): StoredReading[]
  /** Registers numbered from `series` on. */
  lastGood(series: number): Part<LastGood, number>
  lastKept(): LastKept | null
  freezesHeld(meter: string, since: number, of?: FreezesOf): FreezeHeld[]
  freezesReadOnce(meter: string, since: number, of: FreezesOf): number[]
}

const EVERY_MOMENT: Calendar = { everyMs: 1, from: 0 }
/** Registers per part: some milliseconds of work and of copying. */
const SERIES_AT_ONCE = 512
/** A meter rarely has more than a thousand rows in four hours; where it has none, the span grows. */
const FIRST_HOURS = 4
const MOST_HOURS = 512

export interface QueriesParts {
  readonly database: DatabaseSync
  readonly names: Names
  readonly rows: Rows
  readonly latest: Latest
}

export function createQueries({ database, names, rows, latest }: QueriesParts): Queries {
  const ask = statementsFor(database)

  /** What `take` makes of each register of this part that has a latest reading. */
  function eachRegister<Item>(series: number, take: (pointer: Row) => Item | null): Part<Item, number> {
    const pointers = ask.latestIn.all(series, series + SERIES_AT_ONCE - 1)
    const items = pointers.map(take).filter(item => item !== null)
    return { items, next: nextSeries(series) }
  }

  function nextSeries(series: number): number | null {
    const next = series + SERIES_AT_ONCE
    return next <= whole(ask.lastSeries.get()?.['last']) ? next : null
  }

  function freezesAt(meter: number, since: number, registers: string | null, calendar = EVERY_MOMENT) {
    if ('everyMs' in calendar)
      return ask.freezes.all(meter, since, registers, calendar.from, calendar.everyMs)
    const { oldest, newest } = ask.frozenSpan.get(meter, since) ?? {}
    const slots = newest === null ? [] : boundariesIn(calendar, whole(oldest), whole(newest) + 1)
    return ask.freezesOf.all(meter, since, registers, JSON.stringify([...slots]))
  }

  return {
    hoursOf(asked) {
      const { oldest, newest } = ask.span.get() ?? {}
      const from = Math.max(asked.from, asked.after?.slot ?? 0)
      const first = Math.max(hourOf(from), whole(oldest))
      const last = Math.min(hourOf(asked.to - 1), whole(newest))
      return first <= last ? { first, last, atOnce: FIRST_HOURS } : null
    },
    readingsIn(asked, hours) {
      const meter = names.knownMeter(asked.meter)
      if (meter === null) return { items: [], next: null }
      const last = Math.min(hours.last, hours.first + hours.atOnce - 1)
      const { obis = null, kind = null, from, to } = asked
      const found = rows.allVerified(
        ask.inHours.all(hours.first, last, meter, obis, obis, kind, kind, from, to),
      )
      const items = found.filter(({ register }) => register.meter === asked.meter).map(toStored)
      // A clock once wrong leaves readings decades away, and nothing between.
      const next = ask.nextHour.get(last + 1)?.['hour'] ?? hours.last + 1
      return partOf(items, asked, { ...hours, first: whole(next) })
    },
    latestOf(meter) {
      const ref = names.knownMeter(meter)
      if (ref === null) return []
      return ask.latestOfMeter
        .all(ref)
        .map(latest.newestOf)
        .filter(kept => kept?.register.meter === meter)
        .flatMap(kept => (kept ? [toStored(kept)] : []))
    },
    lastGood: series => eachRegister(series, pointer => lastGoodOf(latest.goodOf(pointer))),
    lastKept() {
      const { reading, recordedAt } = ask.lastKept.get() ?? {}
      return typeof reading === 'number' && typeof recordedAt === 'number' ? { reading, recordedAt } : null
    },
    freezesHeld(meter, since, of) {
      const ref = names.knownMeter(meter)
      if (ref === null) return []
      const registers = of ? JSON.stringify(of.registers) : null
      return freezesAt(ref, since, registers, of?.calendar).map(row => ({
        slot: whole(row['slot']),
        registers: whole(row['registers']),
      }))
    },
    freezesReadOnce(meter, since, { registers, calendar }) {
      const ref = names.knownMeter(meter)
      const { oldest, newest } = (ref !== null && ask.frozenSpan.get(ref, since)) || {}
      if (ref === null || typeof newest !== 'number') return []
      const slots = [...boundariesIn(calendar, whole(oldest), newest + 1)]
      const kept = rows.allVerified(ask.frozenAt.all(JSON.stringify(slots), ref, JSON.stringify(registers)))
      const once = new Set(kept.filter(wasSaidOnce).map(({ slot }) => slot))
      return slots.filter(slot => once.has(slot))
    },
  }
}

/**
 * A boundary is believed only where a reading of it is really there. In this order, for which CROSS JOIN stands: turned
 * round, every meter's boundary looks through all readings of that midnight's hour (36 ms a meter, now 0.04).
 */
const freezesHeld = (of: string, at: string) => `
  SELECT f.slot, count(DISTINCT r.series) AS registers
  FROM ${of} CROSS JOIN series s CROSS JOIN reading r
  WHERE f.meter = ?1 AND f.slot >= ?2 AND ${at} AND s.meter = f.meter AND s.kind = 'freeze'
    AND (?3 IS NULL OR s.obis IN (SELECT value FROM json_each(?3)))
    AND r.slot / ${HOUR_OF_SLOTS} = f.slot / ${HOUR_OF_SLOTS} AND r.series = s.ref AND r.slot = f.slot
    AND r.quality <> ${QUARANTINED} AND r.id NOT IN (SELECT reading FROM fenced)
  GROUP BY f.slot ORDER BY f.slot`
export const FREEZES_HELD = freezesHeld('freeze f', '(f.slot - ?4) % ?5 = 0')
/** Of a few moments among the freezes of each hour of a year. */
export const FREEZES_HELD_AT = freezesHeld('json_each(?4) b CROSS JOIN freeze f', 'f.slot = b.value')

function statementsFor(database: DatabaseSync) {
  const hour = `r.slot / ${HOUR_OF_SLOTS}`
  const ofReadings = (rest: string) => {
    const statement = database.prepare(rest)
    statement.setReadBigInts(true)
    return statement
  }
  return {
    span: database.prepare(
      `SELECT (SELECT ${hour} FROM reading r ORDER BY ${hour} LIMIT 1) AS oldest,
              (SELECT ${hour} FROM reading r ORDER BY ${hour} DESC LIMIT 1) AS newest`,
    ),
    nextHour: database.prepare(
      `SELECT ${hour} AS hour FROM reading r WHERE ${hour} >= ? ORDER BY ${hour} LIMIT 1`,
    ),
    // One seek per hour and register, in this order: CROSS JOIN keeps SQLite from turning it round.
    inHours: ofReadings(
      `WITH RECURSIVE hours (hour) AS (SELECT ?1 UNION ALL SELECT hour + 1 FROM hours WHERE hour < ?2)
       SELECT ${READING_COLUMNS} FROM hours CROSS JOIN series s CROSS JOIN reading r
       WHERE s.meter = ?3 AND (?4 IS NULL OR s.obis = ?5) AND (?6 IS NULL OR s.kind = ?7)
         AND ${hour} = hours.hour AND r.series = s.ref AND r.slot >= ?8 AND r.slot < ?9`,
    ),
    latestIn: database.prepare('SELECT series, reading, good FROM latest WHERE series BETWEEN ? AND ?'),
    latestOfMeter: database.prepare(
      `SELECT l.series, l.reading, l.good FROM series s JOIN latest l ON l.series = s.ref
       WHERE s.meter = ? ORDER BY s.obis, s.kind`,
    ),
    // The newest that was announced: what a clock nobody believed has stamped tells nothing of the time.
    lastKept: database.prepare(
      `SELECT (SELECT max(id) FROM reading) AS reading,
              (SELECT r.received_at FROM change c JOIN reading r ON r.id = c.reading
               WHERE c.quality = ${GOOD} AND r.quality = ${GOOD} ORDER BY c.sequence DESC LIMIT 1) AS recordedAt`,
    ),
    lastSeries: database.prepare('SELECT max(ref) AS last FROM series'),
    freezes: database.prepare(FREEZES_HELD),
    freezesOf: database.prepare(FREEZES_HELD_AT),
    frozenAt: ofReadings(
      `SELECT ${READING_COLUMNS} FROM json_each(?1) b CROSS JOIN series s CROSS JOIN reading r
       WHERE s.meter = ?2 AND s.kind = 'freeze' AND s.obis IN (SELECT value FROM json_each(?3))
         AND r.slot / ${HOUR_OF_SLOTS} = b.value / ${HOUR_OF_SLOTS} AND r.series = s.ref AND r.slot = b.value`,
    ),
    frozenSpan: database.prepare(
      `SELECT (SELECT min(slot) FROM freeze WHERE meter = ?1 AND slot >= ?2) AS oldest,
         (SELECT max(slot) FROM freeze WHERE meter = ?1 AND slot >= ?2) AS newest`,
    ),
  }
}

/** In order, and only what comes after the asker's position. Where nothing was found the next span is wider. */
function partOf(items: StoredReading[], { after }: ReadingsAsked, rest: Hours): Part<StoredReading, Hours> {
  const atOnce = items.length > 0 ? rest.atOnce : Math.min(rest.atOnce * 2, MOST_HOURS)
  return {
    items: items.filter(reading => isAfter(reading, after)).sort(byTime),
    next: rest.first <= rest.last ? { ...rest, atOnce } : null,
  }
}

function hourOf(slot: number): number {
  return Math.floor(slot / HOUR_OF_SLOTS)
}

function isAfter({ slot, id }: StoredReading, after: ReadingsAsked['after']): boolean {
  return after === undefined || slot > after.slot || (slot === after.slot && id > after.id)
}

function byTime(a: StoredReading, b: StoredReading): number {
  return a.slot - b.slot || (a.id < b.id ? -1 : 1)
}

function lastGoodOf(kept: KeptRow | null): LastGood | null {
  if (kept === null) return null
  const { meter, obis, kind } = kept.register
  const factor = factorIn(kept.findings)
  return { meter, obis, kind, value: kept.value, readAt: kept.readAt, ...(factor && { factor }) }
}
