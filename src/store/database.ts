/** Opens the database file and refuses one that could not keep the promises (PR-01, PR-85, PR-86). */

import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../core/faults.ts'
import { migrate } from './migrate.ts'
import { BUSY, faultOf, primaryCode, READ_ONLY, UNOPENABLE } from './sqlite-fault.ts'
import { readPragma } from './statements.ts'

export interface OpenDatabase {
  readonly database: DatabaseSync
  readonly path: string
  /** Closes the file, then lets another process have the directory. */
  close(): void
}

export const DATABASE_FILE = 'meterd.db'
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

/** Throws STORE_OWNED, STORE_UNSAFE, STORE_NEWER, STORE_UNREADABLE or STORE_FAILED. */
export function openDatabase(directory: string): OpenDatabase {
  makeDirectory(directory)
  const lock = takeLock(directory)
  let database: DatabaseSync | undefined
  try {
    const path = join(directory, DATABASE_FILE)
    const file = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: PATIENCE_MS })
    database = file
    requireSafeSqlite(file)
    applySettings(file, directory)
    migrate(file, path)
    return {
      database: file,
      path,
      close() {
        file.close()
        lock.close()
      },
    }
  } catch (error) {
    database?.close()
    lock.close()
    throw faultOf(error, `opening the store in ${directory}`)
  }
}

function makeDirectory(directory: string): void {
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
  const handle = openSync(parent, 'r')
  fsyncSync(handle)
  closeSync(handle)
}

/**
 * An exclusive lock of a file of its own, held for life: the operating system drops it when the process dies, however
 * it dies, and readers of the database itself (a backup, an inspection) are not shut out.
 */
function takeLock(directory: string): DatabaseSync {
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
