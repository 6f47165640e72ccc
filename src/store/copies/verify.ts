/** Reads a whole copy of a store and every checksum in it (PR-06, PR-08). */

import { DatabaseSync } from 'node:sqlite'
import { messageOf } from '../../core/faults.ts'
import { requireOurs } from '../migrate.ts'
import { addSoundFunctions, readNames, SOUND } from '../rescue/sound.ts'
import { whole } from '../rows.ts'
import { readOnlyUri } from '../statements.ts'

export interface Verified {
  readonly readings: number
  readonly epoch: number
  readonly lastSequence: number
  /** Rows whose checksum does not hold, which a store withholds; the same in a copy as in what it was made from. */
  readonly damaged: number
  /** Why it is no store to go on with; none where all is well. */
  readonly faults: readonly string[]
}

/** `path` is a file nobody writes to, without a log. */
export function verifyStore(path: string): Verified {
  const file = new DatabaseSync(readOnlyUri(path, true))
  try {
    requireOurs(file, path)
    const found = file
      .prepare('PRAGMA integrity_check(10)')
      .all()
      .map(row => String(Object.values(row)[0]))
    const rowsOf = (table: string, columns: string) => file.prepare(`SELECT ${columns} FROM ${table}`).all()
    addSoundFunctions(file, readNames(rowsOf))
    const isThere = file.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
    const number = (sql: string) => whole(Object.values(file.prepare(sql).get() ?? {})[0] ?? 0)
    return {
      readings: number('SELECT count(*) FROM reading'),
      epoch: number('SELECT epoch FROM life'),
      lastSequence: number('SELECT max(sequence) FROM change'),
      // A copy from before an upgrade lacks the tables that came with it.
      damaged: Object.entries(SOUND)
        .filter(([table]) => isThere.get(table) !== undefined)
        .map(([table, sound]) => number(`SELECT count(*) FROM ${table} WHERE NOT ${sound}`))
        .reduce((sum, rows) => sum + rows, 0),
      faults: found.filter(text => text !== 'ok'),
    }
  } catch (error) {
    return { readings: 0, epoch: 0, lastSequence: 0, damaged: 0, faults: [messageOf(error)] }
  } finally {
    file.close()
  }
}
