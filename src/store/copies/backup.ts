/**
 * A copy of a store, whether or not a daemon runs on it (PR-08). SQLite's backup interface reads one snapshot through a
 * connection of its own that can only read, a few pages at a time: commits go on meanwhile, and what they write is not
 * in the copy. Copying the files instead would mix moments.
 */

import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { Fault } from '../../core/faults.ts'
import { renameDurably, syncPath, writeDurably } from '../durable.ts'
import { DATABASE_FILE, readNote } from '../rescue/set-aside.ts'
import { faultOf } from '../sqlite-fault.ts'
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

/** Writes `file` and its manifest, verified completely. Throws STORE_UNSAFE, STORE_UNREADABLE, STORE_FULL or STORE_FAILED. */
export async function backUpStore(
  directory: string,
  file: string,
  { now, version }: { readonly now: number; readonly version: string },
): Promise<Manifest> {
  const path = join(directory, DATABASE_FILE)
  if (!existsSync(path)) throw new Fault('STORE_UNSAFE', `there is no store in ${directory}`)
  if (existsSync(file)) throw new Fault('STORE_UNSAFE', `${file} exists already; a backup replaces nothing`)
  if (readNote(directory) !== null)
    throw new Fault('STORE_UNREADABLE', `the store in ${directory} is damaged and is not yet rescued`)
  const part = `${file}.part`
  rmSync(part, { force: true })
  try {
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
    renameDurably(part, file)
    writeDurably(manifestOf(file), `${JSON.stringify(manifest, null, 2)}\n`)
    return manifest
  } catch (error) {
    rmSync(part, { force: true })
    throw faultOf(error, `copying the store in ${directory}`)
  }
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
