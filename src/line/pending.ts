/** A question on the wire of a bus, and until when its answer is waited for: pure arithmetic on monotonic ms. */

import type { Driver } from '../driver-api/driver.ts'
import type { Exchange } from './asker.ts'

/** Character time assumed behind a serial server whose rate is not ours to know: 2400 baud, 11 bits, ms. */
const UNKNOWN_CHARACTER_MS = 11_000 / 2_400
/** What is noticed so much late finds a process that was stopped, or a machine that had no time for it. */
export const HELD_UP_MS = 250
/** What came in so much time nobody heard is a short answer. */
const UNHEARD_MS = 50
/** So many of the longest gaps may a frame have; what dawdles longer is babble, */
const GAPS_ALLOWED = 4
/** but for an answer that has begun: one between all its bytes, and no longer than this in all, ms. */
const SLOWEST_FRAME_MS = 60_000

export interface Pending {
  readonly exchange: Exchange
  readonly driver: Driver
  readonly end: () => void
  readonly firstByteBy: number
  readonly lastByteBy: number
  /** The same while what comes is the beginning of an answer. */
  readonly begunLastByteBy: number
  /** What is here so far begins an answer. */
  begun: boolean
  echoDropped: boolean
  damaged: boolean
  /** Something else than an answer was heard, or may have been. */
  hasCompany: boolean
  /** The time for it had passed when bytes were taken in: nobody knows when they came. */
  isOver: boolean
  /** Judges the deadline anew, when it has moved nearer. */
  look?: () => void
}

export function newPending(
  asked: Pick<Pending, 'exchange' | 'driver' | 'end' | 'firstByteBy'> & { readonly characterMs: number },
): Pending {
  const { exchange, driver, end, firstByteBy, characterMs } = asked
  const { longestFrame, betweenBytesMs } = driver.timing
  const longestMs = longestFrame * (characterMs || UNKNOWN_CHARACTER_MS) + GAPS_ALLOWED * betweenBytesMs
  return {
    exchange,
    driver,
    end,
    firstByteBy,
    lastByteBy: firstByteBy + longestMs,
    begunLastByteBy:
      firstByteBy + Math.max(longestMs, Math.min(longestFrame * betweenBytesMs, SLOWEST_FRAME_MS)),
    begun: false,
    echoDropped: false,
    damaged: false,
    hasCompany: false,
    isOver: false,
  }
}

/** Ends a question whose time has passed, so long ago. What came unheard meanwhile may have been another meter's answer. */
export function endOver(waiting: Pick<Pending, 'exchange' | 'end' | 'hasCompany'>, overMs: number): void {
  if (overMs > HELD_UP_MS) waiting.exchange.heldUp = true
  waiting.hasCompany ||= overMs > UNHEARD_MS
  waiting.end()
}

/**
 * When what has begun will not be finished any more, and holds back no frame behind it. The beginning of an answer
 * has all the time of its question.
 */
export function silentAt(waiting: Pending, heardAt: number): number {
  return waiting.begun ? deadlineOf(waiting, heardAt) : heardAt + waiting.driver.timing.betweenBytesMs
}

export function deadlineOf({ driver, firstByteBy, begun, damaged, ...by }: Pending, heardAt: number): number {
  const gapEnds = heardAt + driver.timing.betweenBytesMs
  const lastByteBy = begun ? by.begunLastByteBy : by.lastByteBy
  // A damaged frame was most likely the answer: when the line falls silent after it there is nothing to wait for.
  if (damaged) return Math.min(gapEnds, lastByteBy)
  return Math.min(Math.max(firstByteBy, gapEnds), lastByteBy)
}
