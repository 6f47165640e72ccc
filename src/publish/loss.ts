/**
 * When a consumer's watermark means that something was lost behind the broker's acknowledgement. A consumer is always a
 * little behind; it lacks something when it falls back, or stands still on what was acknowledged long ago.
 */

import type { Clock } from '../core/clock.ts'
import { MINUTE } from '../core/time.ts'
import type { Watermark } from './watermark.ts'

export interface LossParts {
  /** Up to where the broker has acknowledged. */
  readonly position: () => number
  /** Everything after this number is to be sent again. */
  readonly rewind: (sequence: number) => void
  readonly clock: Clock
}

/** Time for a consumer that is merely slow. */
const STUCK_MS = MINUTE

/** Two that contradict each other must not make us send everything all the time. */
const REWIND_EVERY_MS = MINUTE

/** Hears each watermark; asks for a rewind once for each loss, and not more often than once a minute. */
export function createLossDetector({
  position,
  rewind,
  clock,
}: LossParts): (said: Watermark, isState: boolean) => void {
  /** Never more than the position: nobody can have stored what was not given. */
  let last: number | null = null
  /** Since when it has said the same number, with more than that acknowledged. */
  let stand: { readonly sequence: number; readonly since: number } | null = null
  /** The least of the numbers lost things stand after, until they are asked for. */
  let due: number | null = null
  let rewoundAt: number | null = null
  return ({ sequence }, isState) => {
    if (isState) return
    const acknowledged = position()
    const now = clock.monotonic()
    const fellBack = last !== null && sequence < last
    last = Math.min(sequence, acknowledged)
    if (sequence >= acknowledged) stand = null
    else if (stand === null || stand.sequence !== sequence) stand = { sequence, since: now }
    const isStuck = stand !== null && now - stand.since >= STUCK_MS
    if (fellBack || isStuck) due = Math.min(due ?? sequence, sequence)
    // What comes after the position is sent anyway.
    if (due !== null && due >= acknowledged) due = null
    if (due === null || (rewoundAt !== null && now - rewoundAt < REWIND_EVERY_MS)) return
    const from = due
    stand = null
    due = null
    rewoundAt = now
    rewind(from)
  }
}
