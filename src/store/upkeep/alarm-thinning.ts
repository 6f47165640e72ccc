/** Drops what became of alarms as long ago as bills are kept, a few events at a time; what stands stays. */

import type { DatabaseSync } from 'node:sqlite'
import { whole } from '../rows.ts'

export interface AlarmThinning {
  /** The next events', of before an instant. */
  step(before: number): void
}

const EVENTS_AT_ONCE = 100

export function createAlarmThinning(database: DatabaseSync): AlarmThinning {
  // The newest stays whatever it is: the next numbers are counted on from it.
  const old = database.prepare(
    `DELETE FROM alarm WHERE sequence IN (
       SELECT sequence FROM alarm a WHERE sequence > ?1 AND sequence <= ?2 AND at < ?3
         AND sequence < (SELECT max(sequence) FROM alarm)
         AND (event = 'cleared' OR EXISTS (
           SELECT 1 FROM alarm b WHERE b.scope = a.scope AND b.subject = a.subject AND b.rule = a.rule
             AND b.about = a.about AND b.sequence > a.sequence)))`,
  )
  const last = database.prepare('SELECT max(sequence) AS last FROM alarm')
  let done = 0
  return {
    step(before) {
      const to = done + EVENTS_AT_ONCE
      old.run(done, to, before)
      done = to < whole(last.get()?.['last'] ?? 0) ? to : 0
    },
  }
}
