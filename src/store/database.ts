/** Opens the database file and refuses one that could not keep the promises (PR-01, PR-85, PR-86). */

import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { keepBeforeUpgrade } from './copies/upgrade.ts'
import { syncPath } from './durable.ts'
import { lastLife } from './life.ts'
import { migrate, requireOurs } from './migrate.ts'
import { requireNames } from './names.ts'
import { requireSequence } from './outbox.ts'
import { openRescuing, type Rescuing } from './rescue/rescue.ts'
import { DATABASE_FILE, noteDamage } from './rescue/set-aside.ts'
import { writeWitness } from './rescue/witness.ts'
import { BUSY, faultOf, primaryCode, READ_ONLY, UNOPENABLE } from './sqlite-fault.ts'
import { readOnlyUri, readPragma } from './statements.ts'
import { freeBallastIfFull } from './upkeep/ballast.ts'

export { DATABASE_FILE }

export interface OpenDatabase {
  readonly database: DatabaseSync
  readonly path: string
  readonly epoch: number
  /** Before the log is moved for the last time: from here on it may be there or not. */
  closing(): void
  /** Closes the file, then lets another process have the directory. */
  close(): void
  /** The file has turned out damaged: it is put aside when the store is next opened. Nothing is written to it any more. */
  condemn(why: string): void
}

const LOCK_FILE = 'meterd.lock'

/** Before 3.51.3 a write and a checkpoint at once could reset the log wrongly and corrupt the file (release notes). */
const SAFE_SQLITE = [3, 51, 3] as const

/** How long a write waits for a foreign program (a shell, a backup tool) that holds the file. */
const PATIENCE_MS = 5_000

const SETTINGS: readonly {
  readonly pragma: string
  readonly value: string
  readonly reads: string | number
}[] = [
  { pragma: 'journal_mode', value: 'WAL', reads: 'wal' },
  // FULL syncs the log at every commit; NORMAL loses acknowledged rows at a power cut (SQLite, pragma.html).
  { pragma: 'synchronous', value: 'FULL', reads: 2 },
  // Checkpoints are ours, after the acknowledgement: the automatic one swallows I/O errors (PR-03).
  { pragma: 'wal_autocheckpoint', value: '0', reads: 0 },
  // A log once grown by a stuck reader is cut back to this at its next reset.
  { pragma: 'journal_size_limit', value: `${16 * 1024 * 1024}`, reads: 16 * 1024 * 1024 },
  // The current hour's index pages, the latest values and the tail of every table, with room; KiB.
  { pragma: 'cache_size', value: '-16384', reads: -16384 },
  // Finds a damaged page when it is read instead of walking off its end (PR-06).
  { pragma: 'cell_size_check', value: 'ON', reads: 1 },
  // A schema changed by damage or by hand must not run functions.
  { pragma: 'trusted_schema', value: 'OFF', reads: 0 },
]

/**
 * A store that is damaged is rescued and then opened. Throws STORE_OWNED, STORE_UNSAFE, STORE_NEWER, STORE_FAILED, or
 * STORE_UNREADABLE where even a new store cannot be read.
 */
export function openDatabase(
  directory: string,
  rescuing: Rescuing = { now: systemClock.now, say: () => undefined },
): OpenDatabase {
  makeDirectory(directory)
  freeBallastIfFull(directory)
  const lock = takeLock(directory)
  try {
    const path = join(directory, DATABASE_FILE)
    const open = () => openWitnessed({ directory, path, lock, rescuing })
    return openRescuing(directory, open, rescuing)
  } catch (error) {
    lock.close()
    throw faultOf(error, `opening the store in ${directory}`)
  }
}

interface Opening {
  readonly directory: string
  readonly path: string
  readonly lock: DatabaseSync
  readonly rescuing: Rescuing
}

function openWitnessed(opening: Opening): OpenDatabase {
  const { directory, path, rescuing } = opening
  if (existsSync(path)) inspect(path)
  const life = lastLife(directory, path)
  if (existsSync(path)) keepBeforeUpgrade(path)
  const file = openFile(directory, path)
  try {
    const epoch = life.settleEpoch(file, rescuing)
    life.bearWitness(file, epoch)
    return { database: file, path, epoch, ...endingsOf({ ...opening, file, epoch }) }
  } catch (error) {
    leave(file, path)
    throw headerFault(error, path)
  }
}

/** The lock was taken, so the directory can be written: where the file cannot, its own header says so. */
function headerFault(error: unknown, path: string): unknown {
  if (primaryCode(error) !== READ_ONLY || !mayWrite(path)) return error
  return new Fault('STORE_UNREADABLE', `the header of ${path} says that it is not to be written`, error)
}

function openFile(directory: string, path: string): DatabaseSync {
  const file = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: PATIENCE_MS })
  try {
    requireSafeSqlite(file)
    applySettings(file, directory)
    migrate(file, path)
    requireNames(file)
    requireSequence(file)
    return file
  } catch (error) {
    leave(file, path)
    throw headerFault(error, path)
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Looks without touching, so that a damaged store is put aside as it was found. */
function inspect(path: string): void {
  const file = new DatabaseSync(readOnlyUri(path))
  try {
    requireOurs(file, path)
  } finally {
    file.close()
  }
}

interface Opened extends Opening {
  readonly file: DatabaseSync
  readonly epoch: number
}

function endingsOf(opened: Opened): Pick<OpenDatabase, 'closing' | 'close' | 'condemn'> {
  const { file, path, directory, epoch, lock, rescuing } = opened
  let isCondemned = false
  return {
    closing() {
      if (!isCondemned) writeWitness(directory, { epoch, log: 'unsure' })
    },
    close() {
      if (isCondemned) leave(file, path)
      else {
        file.close()
        if (sizeOf(`${path}-wal`) === 0) writeWitness(directory, { epoch, log: 'closed' })
      }
      lock.close()
    },
    condemn(why) {
      isCondemned = true
      noteDamage(directory, why, { epoch, now: rescuing.now() })
    },
  }
}

/** Closes without moving the log into the file, which SQLite does only for the last one who has it open. */
function leave(file: DatabaseSync, path: string): void {
  let other: DatabaseSync | undefined
  try {
    other = new DatabaseSync(readOnlyUri(path))
    other.prepare('SELECT count(*) FROM sqlite_schema').get()
  } catch (error) {
    if (primaryCode(error) === null) throw error
  } finally {
    file.close()
    other?.close()
  }
}

export function makeDirectory(directory: string): void {
  try {
    makeMissing(directory)
  } catch (error) {
    throw new Fault('STORE_UNSAFE', `the data directory ${directory} cannot be made`, error)
  }
}

/**
 * A directory made now must itself survive a power cut, so its parent is synced. Step by step, because the recursive
 * `mkdirSync` never returns where the file system makes no directories (measured: /proc, Node 24.21).
 */
function makeMissing(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(directory)
  makeMissing(parent)
  mkdirSync(directory, { mode: 0o750 })
  syncPath(parent)
}

/**
 * An exclusive lock of a file of its own, held for life: the operating system drops it when the process dies, however
 * it dies, and readers of the database itself (a backup, an inspection) are not shut out.
 */
export function takeLock(directory: string): DatabaseSync {
  const path = join(directory, LOCK_FILE)
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(path, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    const code = primaryCode(error)
    if (code === BUSY)
      throw new Fault('STORE_OWNED', `another meterd is using the data directory ${directory}`)
    const why = code === READ_ONLY || code === UNOPENABLE ? 'cannot be written' : 'cannot be locked'
    throw new Fault('STORE_UNSAFE', `the data directory ${directory} ${why}`, error)
  }
}

function requireSafeSqlite(database: DatabaseSync): void {
  const version = String(Object.values(database.prepare('SELECT sqlite_version()').get() ?? {})[0])
  if (isSafeSqlite(version)) return
  throw new Fault(
    'STORE_UNSAFE',
    `SQLite ${version} is older than ${SAFE_SQLITE.join('.')}; use a newer Node`,
  )
}

export function isSafeSqlite(version: string): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, least] of SAFE_SQLITE.entries()) {
    const part = parts[index] ?? 0
    if (part !== least) return part > least
  }
  return true
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** Sets each pragma and believes only what it then answers. */
function applySettings(database: DatabaseSync, directory: string): void {
  for (const { pragma, value, reads } of SETTINGS) {
    database.exec(`PRAGMA ${pragma} = ${value}`)
    const answer = readPragma(database, pragma)
    if (answer !== reads)
      throw new Fault(
        'STORE_UNSAFE',
        `${directory}: SQLite keeps ${pragma}=${String(answer)}, ${value} is needed`,
      )
  }
}
