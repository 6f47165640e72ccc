/** Drops what was said of periods whose readings would have been dropped for their age, a few plans at a time. */

import type { DatabaseSync } from 'node:sqlite'
import { DAY } from '../../core/time.ts'
import type { Kind } from '../../reading/reading.ts'
import { whole } from '../rows.ts'

export interface MissingThinning {
  /** The next plans'; each kind's periods that were over before an instant. */
  step(before: Readonly<Record<Kind, number>>): void
}

const PLANS_AT_ONCE = 50
const RANGES_AT_ONCE = 1_000

export function createMissingThinning(database: DatabaseSync): MissingThinning {
  // Freezes of each hour are kept as polls are.
  const before = `CASE WHEN kind = 'freeze' AND every >= ${DAY} THEN ?3 ELSE ?4 END`
  const old = database.prepare(
    `DELETE FROM missing WHERE (plan, first) IN (
       SELECT plan, first FROM plan CROSS JOIN missing ON missing.plan = plan.ref
       WHERE ref > ?1 AND ref <= ?2 AND last < ${before} LIMIT ${RANGES_AT_ONCE})`,
  )
  const ended = database.prepare(
    `DELETE FROM plan WHERE ref > ?1 AND ref <= ?2 AND until < ${before}
       AND NOT EXISTS (SELECT 1 FROM missing WHERE missing.plan = ref)`,
  )
  const last = database.prepare('SELECT max(ref) AS ref FROM plan')
  let done = 0
  return {
    step({ freeze, poll }) {
      const to = done + PLANS_AT_ONCE
      old.run(done, to, freeze, poll)
      ended.run(done, to, freeze, poll)
      done = to < whole(last.get()?.['ref'] ?? 0) ? to : 0
    },
  }
}
