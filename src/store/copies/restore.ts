/** Puts a backup in the place of a store, in a new epoch, and keeps what was there (PR-08). */

import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeDirectory, takeLock } from '../database.ts'
import { syncPath } from '../durable.ts'
import { nextEpoch } from '../epoch.ts'
import type { Deed } from '../journal/deed.ts'
import { carryJournal, noteTurn } from '../journal/turn.ts'
import { migrate } from '../migrate.ts'
import {
  DATABASE_FILE,
  folderFor,
  moveAside,
  NEW_FILE,
  putInPlace,
  REPLACED,
  writeNote,
} from '../rescue/set-aside.ts'
import { readWitness, removeWitness } from '../rescue/witness.ts'
import { faultOf } from '../sqlite-fault.ts'
import { checkBackup, type Manifest } from './backup.ts'

export interface Restored extends Manifest {
  /** The epoch the restored store goes on in. */
  readonly nextEpoch: number
  /** Where the store that was there is kept; null where there was none. */
  readonly kept: string | null
}

/** Throws STORE_OWNED while a daemon runs, or what `checkBackup` throws; then nothing is changed. */
export async function restoreStore(
  directory: string,
  file: string,
  { now, by }: { readonly now: number; readonly by: string },
): Promise<Restored> {
  makeDirectory(directory)
  const lock = takeLock(directory)
  try {
    const manifest = await checkBackup(file)
    const present = readWitness(directory)?.epoch ?? 0
    const epoch = nextEpoch([present, manifest.epoch], now)
    const facts = { sha256: manifest.sha256, takenAt: manifest.takenAt, epochBefore: present, epoch }
    prepare(directory, file, epoch, { at: now, actor: by, facts })
    return { ...manifest, nextEpoch: epoch, kept: replace(directory, { present, now, file }) }
  } catch (error) {
    throw faultOf(error, `restoring the store in ${directory}`)
  } finally {
    lock.close()
  }
}

function prepare(
  directory: string,
  file: string,
  epoch: number,
  turn: Pick<Deed, 'at' | 'actor' | 'facts'>,
): void {
  const made = join(directory, NEW_FILE)
  const present = join(directory, DATABASE_FILE)
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(made + part, { force: true })
  copyFileSync(file, made)
  const database = new DatabaseSync(made)
  try {
    // A copy of an earlier version has no journal yet.
    migrate(database, made)
    database.prepare('UPDATE life SET epoch = ?').run(epoch)
    const journal = existsSync(present) ? carryJournal(present, database) : null
    noteTurn(database, { ...turn, action: 'store.restored', facts: { ...turn.facts, journal } })
  } finally {
    database.close()
  }
  syncPath(made)
}

interface Replacing {
  readonly present: number
  readonly now: number
  readonly file: string
}

/** From the note on a kill is harmless: the next start goes on with it. */
function replace(directory: string, { present, now, file }: Replacing): string | null {
  const isThere = existsSync(join(directory, DATABASE_FILE))
  const note = {
    target: folderFor(REPLACED, present, now),
    why: `replaced by the backup ${file}`,
    epoch: present,
    instead: 'restore' as const,
    tries: 0,
  }
  if (isThere) {
    writeNote(directory, note)
    moveAside(directory, note)
  }
  removeWitness(directory)
  putInPlace(directory)
  return isThere ? join(directory, note.target) : null
}
