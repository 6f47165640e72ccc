/**
 * An export as a file that is whole or not there: written under another name, synced, held against its manifest, renamed.
 * A power cut or a kill at any moment leaves nothing under its own name, and nothing that has that name is replaced.
 */

import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ExportManifest } from '../api/page-thread/export-begun.ts'
import { Fault, messageOf } from '../core/faults.ts'
import { isTaken, partOf, renameAsNewDurably, writePart } from '../store/durable.ts'

export interface ExportSource {
  readonly parts: AsyncIterable<Uint8Array>
  /** Asked for when all parts are there. */
  manifest(): Promise<ExportManifest>
}

/** Writes `file` and, beside it, its manifest. Throws EXPORT_TARGET, and what the source throws. */
export async function writeExport(file: string, source: ExportSource): Promise<ExportManifest> {
  for (const name of [file, manifestOf(file)]) if (isTaken(name)) throw taken(name)
  const part = partOf(file)
  try {
    const sha256 = await writeParts(part, source.parts)
    const manifest = await source.manifest()
    if (manifest.sha256 !== sha256)
      throw new Fault('ASK_FAILED', 'what came is not what its manifest tells of; nothing of it is kept')
    place(file, part, writePart(manifestOf(file), `${JSON.stringify(manifest, null, 2)}\n`))
    return manifest
  } catch (error) {
    for (const begun of [part, partOf(manifestOf(file))]) rmSync(begun, { force: true })
    throw targetFault(error, dirname(file))
  }
}

/** First the manifest: of two that write the same one has its name, and the other's file never lies beside it. */
function place(file: string, part: string, manifestPart: string): void {
  const manifest = manifestOf(file)
  if (!renameAsNewDurably(manifestPart, manifest)) throw taken(manifest)
  try {
    if (!renameAsNewDurably(part, file)) throw taken(file)
  } catch (error) {
    rmSync(manifest)
    throw error
  }
}

function taken(name: string): Fault {
  return new Fault('EXPORT_TARGET', `${name} exists already; an export replaces nothing`)
}

export function manifestOf(file: string): string {
  return `${file}.manifest.json`
}

/** The SHA-256 of what is on the disk now. */
async function writeParts(path: string, parts: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  const handle = await open(path, 'wx', 0o640)
  try {
    for await (const part of parts) {
      hash.update(part)
      await writeWhole(handle, part)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return hash.digest('hex')
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done)
    done += bytesWritten
  }
}

/** System calls that fail are the target's. */
export function targetFault(error: unknown, folder: string): unknown {
  const isSystem = error instanceof Error && 'syscall' in error && 'path' in error
  const isFull =
    error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code))
  return isSystem || isFull
    ? new Fault('EXPORT_TARGET', `nothing can be written to ${folder}: ${messageOf(error)}`, error)
    : error
}
