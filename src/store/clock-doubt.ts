/** Puts polls in doubt that a wrong clock of ours has stamped (V-T1); what the meters stamped themselves stands. */

import type { DatabaseSync } from 'node:sqlite'
import { isLoadRecord } from '../reading/from-memory.ts'
import { findingFor } from '../reading/rules/table.ts'
import { type Doubting, doubt } from './readings.ts'
import { READING_COLUMNS, type Rows } from './rows.ts'
import type { Transaction } from './statements.ts'

export interface ClockDoubt {
  /**
   * One part of the work, from the newest reading below `before` down to `after`; `next` is where the following part
   * begins, null after the last.
   */
  doubtPolls(asked: DoubtAsked): { readonly doubted: number; readonly next: number | null }
}

export interface DoubtAsked {
  readonly before: number
  readonly after: number
  readonly receivedAfter: number
  readonly evidence: string
}

/** Some milliseconds of work, so that commits get their turn between two parts. */
const ROWS_AT_ONCE = 500

export function createClockDoubt(
  database: DatabaseSync,
  rows: Rows,
  parts: Doubting,
  transaction: Transaction,
): ClockDoubt {
  const newestFirst = database.prepare(
    `SELECT ${READING_COLUMNS} FROM reading r WHERE r.id < ? AND r.id > ? ORDER BY r.id DESC LIMIT ${ROWS_AT_ONCE}`,
  )
  newestFirst.setReadBigInts(true)

  return {
    doubtPolls({ before, after, receivedAfter, evidence }) {
      const found = newestFirst.all(before, after)
      const finding = findingFor('V-T1', { verdict: 'suspect', evidence })
      const late = rows.allVerified(found).filter(({ receivedAt }) => receivedAt > receivedAfter)
      const doubtful = late.filter(
        // What a load record brought carries the meter's time too.
        one =>
          one.register.kind === 'poll' &&
          !isLoadRecord({ ...one, kind: one.register.kind }) &&
          one.quality === 'good',
      )
      transaction(() => {
        for (const reading of doubtful) doubt(parts, reading, finding)
      })
      const lowest = found.at(-1)?.['id']
      // What was stamped right may stand between: readings held apart, or what came after the clock was put back.
      const more = found.length === ROWS_AT_ONCE && lowest !== undefined
      return { doubted: doubtful.length, next: more ? Number(lowest) : null }
    },
  }
}
