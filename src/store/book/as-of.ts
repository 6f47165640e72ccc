/**
 * The book as it stood when a number of it was the newest: later entries are as if they had never been, so what is made of it
 * is the same for ever. Where the entry that counts is damaged there is nothing in its place, and it is refused.
 */

import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../core/faults.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { Damage } from '../damage.ts'
import { type Row, whole } from '../rows.ts'
import { entryOf } from './book.ts'
import type { Entry } from './entry.ts'

/** Throws STORE_DAMAGED for an entry that is withheld. */
export interface BookAsOf {
  /** The newest number given, at most `most`, and when; null where there is none. */
  newest(most: number): { readonly sequence: number; readonly recordedAt: number } | null
  /** Every meter of the book, in the order of its index; no question stays open from one to the next. */
  meters(): Iterable<string>
  /** The latest versions by then of boundaries in order, withdrawn ones too: a part of some milliseconds. */
  latestOf(meter: string, span: Span): readonly Entry[]
  /** The nearest boundary before whose latest version by then was not withdrawn. */
  before(meter: string, boundary: number, through: number): Entry | null
}

/** Boundaries from `from` on, before `to`, UTC ms, by the entries up to number `through`. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly through: number
}

/** Versions at once: few enough that what is made of them dies young (bench export), and a millisecond of work. */
const ROWS_AT_ONCE = 16

/** `offsetMinutes`: of the site, by which times are told. */
export function createBookAsOf(
  database: DatabaseSync,
  damage: Pick<Damage, 'found'>,
  offsetMinutes: number,
): BookAsOf {
  const ask = statementsFor(database)

  function verified(meter: string, row: Row): Entry {
    const entry = entryOf(row)
    if (entry !== null) return entry
    const [sequence, boundary] = [whole(row['sequence']), whole(row['at'])]
    damage.found('release', sequence)
    const place = `number ${sequence} of the book (meter ${meter}, boundary ${isoWithOffset(boundary, offsetMinutes)})`
    const newest = whole(ask.newestOf.get(meter, boundary)?.['sequence'])
    const remedy =
      newest === sequence
        ? 'it is released anew, or taken back with the reason, within minutes, unless bills of its meter wait: ask again then'
        : `number ${newest} has taken its place: ask with through=${newest} or a later number`
    throw new Fault('STORE_DAMAGED', `${place} is damaged and withheld; ${remedy}`)
  }

  return {
    newest(most) {
      const row = ask.newest.get(most)
      return row ? { sequence: whole(row['sequence']), recordedAt: whole(row['recorded_at']) } : null
    },
    *meters() {
      for (let last = ''; ; ) {
        const next = ask.meterAfter.get(last)?.['meter']
        if (typeof next !== 'string') return
        yield next
        last = next
      }
    },
    latestOf(meter, { from, to, through }) {
      const rows = ask.versions.all(meter, from, to, through)
      const newest = newestOfEach(rows)
      const read = (row: Row) => verified(meter, row)
      if (rows.length < ROWS_AT_ONCE) return newest.map(read)
      // Of the last boundary there may be more.
      if (newest.length > 1) return newest.slice(0, -1).map(read)
      return ask.before.all(meter, whole(newest[0]?.['at']) + 1, through).map(read)
    },
    before(meter, boundary, through) {
      for (let until = boundary; ; ) {
        const row = ask.before.get(meter, until, through)
        if (row === undefined) return null
        const entry = verified(meter, row)
        if (entry.standing !== 'withdrawn') return entry
        until = entry.boundary
      }
    },
  }
}

/** Of rows in order of boundary and version. */
function newestOfEach(rows: readonly Row[]): readonly Row[] {
  return rows.filter((row, place) => rows[place + 1]?.['at'] !== row['at'])
}

function statementsFor(database: DatabaseSync) {
  // Boundaries as the index has them: a row damaged where it says its own can be superseded too.
  const of = `SELECT i.boundary AS at, r.*
    FROM release i INDEXED BY release_identity JOIN release r ON r.sequence = i.sequence
    WHERE i.meter = ?1 AND i.boundary`
  return {
    newest: database.prepare(
      'SELECT sequence, recorded_at FROM release WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1',
    ),
    meterAfter: database.prepare('SELECT meter FROM release WHERE meter > ? ORDER BY meter LIMIT 1'),
    // A limit that is bound would have it prepared anew each time it is asked.
    versions: database.prepare(
      `${of} >= ?2 AND i.boundary < ?3 AND i.sequence <= ?4 ORDER BY i.boundary, i.version LIMIT ${ROWS_AT_ONCE}`,
    ),
    before: database.prepare(
      `${of} < ?2 AND i.sequence <= ?3 ORDER BY i.boundary DESC, i.version DESC LIMIT 1`,
    ),
    newestOf: database.prepare(
      `SELECT sequence FROM release INDEXED BY release_identity
       WHERE meter = ? AND boundary = ? ORDER BY version DESC LIMIT 1`,
    ),
  }
}
