/** The book as it was when a release had just been recorded: what stood around it then, and nothing that came later. */

import type { DatabaseSync } from 'node:sqlite'
import type { Known, Surrounded } from '../../reading/billing/period-changes.ts'
import { type Row, whole } from '../rows.ts'
import type { Entry } from './entry.ts'

type Of = Pick<Entry, 'meter' | 'boundary' | 'sequence'>

export interface Around {
  /** As far as the next chosen boundary on either side that stands; none before where none comes after, unless it is chosen itself. */
  around(of: Of, isChosen: (boundary: number) => boolean): Surrounded
  /** The latest version of each boundary from `from` on, up to `to`, as of a number of the book; withdrawn ones too. In order. */
  knownIn(meter: string, from: number, to: number, asOf: number): readonly Known[]
}

/** `verified` reads a row; null where it is damaged. */
export function createAround(database: DatabaseSync, verified: (row: Row) => Entry | null): Around {
  const ask = statementsFor(database)

  /** The newest version of each boundary as the rows come, up to the first chosen one that stands and is sound. */
  function untilChosen(rows: Iterable<Row>, isChosen: (boundary: number) => boolean): Known[] {
    const found: Known[] = []
    for (const one of newestIn(rows)) {
      found.push(one)
      if (isChosen(one.boundary) && one.release && one.release.standing !== 'withdrawn') break
    }
    return found
  }

  function* newestIn(rows: Iterable<Row>): Generator<Known> {
    let boundary: number | null = null
    for (const row of rows) {
      if (whole(row['boundary']) === boundary) continue
      boundary = whole(row['boundary'])
      yield { boundary, release: verified(row) }
    }
  }

  return {
    around({ meter, boundary, sequence }, isChosen) {
      const after = untilChosen(ask.after.iterate(meter, boundary, sequence), isChosen)
      const isWithin = isChosen(boundary) || after.some(one => isChosen(one.boundary))
      const before = isWithin ? untilChosen(ask.before.iterate(meter, boundary, sequence), isChosen) : []
      const row = ask.superseded.get(meter, boundary, sequence)
      const superseded = row === undefined ? null : { boundary, release: verified(row) }
      return { before: before.reverse(), superseded, after }
    },
    knownIn: (meter, from, to, asOf) => [...newestIn(ask.within.iterate(meter, from, to, asOf))],
  }
}

function statementsFor(database: DatabaseSync) {
  const of = 'SELECT * FROM release WHERE meter = ?1 AND boundary'
  return {
    before: database.prepare(`${of} < ?2 AND sequence <= ?3 ORDER BY boundary DESC, version DESC`),
    after: database.prepare(`${of} > ?2 AND sequence <= ?3 ORDER BY boundary, version DESC`),
    superseded: database.prepare(`${of} = ?2 AND sequence < ?3 ORDER BY version DESC LIMIT 1`),
    within: database.prepare(
      `${of} >= ?2 AND boundary <= ?3 AND sequence <= ?4 ORDER BY boundary, version DESC`,
    ),
  }
}
