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

/** Hears each watermark; asks for a rewind once for each loss. */
export function createLossDetector({
  position,
  rewind,
  clock,
}: LossParts): (said: Watermark, isState: boolean) => void {
  let last: number | null = null
  /** Since when it has said the same number, with more than that acknowledged. */
  let stand: { readonly sequence: number; readonly since: number } | null = null
  return ({ sequence }, isState) => {
    if (isState) return
    const fellBack = last !== null && sequence < last
    last = sequence
    if (sequence >= position()) {
      stand = null
      return
    }
    if (stand === null || stand.sequence !== sequence) stand = { sequence, since: clock.monotonic() }
    if (!fellBack && clock.monotonic() - stand.since < STUCK_MS) return
    stand = null
    rewind(sequence)
  }
}
