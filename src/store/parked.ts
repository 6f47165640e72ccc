/** What sinks refused for good: set aside with their words until it is sent again (PR-14). */

import type { DatabaseSync } from 'node:sqlite'
import type { Outbox } from './outbox.ts'
import { whole } from './rows.ts'
import { inTransaction } from './statements.ts'
import { isGap, type Parked } from './store.ts'

/** Of each sink, the newest. */
const MOST_PARKED = 20_000

export interface ParkedItems {
  /** Refused again it is the same item, with the newer words. */
  park(sink: string, sequence: number, reason: string): void
  /** Accepted at last. */
  unpark(sink: string, sequences: readonly number[]): void
  parkedAfter(sink: string, after: number, limit: number): Parked[]
  /** Moves the sink back; what it refused behind that is owed again, and parked no more. Answers where it stands now. */
  rewind(sink: string, sequence: number): number
}

export function createParkedItems(database: DatabaseSync, outbox: Outbox): ParkedItems {
  const add = database.prepare('INSERT OR REPLACE INTO parked (sink, sequence, reason) VALUES (?, ?, ?)')
  const remove = database.prepare('DELETE FROM parked WHERE sink = ? AND sequence = ?')
  const removeOldest = database.prepare(
    `DELETE FROM parked WHERE sink = ? AND sequence <=
       (SELECT sequence FROM parked WHERE sink = ? ORDER BY sequence DESC LIMIT 1 OFFSET ${MOST_PARKED})`,
  )
  const removeAfter = database.prepare('DELETE FROM parked WHERE sink = ? AND sequence > ?')
  const after = database.prepare(
    'SELECT sequence, reason FROM parked WHERE sink = ? AND sequence > ? ORDER BY sequence LIMIT ?',
  )

  /** What a number stands for today: a gap of one where its reading is gone. */
  function itemAt(sequence: number): Parked['item'] {
    const [item] = outbox.changesAfter(sequence - 1, 1)
    return item === undefined || isGap(item) ? { first: sequence, sequence } : item
  }

  return {
    park(sink, sequence, reason) {
      outbox.requireGiven(sequence)
      add.run(sink, sequence, reason)
      // A sink that refuses for weeks must not fill the store with its words.
      removeOldest.run(sink, sink)
    },
    unpark(sink, sequences) {
      inTransaction(database, () => {
        for (const sequence of sequences) remove.run(sink, sequence)
      })
    },
    parkedAfter: (sink, sequence, limit) =>
      after.all(sink, sequence, limit).map(row => ({
        item: itemAt(whole(row['sequence'])),
        reason: String(row['reason']),
      })),
    rewind(sink, sequence) {
      outbox.requireGiven(sequence)
      const reached = outbox.cursor(sink).sequence
      if (sequence >= reached) return reached
      inTransaction(database, () => {
        outbox.moveTo(sink, sequence)
        removeAfter.run(sink, sequence)
      })
      return sequence
    },
  }
}
