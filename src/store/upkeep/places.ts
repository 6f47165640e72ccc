/** How far each kind of removal has come, so that it goes on there after a restart. */

import type { DatabaseSync } from 'node:sqlite'
import type { Worth } from '../../reading/worth.ts'
import { whole } from '../rows.ts'

export interface Place {
  /** The last reading looked at. */
  readonly reading: number
  /** The last row of what follows the readings in order: a change, or a round. */
  readonly follows: number
  /** Rows removed since the store was made. */
  readonly removed: number
}

export interface Places {
  of(what: string): Place
  /** Within a transaction. */
  move(what: string, place: Place): void
  /** After a rollback. */
  forget(): void
}

/** Where readings removed are counted, by their worth. */
export const REMOVED = ['billing', 'curve', 'instantaneous'] as const satisfies readonly Worth[]

/** Where measurements of clocks removed are counted. */
export const CLOCKS = 'clocks'

/** Where those are counted that a rescue did not find. */
export const LOST = 'lost'

const NOWHERE: Place = { reading: 0, follows: 0, removed: 0 }

export function createPlaces(database: DatabaseSync): Places {
  // A place beyond what there is has been damaged, or what was there is lost: the walk begins anew, which is harmless.
  const find = database.prepare(
    `SELECT reading * inside AS reading, follows * inside AS follows, removed FROM (
       SELECT *, reading <= coalesce((SELECT max(id) FROM reading), 0)
         AND follows <= max(coalesce((SELECT max(sequence) FROM change), 0),
                            coalesce((SELECT max(ref) FROM round), 0)) AS inside
       FROM sweep WHERE what = ?)`,
  )
  const set = database.prepare(
    'INSERT OR REPLACE INTO sweep (what, reading, follows, removed) VALUES (?, ?, ?, ?)',
  )
  const known = new Map<string, Place>()
  return {
    of(what) {
      const cached = known.get(what)
      if (cached !== undefined) return cached
      const row = find.get(what)
      const place =
        row === undefined
          ? NOWHERE
          : {
              reading: whole(row['reading']),
              follows: whole(row['follows']),
              removed: whole(row['removed']),
            }
      known.set(what, place)
      return place
    },
    move(what, place) {
      set.run(what, place.reading, place.follows, place.removed)
      known.set(what, place)
    },
    forget() {
      known.clear()
    },
  }
}
