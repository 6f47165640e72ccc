/** Which life of the store begins when it is opened: the same epoch goes on only if nothing of the last can be missing. */

import type { DatabaseSync } from 'node:sqlite'
import { isEpoch, nextEpoch } from './epoch.ts'
import { noteTurn } from './journal/turn.ts'
import { readSalt } from './rescue/log-frames.ts'
import type { Rescuing } from './rescue/rescue.ts'
import { isLogGone, readWitness, type Witness, writeWitness } from './rescue/witness.ts'
import { SCHEMA_VERSION } from './schema.ts'
import { BUSY, FULL, primaryCode } from './sqlite-fault.ts'
import { inTransaction } from './statements.ts'

export interface Life {
  /** The epoch to go on in, kept in the file. */
  settleEpoch(file: DatabaseSync, rescuing: Rescuing): number
  /** Writes to the log, so that from now on there is one, and notes which. A full disk may leave that open. */
  bearWitness(file: DatabaseSync, epoch: number): void
}

/** To be asked before SQLite opens the file for writing: that may leave the log longer, empty or gone. */
export function lastLife(directory: string, path: string): Life {
  const witness = readWitness(directory)
  const isGone = isLogGone(path, witness)
  // What is known of a lost log stays written down until the epoch is settled.
  if (witness !== null && !isGone) writeWitness(directory, { ...witness, log: 'unsure' })
  return {
    settleEpoch(file, { now, say }) {
      const stored = file.prepare('SELECT epoch FROM life').get()?.['epoch']
      const why = whyNewEpoch(stored, witness, isGone)
      if (why === null && isEpoch(stored)) return stored
      const epoch = nextEpoch([stored, witness?.epoch].filter(isEpoch), now())
      inTransaction(file, () => {
        file.exec('DELETE FROM life')
        file.prepare('INSERT INTO life (epoch) VALUES (?)').run(epoch)
        noteTurn(file, { at: now(), actor: 'daemon', action: 'store.began-anew', facts: { why, epoch } })
      })
      say({ code: 'STORE_DAMAGED', text: `${why}; it goes on in epoch ${epoch}` })
      return epoch
    },
    bearWitness(file, epoch) {
      try {
        inTransaction(file, () => file.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`))
        writeWitness(directory, { epoch, log: readSalt(`${path}-wal`) })
      } catch (error) {
        const code = primaryCode(error)
        if (code !== FULL && code !== BUSY) throw error
        writeWitness(directory, { epoch, log: 'unsure' })
      }
    },
  }
}

/** The epoch has no checksum, so two places hold it. Null when it may go on. */
function whyNewEpoch(stored: unknown, witness: Witness | null, isGone: boolean): string | null {
  if (!isEpoch(stored)) return 'the store does not say its epoch'
  if (witness !== null && stored !== witness.epoch)
    return `the store says it is of epoch ${stored}, but the last here was ${witness.epoch}`
  if (isGone)
    return 'the log of the store is gone: its last commits are lost, unless another program moved them into the file'
  return null
}
