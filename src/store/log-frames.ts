/**
 * SQLite's log as it lies in the `-wal` file (sqlite.org/fileformat2.html, section 4). SQLite takes what comes before
 * the first bad checksum and says nothing of the rest; a commit lost that way was acknowledged. So the log is read
 * here first: whether all that was committed is whole, and if not, which pages can still be had.
 */

import { closeSync, openSync, readSync } from 'node:fs'

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
const FRAME_HEADER = 24
const FRAME = FRAME_HEADER + PAGE_SIZE
const MAGIC = 0x377f0682
const FORMAT = 3_007_000

interface Sum {
  readonly a: number
  readonly b: number
}

/** Null for a log without a header: one never written. */
export function readLog(bytes: Buffer): LogFile | null {
  if (bytes.length < HEADER) return bytes.length === 0 ? null : { ...NOTHING, damage: 'the log is cut short' }
  const stored = sumAt(bytes, 24)
  const computed = sumOf({ a: 0, b: 0 }, bytes.subarray(0, 24))
  const headIsSound = isSame(stored, computed) && bytes.readUInt32BE(4) === FORMAT
  const frames = Math.floor((bytes.length - HEADER) / FRAME)
  if (!headIsSound && frames === 0) return { ...NOTHING, damage: 'the header of the log is damaged' }
  // A salt damaged in the header is still told by the frames.
  const saltAt = headIsSound ? 16 : HEADER + 8
  const starts = isSame(stored, computed) ? [stored] : [stored, computed]
  return walk(bytes, { salts: bytes.subarray(saltAt, saltAt + 8), starts, headIsSound })
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

const NOTHING: LogFile = { salt: 0, frames: [], pages: 0, damage: null }

interface Start {
  readonly salts: Buffer
  /** What the checksum of the first frame may go on from. */
  readonly starts: readonly Sum[]
  readonly headIsSound: boolean
}

interface Seen extends LogFrame {
  readonly commit: number
  readonly isWhole: boolean
}

function walk(bytes: Buffer, { salts, starts, headIsSound }: Start): LogFile {
  const seen: Seen[] = []
  let from = starts
  let committed = 0
  for (let at = HEADER; at + FRAME <= bytes.length; at += FRAME) {
    const frame = bytes.subarray(at, at + FRAME)
    const isOurs = frame.compare(salts, 0, 8, 8, 16) === 0
    const head = headOf(frame, from, isOurs)
    seen.push({ ...head, isWhole: isOurs && head.isWhole, content: frame.subarray(FRAME_HEADER) })
    // Left over from before the log last started again: neither its salts nor its checksum go on from ours.
    if ((isOurs || head.isWhole) && head.commit > 0) committed = seen.length
    from = nextStarts(frame, from, isOurs, head.isWhole)
  }
  const kept = seen.slice(0, committed)
  const broken = kept.findIndex(({ isWhole }) => !isWhole)
  const damage = !headIsSound
    ? 'the header of the log is damaged'
    : broken === -1
      ? null
      : `frame ${broken + 1} of ${committed} in the log is damaged`
  return {
    salt: salts.readUInt32BE(0),
    frames: kept.filter(({ page }) => page > 0 && page < 2 ** 31),
    pages: kept.at(-1)?.commit ?? 0,
    damage,
  }
}

/** Where a frame is damaged, either what is stored of its checksum is right or what it comes to. */
function nextStarts(frame: Buffer, from: readonly Sum[], isOurs: boolean, isWhole: boolean): readonly Sum[] {
  const stored = sumAt(frame, 16)
  if (isWhole) return [stored]
  return isOurs ? [stored, ...from.slice(0, 1).map(sum => frameSum(sum, frame))] : []
}

/** Page and commit mark of a frame; where one bit of them is wrong the checksum tells which. */
function headOf(
  frame: Buffer,
  from: readonly Sum[],
  isOurs: boolean,
): Pick<Seen, 'page' | 'commit' | 'isWhole'> {
  const stored = sumAt(frame, 16)
  const fits = (bytes: Buffer) => from.some(sum => isSame(frameSum(sum, bytes), stored))
  const read = (bytes: Buffer, isWhole: boolean) => ({
    page: bytes.readUInt32BE(0),
    commit: bytes.readUInt32BE(4),
    isWhole,
  })
  if (fits(frame)) return read(frame, true)
  for (let bit = 0; isOurs && bit < 64; bit++) {
    const mended = Buffer.from(frame)
    mended.writeUInt8(mended.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    if (fits(mended)) return read(mended, false)
  }
  return read(frame, false)
}

function frameSum(from: Sum, frame: Buffer): Sum {
  return sumOf(sumOf(from, frame.subarray(0, 8)), frame.subarray(FRAME_HEADER))
}

/** Two running sums over pairs of 32-bit words; meterd runs on little-endian processors, where SQLite sums so. */
function sumOf({ a, b }: Sum, bytes: Buffer): Sum {
  let first = a
  let second = b
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + bytes.readUInt32LE(at) + second) >>> 0
    second = (second + bytes.readUInt32LE(at + 4) + first) >>> 0
  }
  return { a: first, b: second }
}

function sumAt(bytes: Buffer, at: number): Sum {
  return { a: bytes.readUInt32BE(at), b: bytes.readUInt32BE(at + 4) }
}

function isSame(left: Sum, right: Sum): boolean {
  return left.a === right.a && left.b === right.b
}

/** A log that holds these pages as one commit to a database of `pages` pages. */
export function writeLog(frames: readonly LogFrame[], pages: number): Buffer {
  const log = Buffer.alloc(HEADER + frames.length * FRAME)
  log.writeUInt32BE(MAGIC, 0)
  log.writeUInt32BE(FORMAT, 4)
  log.writeUInt32BE(PAGE_SIZE, 8)
  let sum = sumOf({ a: 0, b: 0 }, log.subarray(0, 24))
  putSum(log, 24, sum)
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
