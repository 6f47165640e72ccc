/**
 * An export as a file that is whole or not there: written under another name, synced, held against its manifest, renamed.
 * A power cut or a kill at any moment leaves nothing under its own name.
 */

import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ExportManifest } from '../api/page-thread/export-begun.ts'
import { Fault, messageOf } from '../core/faults.ts'
import { renameDurably, writeDurably } from '../store/durable.ts'

export interface ExportSource {
  readonly parts: AsyncIterable<Uint8Array>
  /** Asked for when all parts are there. */
  manifest(): Promise<ExportManifest>
}

/** Writes `file` and, beside it, its manifest. Throws EXPORT_TARGET, and what the source throws. */
export async function writeExport(file: string, source: ExportSource): Promise<ExportManifest> {
  if (existsSync(file)) throw new Fault('EXPORT_TARGET', `${file} exists already; an export replaces nothing`)
  // Of this process alone: another may be writing the same.
  const part = `${file}.${process.pid}.part`
  try {
    const sha256 = await writeParts(part, source.parts)
    const manifest = await source.manifest()
    if (manifest.sha256 !== sha256)
      throw new Fault('ASK_FAILED', 'what came is not what its manifest tells of; nothing of it is kept')
    // First the manifest: where it cannot be written there is no file of this name either.
    writeDurably(manifestOf(file), `${JSON.stringify(manifest, null, 2)}\n`)
    renameDurably(part, file)
    return manifest
  } catch (error) {
    rmSync(part, { force: true })
    throw targetFault(error, dirname(file))
  }
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
function targetFault(error: unknown, folder: string): unknown {
  const isSystem = error instanceof Error && 'syscall' in error && 'path' in error
  const isFull =
    error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code))
  return isSystem || isFull
    ? new Fault('EXPORT_TARGET', `nothing can be written to ${folder}: ${messageOf(error)}`, error)
    : error
}
