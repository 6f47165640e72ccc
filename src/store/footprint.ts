/** What readings weigh in the store, and what room that leaves: arithmetic in advance (PR-22). Pure. */

import { DAY } from '../core/time.ts'
import type { Worth } from '../reading/worth.ts'
import type { Limits } from './store.ts'
import { OWED_FROM, roomIn, SHEDDING_FROM } from './upkeep/room.ts'

/** What a day brings. */
export interface DailyLoad {
  readonly readings: Readonly<Record<Worth, number>>
  /** Rounds that give billing reads, and the others. */
  readonly rounds: { readonly billing: number; readonly other: number }
  /** Entries of the book, and the registers in them. */
  readonly released: { readonly entries: number; readonly registers: number }
}

export interface Footprint {
  readonly bytesPerDay: number
  /** Of store.maxBytes, what readings and their frames may use. */
  readonly roomBytes: number
  /** With no sink reachable, from an empty store: until frames are given up, and until what is owed is. */
  readonly daysToFrames: number
  readonly daysToOwed: number
  /** What is used once everything is removed at its age. */
  readonly settledBytes: number
  /** The book of releases is never removed: it takes its room from the rest. */
  readonly bookBytesPerYear: number
  readonly yearsOfBook: number
}

/**
 * Bytes of the database file, indexes and changes included: fitted to stores of 200,000 readings, of one and of four a
 * round (217.6 and 134.6 bytes a reading with frames of 36 and 56 bytes).
 */
const READING = 100
/** A round and its exchange, and the bytes on the line of an ordinary one. */
const ROUND = 81
const FRAMES = 60
/** An entry of the book and each register in it, deflated: fitted to 4,000 entries of 1, 5, 10 and 25 registers. */
const ENTRY = 440
const ENTRY_REGISTER = 40
const DAYS_OF_YEAR = 365

export function footprintOf(
  load: DailyLoad,
  { maxBytes, keep }: Pick<Limits, 'maxBytes' | 'keep'>,
): Footprint {
  const { readings, rounds, released } = load
  const all = readings.billing + readings.curve + readings.instantaneous
  const bytesPerDay = all * READING + (rounds.billing + rounds.other) * (ROUND + FRAMES)
  const roomBytes = roomIn(maxBytes)
  const days = (share: number) =>
    bytesPerDay > 0 ? (roomBytes * share) / bytesPerDay : Number.POSITIVE_INFINITY
  const settled = (bytes: number, ms: number) => (bytes * ms) / DAY
  const settledBytes =
    settled(readings.billing * READING + rounds.billing * (ROUND + FRAMES), keep.billing) +
    settled(readings.curve * READING, keep.curve) +
    settled(readings.instantaneous * READING, keep.instantaneous) +
    settled(rounds.other * (ROUND + FRAMES), keep.frames)
  const bookBytesPerYear = DAYS_OF_YEAR * (released.entries * ENTRY + released.registers * ENTRY_REGISTER)
  return {
    bytesPerDay,
    roomBytes,
    daysToFrames: days(SHEDDING_FROM),
    daysToOwed: days(OWED_FROM),
    settledBytes,
    bookBytesPerYear,
    yearsOfBook:
      bookBytesPerYear > 0
        ? Math.max(0, roomBytes - settledBytes) / bookBytesPerYear
        : Number.POSITIVE_INFINITY,
  }
}
