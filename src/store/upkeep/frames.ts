/** Removes the frames of old rounds that gave no billing read: bytes are wanted for days, bills are explained for years. */

import type { DatabaseSync } from 'node:sqlite'
import { type BillingMoments, worthOf } from '../../reading/worth.ts'
import { READING_COLUMNS, type Rows, whole } from '../rows.ts'
import type { Transaction } from '../statements.ts'
import type { Places } from './places.ts'
import type { Leave } from './sweep.ts'

export interface Frames {
  /** Goes on from where it was; `age` as for a sweep. Answers how many rounds it looked at. */
  step(age: Leave['age']): number
}

export interface FramesParts {
  readonly database: DatabaseSync
  readonly rows: Rows
  readonly places: Places
  readonly transaction: Transaction
  readonly moments: BillingMoments
}

const ROUNDS_AT_ONCE = 200
/** The newest rounds stay: the next numbers are counted on from them. */
const NEWEST_KEPT = 1_000
const FRAMES = 'frames'

export function createFrames({ database, rows, places, transaction, moments }: FramesParts): Frames {
  const ask = statementsFor(database)

  /** Which of the rounds up to `last` gave readings, which of them bills, and the last reading of them all. */
  function lookThrough(reading: number, last: number, now: number) {
    const used = new Set<number>()
    const billing = new Set<number>()
    let reached = reading
    let youngest = 0
    for (const row of ask.readings.iterate(reading)) {
      if (whole(row['round']) > last) break
      reached = whole(row['id'])
      used.add(whole(row['round']))
      const kept = rows.verified(row)
      // What is damaged may be told from its frames one day.
      if (kept === null || worthOf({ ...kept.register, slot: kept.slot }, moments) === 'billing')
        billing.add(whole(row['round']))
      if (kept !== null && kept.receivedAt <= now) youngest = Math.max(youngest, kept.receivedAt)
    }
    return { used, billing, reached, youngest }
  }

  return {
    step(age) {
      const place = places.of(FRAMES)
      const newest = whole(ask.highest.get()?.['last'] ?? 0)
      const page = ask.after.all(place.follows, newest - NEWEST_KEPT)
      const last = page.at(-1)
      if (last === undefined) return 0
      const { used, billing, reached, youngest } = lookThrough(
        place.reading,
        whole(last['ref']),
        age?.now ?? Number.MAX_SAFE_INTEGER,
      )
      // Rounds nobody answered have only the time they were kept at.
      const recorded = page.map(row => whole(row['recorded_at'])).filter(at => age === null || at <= age.now)
      if (age && (youngest > 0 ? youngest : Math.max(0, ...recorded)) >= age.before) return 0
      const gone = page.map(row => whole(row['ref'])).filter(round => !billing.has(round))
      transaction(() => {
        for (const round of gone) {
          ask.removeExchanges.run(round)
          if (!used.has(round)) ask.removeRound.run(round)
        }
        const removed = place.removed + gone.length
        places.move(FRAMES, { reading: reached, follows: whole(last['ref']), removed })
      })
      return page.length
    },
  }
}

function statementsFor(database: DatabaseSync) {
  const readings = database.prepare(`SELECT ${READING_COLUMNS} FROM reading r WHERE r.id > ? ORDER BY r.id`)
  readings.setReadBigInts(true)
  return {
    readings,
    after: database.prepare(
      `SELECT ref, recorded_at FROM round WHERE ref > ? AND ref <= ? ORDER BY ref LIMIT ${ROUNDS_AT_ONCE}`,
    ),
    highest: database.prepare('SELECT max(ref) AS last FROM round'),
    removeExchanges: database.prepare('DELETE FROM exchange WHERE round = ?'),
    removeRound: database.prepare('DELETE FROM round WHERE ref = ?'),
  }
}
