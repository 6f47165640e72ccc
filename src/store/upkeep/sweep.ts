/**
 * Removes old readings of one worth, a few at a time, in the order they came. What stays behind on the way is what is
 * still needed: the newest of its register, and what is announced again and not delivered.
 */

import type { DatabaseSync } from 'node:sqlite'
import { DAY } from '../../core/time.ts'
import { type BillingMoments, type Worth, worthOf } from '../../reading/worth.ts'
import { type KeptRow, READING_COLUMNS, type Row, type Rows, whole } from '../rows.ts'
import type { Transaction } from '../statements.ts'
import type { ChangeTrail } from './change-trail.ts'
import type { Places } from './places.ts'

/** What may go. */
export interface Leave {
  /** Received before the first instant, as seen at the second; null for any age, which is shedding and is listed. */
  readonly age: { readonly before: number; readonly now: number } | null
  /** Every sink has it up to this number. */
  readonly delivered: number
  /** Where even what is owed may go. */
  readonly evenOwed?: boolean
}

export interface Sweep {
  /** Goes on from where it was; answers how many rows it looked at, 0 when there is nothing to do now. */
  step(leave: Leave): number
}

export interface SweepParts {
  readonly database: DatabaseSync
  readonly rows: Rows
  readonly places: Places
  readonly trail: ChangeTrail
  readonly transaction: Transaction
  readonly moments: BillingMoments
}

/** Some milliseconds of work. */
const ROWS_AT_ONCE = 500
/** The newest rows stay whatever happens: the next numbers are counted on from them. */
export const NEWEST_KEPT = 1_000

export function createSweep(worth: Worth, parts: SweepParts): Sweep {
  const { rows, places, trail, transaction } = parts
  const ask = statementsFor(parts.database)

  /** Whole rounds, so that a round goes with the last of its readings; not whole where one alone is more than a page. */
  function pageAfter(
    reading: number,
    last: number,
  ): { readonly page: readonly Row[]; readonly isWhole: boolean } {
    const newest = whole(ask.highest.get()?.['last'] ?? 0)
    const page = ask.after.all(reading, Math.min(last, newest - NEWEST_KEPT))
    const end = page.at(-1)
    if (end === undefined || ask.next.get(whole(end['id']))?.['round'] !== whole(end['round']))
      return { page, isWhole: true }
    const kept = page.slice(0, page.findLastIndex(row => row['round'] !== end['round']) + 1)
    return kept.length > 0 ? { page: kept, isWhole: true } : { page, isWhole: false }
  }

  function mayGo(kept: KeptRow, { delivered, evenOwed = false }: Leave): boolean {
    if (worthOf({ ...kept.register, slot: kept.slot }, parts.moments) !== worth) return false
    if (ask.isPointedTo.get(kept.series, kept.row, kept.row) !== undefined) return false
    return evenOwed || ask.isOwedAgain.get(kept.row, delivered) === undefined
  }

  /** A round goes with the last of its readings, and with it the frames. */
  function remove(
    page: readonly Row[],
    doomed: readonly KeptRow[],
    gone: ReadonlySet<number>,
    isWhole: boolean,
  ): void {
    const rounds = new Set(page.filter(row => !gone.has(whole(row['id']))).map(row => whole(row['round'])))
    for (const { row, round } of doomed) {
      ask.removeReading.run(row)
      ask.removeAgain.run(row)
      if (!isWhole || rounds.has(round)) continue
      rounds.add(round)
      ask.removeExchanges.run(round)
      ask.removeRound.run(round)
    }
  }

  /** Every loss is counted (PR-20); what was owed shows as a gap. */
  function list(doomed: readonly KeptRow[], deliveredUpTo: number): void {
    for (const [day, of] of Map.groupBy(doomed, ({ receivedAt }) => Math.floor(receivedAt / DAY))) {
      const owed = of.filter(({ row }) => row > deliveredUpTo).length
      ask.shed.run(day, worth, of.length, owed)
    }
  }

  return {
    step(leave) {
      const { age, delivered, evenOwed = false } = leave
      const place = places.of(worth)
      const deliveredUpTo = trail.readingsUpTo(delivered)
      const { page, isWhole } = pageAfter(place.reading, evenOwed ? Number.MAX_SAFE_INTEGER : deliveredUpTo)
      const last = page.at(-1)
      if (last === undefined) return 0
      // Damaged rows stay: what they are worth is not known.
      const sound = rows.allVerified(page)
      // The youngest counts: a clock that was wrong for a while must not make anything old. What is stamped later than
      // now by such a clock tells nothing.
      if (age && sound.some(({ receivedAt }) => receivedAt >= age.before && receivedAt <= age.now)) return 0
      const doomed = sound.filter(kept => mayGo(kept, leave))
      const gone = new Set(doomed.map(({ row }) => row))
      transaction(() => {
        remove(page, doomed, gone, isWhole)
        if (age === null) list(doomed, deliveredUpTo)
        const reading = whole(last['id'])
        const follows = trail.clear(place.follows, reading, gone)
        places.move(worth, { reading, follows, removed: place.removed + doomed.length })
      })
      return page.length
    },
  }
}

function statementsFor(database: DatabaseSync) {
  const after = database.prepare(
    `SELECT ${READING_COLUMNS} FROM reading r WHERE r.id > ? AND r.id <= ? ORDER BY r.id LIMIT ${ROWS_AT_ONCE}`,
  )
  after.setReadBigInts(true)
  return {
    after,
    next: database.prepare('SELECT round FROM reading WHERE id > ? ORDER BY id LIMIT 1'),
    highest: database.prepare('SELECT max(id) AS last FROM reading'),
    isPointedTo: database.prepare('SELECT 1 FROM latest WHERE series = ? AND (reading = ? OR good = ?)'),
    isOwedAgain: database.prepare('SELECT 1 FROM again WHERE reading = ? AND sequence > ?'),
    removeReading: database.prepare('DELETE FROM reading WHERE id = ?'),
    removeAgain: database.prepare('DELETE FROM again WHERE reading = ?'),
    removeExchanges: database.prepare('DELETE FROM exchange WHERE round = ?'),
    removeRound: database.prepare('DELETE FROM round WHERE ref = ?'),
    shed: database.prepare(
      `INSERT INTO shed (day, worth, readings, owed) VALUES (?, ?, ?, ?)
       ON CONFLICT (day, worth) DO UPDATE
       SET readings = readings + excluded.readings, owed = owed + excluded.owed`,
    ),
  }
}
