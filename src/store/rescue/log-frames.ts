/**
 * SQLite's log as it lies in the `-wal` file (sqlite.org/fileformat2.html, section 4). SQLite takes what comes before
 * the first bad checksum and says nothing of the rest; a commit lost that way was acknowledged. So the log is read
 * here first: whether all that was committed is whole, and if not, which pages can still be had.
 */

import { closeSync, openSync, readSync } from 'node:fs'
import { isSame, mendBit, type Sum, sumOf } from './log-sums.ts'

export interface LogFrame {
  readonly page: number
  readonly content: Buffer
}

export interface LogFile {
  /** Names this stretch of the log; counts up by one each time the log starts again. */
  readonly salt: number
  /** Pages of all committed frames, in order; damaged content is handed on, for rows carry checksums of their own. */
  readonly frames: readonly LogFrame[]
  /** Pages of the database after the last commit; 0 where there was none. */
  readonly pages: number
  /** What is wrong with what was committed; null when all of it is whole. */
  readonly damage: string | null
}

export const PAGE_SIZE = 4_096
const HEADER = 32
/** Of the header, what its checksum covers. */
const SUMMED = 24
const FRAME_HEADER = 24
const FRAME = FRAME_HEADER + PAGE_SIZE
const MAGIC = 0x377f0682
const FORMAT = 3_007_000

/** Frames that one bad block of a disk can spoil. */
const MOST_SPOILED = 8

/** Null for a log without a header: one never written. */
export function readLog(bytes: Buffer): LogFile | null {
  if (bytes.length === 0) return null
  const head = bytes.subarray(0, HEADER)
  const isSound = bytes.length >= HEADER && isSame(sumOf([head.subarray(0, SUMMED)]), sumAt(head, SUMMED))
  if (isSound) return walk(bytes, head, sumAt(head, SUMMED), null)
  const mended = mendHead(head)
  const damage = 'the header of the log is damaged'
  if (mended !== null) return walk(bytes, mended, sumAt(mended, SUMMED), damage)
  if (bytes.length < HEADER + FRAME) return { salt: 0, frames: [], pages: 0, damage }
  // The frames still tell the salts.
  const told = Buffer.concat([
    head.subarray(0, 16),
    bytes.subarray(HEADER + 8, HEADER + 16),
    head.subarray(24),
  ])
  return walk(bytes, told, null, damage)
}

/** Names the stretch of the log in use, whatever else is in the file. */
export function readSalt(path: string): number {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(HEADER)
    readSync(file, head, 0, HEADER, 0)
    return head.readUInt32BE(16)
  } finally {
    closeSync(file)
  }
}

function mendHead(head: Buffer): Buffer | null {
  for (let bit = 0; head.length === HEADER && bit < HEADER * 8; bit++) {
    const mended = Buffer.from(head)
    mended.writeUInt8(mended.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    if (isSame(sumOf([mended.subarray(0, SUMMED)]), sumAt(mended, SUMMED))) return mended
  }
  return null
}

interface Walked {
  readonly frames: Buffer[]
  /** How many of them are committed. */
  committed: number
  damage: string | null
}

/** `start` is what the first checksum goes on from, null where that is lost. */
function walk(bytes: Buffer, head: Buffer, start: Sum | null, headDamage: string | null): LogFile {
  const count = Math.floor((bytes.length - HEADER) / FRAME)
  const frameAt = (index: number) => bytes.subarray(HEADER + index * FRAME, HEADER + (index + 1) * FRAME)
  const isOurs = (frame: Buffer) => frame.compare(head, 16, 24, 8, 16) === 0
  const seen: Walked = { frames: [], committed: 0, damage: headDamage }
  let from = start
  for (let index = 0; index < count; index++) {
    const frame = frameAt(index)
    const fits = from !== null && isSame(frameSum(from, frame), sumAt(frame, 16))
    const kept = fits && isOurs(frame) ? frame : mend(frame, from, fits)
    if (kept === null && !goesOn(index + 1)) break
    // A frame that cannot be mended is handed on as it is if it may be one of ours.
    const taken = kept ?? frame
    if (kept !== null || isOurs(frame)) seen.frames.push(taken)
    if (commitOf(taken) > 0 && (kept !== null || isOurs(frame))) seen.committed = seen.frames.length
    if (kept !== frame) seen.damage ??= `frame ${index + 1} of the log is damaged`
    from = kept !== null || isOurs(frame) ? sumAt(taken, 16) : null
  }

  /**
   * Whether acknowledged commits follow. What a commit cut short left behind is one commit at most, for the next is
   * written over it: two that go on from each other were there, whatever now stands before them.
   */
  function goesOn(next: number): boolean {
    for (let begin = next; begin < Math.min(count, next + MOST_SPOILED); begin++) {
      let commits = 0
      for (let index = begin; index < count; index++) {
        const frame = frameAt(index)
        const follows =
          index === begin || isSame(frameSum(sumAt(frameAt(index - 1), 16), frame), sumAt(frame, 16))
        if (!isOurs(frame) || !follows) break
        if (commitOf(frame) > 0 && ++commits === 2) return true
      }
    }
    return false
  }

  const frames = seen.frames.slice(0, seen.committed)
  return {
    salt: head.readUInt32BE(16),
    frames: frames
      .map(frame => ({ page: frame.readUInt32BE(0), content: frame.subarray(FRAME_HEADER) }))
      .filter(({ page }) => page > 0 && page < 2 ** 31),
    pages: frames.length === 0 ? 0 : commitOf(frames[frames.length - 1] ?? head),
    // Damage behind the last commit was never acknowledged.
    damage: frames.length > 0 || headDamage !== null ? seen.damage : null,
  }
}

/** The frame with its one wrong bit set right, null where there is more wrong with it. `fits` where only the salts are. */
function mend(frame: Buffer, from: Sum | null, fits: boolean): Buffer | null {
  if (fits) return Buffer.from(frame)
  if (from === null) return null
  const stored = sumAt(frame, 16)
  const content = Buffer.concat([frame.subarray(0, 8), frame.subarray(FRAME_HEADER)])
  const mended = mendBit(content, from, stored)
  if (mended === null) return null
  const whole = Buffer.concat([content.subarray(0, 8), frame.subarray(8, FRAME_HEADER), content.subarray(8)])
  putSum(whole, 16, mended)
  return whole
}

function commitOf(frame: Buffer): number {
  return frame.readUInt32BE(4)
}

function frameSum(from: Sum, frame: Buffer): Sum {
  return sumOf([frame.subarray(0, 8), frame.subarray(FRAME_HEADER)], from)
}

function sumAt(bytes: Buffer, at: number): Sum {
  return { a: bytes.readUInt32BE(at), b: bytes.readUInt32BE(at + 4) }
}

/** A log that holds these pages as one commit to a database of `pages` pages. */
export function writeLog(frames: readonly LogFrame[], pages: number): Buffer {
  const log = Buffer.alloc(HEADER + frames.length * FRAME)
  log.writeUInt32BE(MAGIC, 0)
  log.writeUInt32BE(FORMAT, 4)
  log.writeUInt32BE(PAGE_SIZE, 8)
  let sum = sumOf([log.subarray(0, SUMMED)])
  putSum(log, SUMMED, sum)
  for (const [index, { page, content }] of frames.entries()) {
    const frame = log.subarray(HEADER + index * FRAME, HEADER + (index + 1) * FRAME)
    frame.writeUInt32BE(page, 0)
    frame.writeUInt32BE(index === frames.length - 1 ? pages : 0, 4)
    content.copy(frame, FRAME_HEADER)
    sum = frameSum(sum, frame)
    putSum(frame, 16, sum)
  }
  return log
}

function putSum(bytes: Buffer, at: number, { a, b }: Sum): void {
  bytes.writeUInt32BE(a, at)
  bytes.writeUInt32BE(b, at + 4)
}
