/** How much of its room the store uses, and what it still takes in (PR-20). */

import { statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { MEBIBYTE } from '../../core/bytes.ts'
import { DATABASE_FILE } from '../database.ts'
import { whole } from '../rows.ts'
import { readPragma } from '../statements.ts'
import type { RoomState, Stage } from '../store.ts'
import { createBallast } from './ballast.ts'

/** What the log may grow to: it is emptied from 4 MiB on, and one transaction is far smaller than the rest. */
export const LOG_BYTES = 8 * MEBIBYTE
/** Twice the log: a checkpoint moves all of it into the file, and the log itself goes on (PR-21). */
const BALLAST_BYTES = 2 * LOG_BYTES
/** Of the whole disk, where that is smaller than what we were allowed: others write to it too. */
const SHARE_OF_DISK = 0.9
/** Of a disk too small for that, the log and the ballast together take so much at most. */
const SHARE_OF_SPARE = 0.4

/** From these shares of its room on the store gives up frames, what is delivered, and what is owed. */
export const SHEDDING_FROM = 0.8
export const DELIVERED_FROM = 0.85
export const OWED_FROM = 0.95

/** Of all the store may take, what the database itself may: the rest is for log and ballast. */
export function roomIn(maxBytes: number): number {
  return maxBytes - spareIn(maxBytes)
}

function spareIn(maxBytes: number): number {
  return Math.min(LOG_BYTES + BALLAST_BYTES, maxBytes * SHARE_OF_SPARE)
}

/** From which share of its room on the store is in which stage. */
const STAGES: readonly (readonly [from: number, stage: Stage])[] = [
  [0.99, 'closed'],
  [0.97, 'billing only'],
  [OWED_FROM, 'shedding owed'],
  [DELIVERED_FROM, 'shedding delivered'],
  [SHEDDING_FROM, 'shedding frames'],
  [0.7, 'filling'],
  [0, 'ample'],
]

/** What the largest batch may need, whatever the size of the store. */
const LEAST_PAGES = 24

export type Admitted = 'all' | 'billing' | 'nothing'

export interface Room {
  /** Room for the log. */
  readonly logBytes: number
  /** Looks at the file and at the disk. */
  look(): RoomState
  /** What may be taken in now. */
  admits(): Admitted
  /** Runs a write that our own budget must not refuse: it may grow into the room of the log. */
  reserved<Result>(work: () => Result): Result
  /** The disk is full, whoever filled it: frees the ballast; false when there is none to free. */
  starve(): boolean
}

export interface RoomParts {
  readonly database: DatabaseSync
  readonly directory: string
  /** Database, log and ballast together. */
  readonly maxBytes: number
}

export function createRoom({ database, directory, maxBytes }: RoomParts): Room {
  const pageBytes = whole(readPragma(database, 'page_size'))
  const pages = database.prepare('PRAGMA page_count')
  const unused = database.prepare('PRAGMA freelist_count')
  const { blocks, bsize } = statfsSync(directory)
  const allowed = Math.min(maxBytes, blocks * bsize * SHARE_OF_DISK)
  const limit = Math.floor(roomIn(allowed) / pageBytes)
  const ballast = createBallast(directory, Math.floor((spareIn(allowed) * 2) / 3))
  const logBytes = spareIn(allowed) / 3
  database.exec(`PRAGMA max_page_count = ${limit}`)
  const log = join(directory, `${DATABASE_FILE}-wal`)
  let starving = false

  function freeBytes(): number {
    const disk = statfsSync(directory)
    return disk.bavail * disk.bsize
  }

  function logSize(): number {
    return statSync(log, { throwIfNoEntry: false })?.size ?? 0
  }

  /** Room for the ballast and for as much again, so that the two do not take turns. */
  function recover(free: number): void {
    if (ballast.isThere() && !starving) return
    if (free < 2 * ballast.bytes) return
    try {
      if (!ballast.isThere()) ballast.restore()
      starving = false
    } catch {
      // Somebody was faster; the next look tries again.
    }
  }

  /** Where the disk is smaller than the budget, by what it has left; the log comes first, and the ballast is not for growth. */
  function look(): RoomState {
    const free = freeBytes()
    recover(free)
    const pagesInFile = whole(pages.get()?.['page_count'])
    const usedPages = pagesInFile - whole(unused.get()?.['freelist_count'])
    const logGrowth = Math.max(0, logBytes - logSize())
    const growth = starving ? 0 : Math.max(0, Math.floor((free - logGrowth) / pageBytes))
    const room = Math.max(1, Math.min(limit, pagesInFile + growth))
    return {
      usedBytes: usedPages * pageBytes,
      maxBytes: room * pageBytes,
      freeBytes: free,
      stage: room - usedPages < LEAST_PAGES ? 'closed' : stageAt(usedPages / room, room < limit),
      isDiskShort: room < limit,
      starving,
    }
  }

  recover(freeBytes())
  return {
    logBytes,
    look,
    admits() {
      const { stage, freeBytes: free } = look()
      if (stage !== 'closed' && stage !== 'billing only') return 'all'
      // Half of the ballast's room is for billing reads, the other half for the log.
      if (starving) return free >= ballast.bytes / 2 ? 'billing' : 'nothing'
      return stage === 'closed' ? 'nothing' : 'billing'
    },
    reserved(work) {
      database.exec(`PRAGMA max_page_count = ${limit + Math.floor(logBytes / pageBytes)}`)
      try {
        return work()
      } finally {
        // What the file has grown to stays.
        database.exec(`PRAGMA max_page_count = ${limit}`)
      }
    },
    starve() {
      // It was the budget that ran out, not the disk.
      if (freeBytes() > 2 * logBytes) return false
      const hadBallast = ballast.isThere()
      ballast.release()
      starving = true
      return hadBallast
    },
  }
}

/** For want of disk nothing is given up that is owed: whoever filled it may empty it again. */
function stageAt(share: number, isDiskShort: boolean): Stage {
  const [, stage] = STAGES.find(([from]) => share >= from) ?? [0, 'ample']
  return isDiskShort && stage === 'shedding owed' ? 'shedding delivered' : stage
}

/** The share of the room from which on this stage lasts. */
export function stageFrom(stage: Stage): number {
  return STAGES.find(([, named]) => named === stage)?.[0] ?? 0
}
