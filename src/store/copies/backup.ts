/**
 * A copy of a store, whether or not a daemon runs on it (PR-08). SQLite's backup interface reads one snapshot through a
 * connection of its own that can only read, a few pages at a time: commits go on meanwhile, and what they write is not
 * in the copy. Copying the files instead would mix moments.
 */

import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { Fault, messageOf } from '../../core/faults.ts'
import { renameDurably, syncPath, writeDurably } from '../durable.ts'
import { DATABASE_FILE, readNote } from '../rescue/set-aside.ts'
import { FULL, faultOf, primaryCode } from '../sqlite-fault.ts'
import { readOnlyUri } from '../statements.ts'
import { type Verified, verifyStore } from './verify.ts'

/** What a copy was when it was taken; lies beside it as FILE.json. */
const MANIFEST = z.strictObject({
  sha256: z.string(),
  bytes: z.int(),
  readings: z.int(),
  epoch: z.int(),
  lastSequence: z.int(),
  /** Rows the store withholds, in the copy as in the store. */
  damaged: z.int(),
  takenAt: z.string(),
  version: z.string(),
})

export type Manifest = z.infer<typeof MANIFEST>

/** Pages read at once, 1 MiB. */
const PAGES_AT_ONCE = 256

/** Writes `file` and its manifest, verified completely. Throws BACKUP_TARGET, STORE_UNSAFE, STORE_UNREADABLE or STORE_FAILED. */
export async function backUpStore(
  directory: string,
  file: string,
  { now, version }: { readonly now: number; readonly version: string },
): Promise<Manifest> {
  const path = join(directory, DATABASE_FILE)
  if (!existsSync(path)) throw new Fault('STORE_UNSAFE', `there is no store in ${directory}`)
  if (existsSync(file)) throw new Fault('BACKUP_TARGET', `${file} exists already; a backup replaces nothing`)
  if (readNote(directory) !== null)
    throw new Fault('STORE_UNREADABLE', `the store in ${directory} is damaged and is not yet rescued`)
  const part = `${file}.part`
  try {
    makeEmpty(part)
    await copySnapshot(path, part)
    syncPath(part)
    const verified = verifyStore(part)
    requireSound(verified, part)
    const { readings, epoch, lastSequence, damaged } = verified
    const takenAt = new Date(now).toISOString()
    const sha256 = await hashOf(part)
    const manifest = {
      sha256,
      bytes: statSync(part).size,
      readings,
      epoch,
      lastSequence,
      damaged,
      takenAt,
      version,
    }
    // First the manifest: without room for it there is no copy of this name either.
    writeDurably(manifestOf(file), `${JSON.stringify(manifest, null, 2)}\n`)
    renameDurably(part, file)
    return manifest
  } catch (error) {
    removeIfPossible(part)
    throw targetFault(error, dirname(file)) ?? faultOf(error, `copying the store in ${directory}`)
  }
}

/** Tells a folder that is missing or cannot be written as such; SQLite would say only that it cannot open. */
function makeEmpty(part: string): void {
  if (existsSync(part)) unlinkSync(part)
  closeSync(openSync(part, 'wx', 0o644))
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Where nothing can be removed, what was wrong before is what is told.
  }
}

const TARGET_WRONG: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is not a folder',
  EACCES: 'cannot be written by this user',
  EPERM: 'cannot be written by this user',
  EROFS: 'is on a disk that can only be read',
  ENOSPC: 'has no room for the copy',
  EDQUOT: 'has no room for the copy',
}

/** Of the store only SQLite reads, and it writes nothing there: system calls that fail, and full disks, are the target's. */
function targetFault(error: unknown, folder: string): Fault | null {
  const isSystem = error instanceof Error && 'syscall' in error && 'code' in error
  const code = primaryCode(error) === FULL ? 'ENOSPC' : isSystem ? String(error.code) : null
  if (code === null) return null
  const wrong = TARGET_WRONG[code] ?? `failed: ${messageOf(error)}`
  return new Fault('BACKUP_TARGET', `the folder of the copy, ${folder}, ${wrong}`, error)
}

async function copySnapshot(path: string, part: string): Promise<void> {
  const source = new DatabaseSync(readOnlyUri(path))
  try {
    source.exec('BEGIN')
    // The snapshot is taken at the first read.
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await backup(source, part, { rate: PAGES_AT_ONCE })
    source.exec('COMMIT')
  } finally {
    source.close()
  }
}

function manifestOf(file: string): string {
  return `${file}.json`
}

/** Reads a copy's manifest and holds the copy to it. Throws STORE_UNSAFE or STORE_UNREADABLE. */
export async function checkBackup(file: string): Promise<Manifest> {
  const manifest = readManifest(file)
  if ((await hashOf(file)) !== manifest.sha256)
    throw new Fault(
      'STORE_UNREADABLE',
      `${file} is not what was backed up: its hash is not that of ${manifestOf(file)}`,
    )
  requireSound(verifyStore(file), file)
  return manifest
}

function readManifest(file: string): Manifest {
  try {
    return MANIFEST.parse(JSON.parse(readFileSync(manifestOf(file), 'utf8')))
  } catch (error) {
    throw new Fault('STORE_UNSAFE', `${manifestOf(file)} is missing or not the manifest of a backup`, error)
  }
}

function requireSound({ faults }: Verified, file: string): void {
  const [fault] = faults
  if (fault !== undefined) throw new Fault('STORE_UNREADABLE', `${file} does not check: ${fault}`)
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
