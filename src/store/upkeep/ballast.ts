/**
 * A file of no use but its size. On a full disk SQLite can neither delete nor move its log (measured), so the ballast is
 * thrown out first, and made again when there is room (PR-21).
 */

import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { MEBIBYTE } from '../../core/bytes.ts'

export interface Ballast {
  readonly bytes: number
  isThere(): boolean
  /** Frees its room; harmless when it is gone. */
  release(): void
  /** Takes its room on the disk; throws what the file system says when there is none. */
  restore(): void
}

export const BALLAST_FILE = 'meterd.ballast'

export function createBallast(directory: string, bytes: number): Ballast {
  const path = join(directory, BALLAST_FILE)
  return {
    bytes,
    isThere: () => statSync(path, { throwIfNoEntry: false })?.size === bytes,
    release: () => rmSync(path, { force: true }),
    restore() {
      // Left over from a kill while it was made, or of another size since.
      rmSync(path, { force: true })
      try {
        fill(path, bytes)
      } catch (error) {
        rmSync(path, { force: true })
        throw error
      }
    },
  }
}

/** At the opening of a store on a disk without a byte, not even a lock can be had: the ballast goes first. */
export function freeBallastIfFull(directory: string): void {
  const { bavail, bsize } = statfsSync(directory)
  if (bavail * bsize < MEBIBYTE / 4) rmSync(join(directory, BALLAST_FILE), { force: true })
}

/** Written out, because a file with holes takes no room. */
function fill(path: string, bytes: number): void {
  const piece = new Uint8Array(MEBIBYTE)
  const file = openSync(path, 'w', 0o640)
  try {
    for (let left = bytes; left > 0; left -= piece.length)
      writeSync(file, piece, 0, Math.min(left, piece.length))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
