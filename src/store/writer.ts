/** The one place that writes and decides what an error of a write means (PR-03, PR-20). */

import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../core/faults.ts'
import { whole } from './rows.ts'
import { FULL, faultOf, primaryCode } from './sqlite-fault.ts'
import { readPragma } from './statements.ts'
import type { Room } from './upkeep/room.ts'

export interface Writer {
  /** Runs a write. Throws STORE_FULL or STORE_BUSY with nothing kept, or STORE_FAILED, after which it never writes again. */
  write<Result>(doing: string, work: () => Result): Result
  /** True once a write has failed for good. */
  hasFailed(): boolean
  /** Between writes: moves the log into the database when it has grown enough. */
  checkpoint(): void
  /** The file is damaged: from here on nothing is written to it. */
  abandon(): void
  /** The last checkpoint, unless writing has failed. */
  finish(): void
}

/**
 * Pages in the log before they are moved, 4 MiB. Each checkpoint costs two more syncs, and one moves a hot page once
 * however often it was written since the last; the log must stay far below the ballast a full disk is freed with.
 */
const CHECKPOINT_PAGES = 1_000

/** `starve` frees what is kept back for a full disk; false when nothing was. */
export function createWriter(
  database: DatabaseSync,
  { logBytes, starve }: Pick<Room, 'logBytes' | 'starve'>,
): Writer {
  const pagesToMove = Math.min(CHECKPOINT_PAGES, logBytes / 2 / whole(readPragma(database, 'page_size')))
  // NOOP only tells how long the log is.
  const measure = database.prepare('PRAGMA wal_checkpoint(NOOP)')
  const move = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  const empty = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)')
  let failed: Fault | null = null
  let isFull = false

  function write<Result>(doing: string, work: () => Result): Result {
    if (failed) throw failed
    try {
      return work()
    } catch (error) {
      // Only a disk without room is helped by what was kept back for it, and once.
      if (primaryCode(error) === FULL && starve()) {
        tryTo(() => move.get())
        return writeOnce(doing, work)
      }
      throw refusalOf(error, doing)
    }
  }

  function writeOnce<Result>(doing: string, work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw refusalOf(error, doing)
    }
  }

  /** What an error of a write means; after any but two kinds of it nothing is written any more. */
  function refusalOf(error: unknown, doing: string): Fault {
    const fault = faultOf(error, doing)
    isFull = primaryCode(error) === FULL
    if (fault.code === 'STORE_FULL' || fault.code === 'STORE_BUSY') return fault
    // What was kept before is rescued at the next opening; the same write again would meet the same damage.
    failed =
      fault.code === 'STORE_UNREADABLE'
        ? fault
        : new Fault(
            'STORE_FAILED',
            `${fault.text}; whether it was kept is unknown until the next start`,
            error,
          )
    return failed
  }

  /** A full disk or a foreign reader only leaves the log long; any other error is as bad as one of a commit. */
  function tryTo(checkpoint: () => void): void {
    try {
      writeOnce('moving the log into the database', checkpoint)
    } catch (error) {
      if (failed) throw error
    }
  }

  return {
    write,
    hasFailed: () => failed !== null,
    checkpoint() {
      if (failed) return
      const pages = Number(measure.get()?.['log'])
      // On a full disk a log that could be moved can be written from its start again.
      if (pages < pagesToMove && !isFull) return
      isFull = false
      tryTo(() => move.get())
    },
    abandon() {
      failed ??= new Fault('STORE_UNREADABLE', 'the store file is damaged')
    },
    finish() {
      if (!failed) tryTo(() => empty.get())
    },
  }
}
