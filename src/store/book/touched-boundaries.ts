/** Which boundaries accepted changes are of, in the one sequence that sinks follow too: what is released may rest on them. */

import type { DatabaseSync } from 'node:sqlite'
import { type BillingMoments, isMomentOfBills } from '../../reading/worth.ts'
import type { Names } from '../names.ts'
import type { Outbox } from '../outbox.ts'
import { whole } from '../rows.ts'
import { isSoundChange } from '../upkeep/change-trail.ts'
import type { TouchedBoundaries } from './asked.ts'

/** Some milliseconds of work. */
const CHANGES_AT_ONCE = 2_000

export interface TouchedParts {
  readonly database: DatabaseSync
  readonly names: Pick<Names, 'register'>
  readonly moments: BillingMoments
  readonly lastSequence: Outbox['lastSequence']
}

export function createTouchedBoundaries(parts: TouchedParts): (after: number) => TouchedBoundaries {
  const { database, names, moments, lastSequence } = parts
  const ask = database.prepare(
    `SELECT c.sequence, c.reading, c.quality, c.findings, c.checksum, r.series, r.slot
     FROM change c LEFT JOIN reading r ON r.id = c.reading
     WHERE c.sequence > ? ORDER BY c.sequence LIMIT ${CHANGES_AT_ONCE}`,
  )

  return after => {
    const page = ask.all(after)
    const touched = new Map<string, { meter: string; boundary: number }>()
    let reached = after
    for (const row of page) {
      // A damaged number is not believed.
      if (isSoundChange(row)) reached = Math.max(reached, whole(row['sequence']))
      const boundary = whole(row['slot'])
      const meter = names.register(whole(row['series']))?.meter
      if (meter !== undefined && isMomentOfBills(boundary, moments))
        touched.set(`${boundary} ${meter}`, { meter, boundary })
    }
    // So many rows are at least so many numbers further, and behind the last of them there is nothing.
    const isLast = page.length < CHANGES_AT_ONCE
    reached = isLast ? lastSequence() : Math.min(Math.max(reached, after + page.length), lastSequence())
    return { touched: [...touched.values()], reached }
  }
}
