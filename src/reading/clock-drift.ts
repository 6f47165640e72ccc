/** How far a meter's clock is off, less what the line takes: pure arithmetic on one exchange. */

import { instantOf, type MeterTime, SECOND } from '../core/time.ts'

/** What a meter takes before it answers, ms, where the line does not tell: the least the standard allows (5.3.3). */
const TURN_AROUND_MS = 20
/** A clock of whole seconds shows them rounded down, so on the average it is half a second further. */
const HALF_SECOND = SECOND / 2

export interface ClockSeen {
  readonly shown: MeterTime
  /** UTC ms, first byte of the question and last of the answer. */
  readonly sentAt: number
  readonly receivedAt: number
  readonly requestBytes: number
  readonly replyBytes: number
  /** 0 where the wire is behind a socket. */
  readonly characterMs: number
  /** Minutes east of UTC of the meter's clock. */
  readonly offsetMinutes: number
}

export interface ClockDrift {
  /** Ahead is positive, ms. */
  readonly ms: number
  /** Either way, ms: half a second of the clock, and what is not known of the way. */
  readonly uncertainMs: number
  /** How long a request of this kind is under way to the meter, ms. */
  readonly wayMs: number
}

/** Null for a time no calendar has. The meter looks at its clock between question and answer. */
export function driftOf(seen: ClockSeen): ClockDrift | null {
  const { sentAt, receivedAt, characterMs } = seen
  const shownAt = instantOf(seen.shown, seen.offsetMinutes)
  if (shownAt === null) return null
  const tripMs = receivedAt - sentAt
  const half = Math.max(0, (tripMs - TURN_AROUND_MS) / 2)
  const backMs = characterMs > 0 ? Math.min(tripMs, seen.replyBytes * characterMs) : half
  const wayMs = characterMs > 0 ? Math.min(tripMs, seen.requestBytes * characterMs) : half
  return {
    ms: Math.round(shownAt + HALF_SECOND - (receivedAt - backMs)),
    uncertainMs: Math.round(HALF_SECOND + Math.max(0, tripMs - backMs - wayMs)),
    wayMs,
  }
}
