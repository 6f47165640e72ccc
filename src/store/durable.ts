/** Files and directory entries that survive a power cut once these calls have returned. */

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Syncs a file's content, or a directory's entries. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

export function renameDurably(from: string, to: string): void {
  renameSync(from, to)
  syncPath(dirname(to))
  if (dirname(from) !== dirname(to)) syncPath(dirname(from))
}

/** The old content or the new one, never a part of it. */
export function writeDurably(path: string, text: string): void {
  writeFileSync(`${path}.part`, text, { mode: 0o640 })
  syncPath(`${path}.part`)
  renameDurably(`${path}.part`, path)
}

export function removeDurably(path: string): void {
  rmSync(path, { recursive: true, force: true })
  syncPath(dirname(path))
}
