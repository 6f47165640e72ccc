/** Thins old measurements of the meters' clocks: of each day the one nearest to its midnight stays, for old bills. */

import type { DatabaseSync } from 'node:sqlite'
import { DAY, HOUR, MINUTE } from '../../core/time.ts'
import { whole } from '../rows.ts'

export interface ClockThinning {
  /** The next meter's, measured before this instant. */
  step(before: number): void
}

export function createClockThinning(database: DatabaseSync, offsetMinutes: number): ClockThinning {
  const next = database.prepare('SELECT min(ref) AS ref FROM meter WHERE ref > ?')
  // Days are cut at noon, so that each holds one midnight in its middle.
  const sinceNoon = `(measured_at + ${offsetMinutes * MINUTE + DAY / 2})`
  const thin = database.prepare(
    `DELETE FROM meter_clock WHERE meter = ?1 AND hour < ?2 AND hour NOT IN (
       SELECT hour FROM (
         SELECT hour, row_number() OVER (
           PARTITION BY ${sinceNoon} / ${DAY} ORDER BY abs(${sinceNoon} % ${DAY} - ${DAY / 2})
         ) AS place FROM meter_clock WHERE meter = ?1 AND hour < ?2
       ) WHERE place = 1)`,
  )
  let meter = 0
  return {
    step(before) {
      const ref = next.get(meter)?.['ref']
      meter = ref === null || ref === undefined ? 0 : whole(ref)
      // Whole days only: a day cut short would lose its nearest.
      const noon =
        Math.floor((before + offsetMinutes * MINUTE + DAY / 2) / DAY) * DAY - DAY / 2 - offsetMinutes * MINUTE
      if (meter > 0) thin.run(meter, Math.floor(noon / HOUR))
    },
  }
}
