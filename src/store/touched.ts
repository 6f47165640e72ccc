/**
 * Whose readings, clock or releases may have changed since the last look, told from what every change leaves behind: a round for what
 * came in, a line of changes for what was judged anew, a count for what was removed.
 */

import type { DatabaseSync } from 'node:sqlite'
import { whole } from './rows.ts'
import { readPragma } from './statements.ts'
import { CLOCKS, REMOVED } from './upkeep/places.ts'

/** Meters by id since the last call, perhaps more than once each; null where it may be any: at first, and after removals. */
export type Touched = () => readonly string[] | null

interface Marks {
  readonly round: number
  readonly sequence: number
  readonly release: number
  readonly removed: number
}

/** Beyond this many it costs less to take all for touched. */
const MOST_LOOKED_AT = 5_000

/** For a connection that does not write itself. */
export function createTouched(database: DatabaseSync): Touched {
  const ask = statementsFor(database)
  let version: unknown = null
  let marks: Marks | null = null

  function look(): Marks {
    const { round, sequence, release, removed } = ask.marks.get(...COUNTED) ?? {}
    return {
      round: whole(round),
      sequence: whole(sequence),
      release: whole(release),
      removed: whole(removed),
    }
  }

  /** Null where one of them is not there any more, or names no meter. */
  function metersOf(rows: readonly Record<string, unknown>[], count: number): readonly string[] | null {
    return rows.length === count ? rows.map(({ id }) => String(id)) : null
  }

  function between(from: Marks, to: Marks): readonly string[] | null {
    const [rounds, changes] = [to.round - from.round, to.sequence - from.sequence]
    const releases = to.release - from.release
    if (to.removed !== from.removed || rounds + changes + releases > MOST_LOOKED_AT) return null
    const kept = metersOf(ask.rounds.all(from.round, to.round), rounds)
    const judged = metersOf(ask.changes.all(from.sequence, to.sequence), changes)
    const released = metersOf(ask.releases.all(from.release, to.release), releases)
    return kept && judged && released && [...kept, ...judged, ...released]
  }

  return () => {
    // SQLite's own word on whether another connection has committed since.
    const now = readPragma(database, 'data_version')
    if (now === version) return []
    version = now
    const before = marks
    marks = look()
    return before && between(before, marks)
  }
}

const COUNTED = [...REMOVED, CLOCKS]

function statementsFor(database: DatabaseSync) {
  return {
    marks: database.prepare(
      `SELECT coalesce((SELECT max(ref) FROM round), 0) AS round,
              coalesce((SELECT max(sequence) FROM change), 0) AS sequence,
              coalesce((SELECT max(sequence) FROM release), 0) AS release,
              coalesce((SELECT sum(removed) FROM sweep WHERE what IN (${COUNTED.map(() => '?')})), 0) AS removed`,
    ),
    rounds: database.prepare(
      'SELECT m.id FROM round r JOIN meter m ON m.ref = r.meter WHERE r.ref > ? AND r.ref <= ?',
    ),
    releases: database.prepare('SELECT meter AS id FROM release WHERE sequence > ? AND sequence <= ?'),
    changes: database.prepare(
      `SELECT m.id FROM change c CROSS JOIN reading r ON r.id = c.reading
       JOIN series s ON s.ref = r.series JOIN meter m ON m.ref = s.meter WHERE c.sequence > ? AND c.sequence <= ?`,
    ),
  }
}
