/** Thins old measurements of the meters' clocks: of each day the one nearest to its midnight stays, for old bills. */

import type { DatabaseSync } from 'node:sqlite'
import { DAY, HOUR, MINUTE } from '../../core/time.ts'
import { whole } from '../rows.ts'
import type { Transaction } from '../statements.ts'
import { CLOCKS, type Places } from './places.ts'

export interface ClockThinning {
  /** The next meter's, measured before this instant. */
  step(before: number): void
}

interface ClockThinningParts {
  readonly database: DatabaseSync
  readonly places: Places
  readonly transaction: Transaction
  readonly offsetMinutes: number
}

export function createClockThinning({
  database,
  places,
  transaction,
  offsetMinutes,
}: ClockThinningParts): ClockThinning {
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

  function remove(of: number, before: number): void {
    transaction(() => {
      const { changes } = thin.run(of, before)
      const place = places.of(CLOCKS)
      if (changes > 0) places.move(CLOCKS, { ...place, removed: place.removed + Number(changes) })
    })
  }

  return {
    step(before) {
      const ref = next.get(meter)?.['ref']
      meter = ref === null || ref === undefined ? 0 : whole(ref)
      // Whole days only: a day cut short would lose its nearest.
      const noon =
        Math.floor((before + offsetMinutes * MINUTE + DAY / 2) / DAY) * DAY - DAY / 2 - offsetMinutes * MINUTE
      if (meter > 0) remove(meter, Math.floor(noon / HOUR))
    },
  }
}
