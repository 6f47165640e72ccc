/** Files and directory entries that survive a power cut once these calls have returned. */

import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
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
  const part = writePart(path, text)
  try {
    renameDurably(part, path)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

/** What a file is called while it is made: of this process alone, as others may be making the same. */
export function partOf(path: string): string {
  return `${path}.${process.pid}.part`
}

/** Synced under the name that it answers. What lies there was left by a dead process; a link there is not followed. */
export function writePart(path: string, text: string): string {
  const part = partOf(path)
  rmSync(part, { force: true })
  try {
    writeFileSync(part, text, { mode: 0o640, flag: 'wx', flush: true })
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
  return part
}

/** As renameDurably, but replaces nothing: false where the name is taken, even if only since a moment. */
export function renameAsNewDurably(from: string, to: string): boolean {
  try {
    linkSync(from, to)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'EEXIST') return false
    if (!WITHOUT_LINKS.includes(code)) throw error
    // No file has two names here, as on memory sticks: between this look and the renaming a moment is left.
    if (isTaken(to)) return false
    renameDurably(from, to)
    return true
  }
  syncPath(dirname(to))
  rmSync(from)
  return true
}

const WITHOUT_LINKS = ['EPERM', 'ENOTSUP', 'ENOSYS']

/** Also by a link that leads nowhere. */
export function isTaken(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

export function removeDurably(path: string): void {
  rmSync(path, { recursive: true, force: true })
  syncPath(dirname(path))
}
