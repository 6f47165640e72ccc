/**
 * What the last life of the store left beside it, in a small file: its epoch, and whether a log must be there. Without
 * it an empty file would look like a store never used, a lost log like an orderly end, and a foreign log like ours.
 */

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../core/faults.ts'
import { removeDurably, writeDurably } from '../durable.ts'
import { isEpoch } from '../epoch.ts'
import { type LogFile, readLog } from './log-frames.ts'

export interface Witness {
  readonly epoch: number
  /** `closed`: the log was moved into the database; a number: the salt of the log in use; else not known. */
  readonly log: 'closed' | 'unsure' | number
}

const FILE = 'meterd.witness'

/** How often the log may have started again since its salt was written down. */
const MOST_STARTS = 2 ** 28

/** Null where there is none, or none that can be read: then nothing is expected. */
export function readWitness(directory: string): Witness | null {
  try {
    const { epoch, log } = JSON.parse(readFileSync(join(directory, FILE), 'utf8')) as Partial<Witness>
    const isLog = log === 'closed' || log === 'unsure' || Number.isSafeInteger(log)
    return isEpoch(epoch) && log !== undefined && isLog ? { epoch, log } : null
  } catch {
    return null
  }
}

/** A full disk must not keep the store from being opened; an old witness would be worse than none. */
export function writeWitness(directory: string, witness: Witness): void {
  try {
    writeDurably(join(directory, FILE), `${JSON.stringify(witness)}\n`)
  } catch {
    removeWitness(directory)
  }
}

/** From here on the log may be there or not. */
export function expectNothing(directory: string): void {
  const witness = readWitness(directory)
  if (witness !== null) writeWitness(directory, { ...witness, log: 'unsure' })
}

export function removeWitness(directory: string): void {
  removeDurably(join(directory, FILE))
}

/** What of the files does not go with what the last life left; null when all does. To be asked before SQLite opens them. */
export function contradiction(path: string, witness: Witness | null): string | null {
  const isThere = existsSync(path) && statSync(path).size > 0
  if (!isThere && witness !== null) return 'the store file is gone or empty'
  const log = logBeside(path)
  if (log?.damage) return log.damage
  if (!isThere) return isUsed(log) ? 'the log is there without its store file' : null
  return isForeign(log, witness) ? 'the log beside the store file is not its own' : null
}

/**
 * Whether commits may be missing that only a log held. Another program that opened the store after a crash has moved
 * them into the file; that cannot be told from a log deleted, so the store goes on in a new epoch.
 */
export function isLogGone(path: string, witness: Witness | null): boolean {
  return typeof witness?.log === 'number' && logBeside(path) === null
}

/** The log beside a damaged store, as far as it can be read and belongs to it. */
export function ownLog(path: string, witness: Witness | null): LogFile | null {
  const log = logBeside(path)
  return isForeign(log, witness) ? null : log
}

function isForeign(log: LogFile | null, witness: Witness | null): boolean {
  if (log === null || witness === null || witness.log === 'unsure') return false
  if (witness.log === 'closed') return isUsed(log)
  return (log.salt - witness.log) >>> 0 >= MOST_STARTS
}

function isUsed(log: LogFile | null): boolean {
  return log !== null && log.frames.length > 0
}

function logBeside(path: string): LogFile | null {
  const log = `${path}-wal`
  if (!existsSync(log)) return null
  try {
    return readLog(readFileSync(log))
  } catch (error) {
    return { salt: 0, frames: [], pages: 0, damage: `the log cannot be read: ${messageOf(error)}` }
  }
}
