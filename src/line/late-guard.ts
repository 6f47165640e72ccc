/**
 * How long a bus is left alone after a question without an answer, so that what comes late is no answer to the next
 * (PR-40): twice the slowest answer seen, within bounds.
 */

import type { Driver } from '../driver-api/driver.ts'
import type { Exchange } from './asker.ts'

/** At least this long, ms. */
const LEAST_MS = 1_000
/** Over carriers slower than this what was asked may come as late again as it may have come in time, ms. */
const SLOW_CARRIER_MS = 5_000
/** A slow answer widens the guard, but never beyond this, or the time for the reply where that is longer, ms. */
const MOST_MS = 60_000
/** Per answer: after some hundred quick ones a slow one counts no more. */
const SLOWEST_FADES = 0.98

export interface LateGuard {
  /** A question leaves, which has so long to be answered. */
  asks(replyWithinMs: number): void
  /** An answer took so long; what takes longer than the longest guard was none to this question. */
  note(ms: number): void
  readonly ms: number
  /**
   * On a wire of our own no longer than the standard lets a read be answered, or twice the slowest answer of the line:
   * what comes after all names its meter and item. Monotonic; null where that does not hold, and after a stop (PR-34).
   */
  shortUntil(exchange: Exchange, driver: Driver, leftAt: number): number | null
}

/** `isOwnWire`: no server and no network between us and the wire, which may hold an answer back. */
export function createLateGuard(isOwnWire: boolean): LateGuard {
  let slowestMs = 0
  let leastMs = LEAST_MS
  let mostMs = MOST_MS

  return {
    asks(replyWithinMs) {
      leastMs = Math.max(LEAST_MS, replyWithinMs > SLOW_CARRIER_MS ? replyWithinMs : 0)
      mostMs = Math.max(MOST_MS, replyWithinMs)
    },
    /** The slowest answer is forgotten by and by. */
    note(ms) {
      if (ms <= mostMs) slowestMs = Math.max(ms, slowestMs * SLOWEST_FADES)
    },
    get ms() {
      return Math.min(Math.max(leastMs, 2 * slowestMs), mostMs)
    },
    shortUntil({ request, heldUp }, driver, leftAt) {
      const { standardReplyMs } = driver.timing
      const isKnown = driver.answerNamesItem && request.safeToRepeat && isOwnWire && !heldUp
      if (standardReplyMs === undefined || !isKnown) return null
      return leftAt + Math.min(Math.max(standardReplyMs, 2 * slowestMs), MOST_MS)
    },
  }
}
