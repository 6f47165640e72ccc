/** A share of one line's time for what must not hold up the rest of it. */

import type { Clock } from '../core/clock.ts'

export interface LineShare {
  /** True when some may be used now. */
  allows(): boolean
  spend(ms: number): void
}

export function createLineShare(clock: Clock, share: number, mostCreditMs: number): LineShare {
  let countedAt = clock.monotonic()
  let creditMs = 0
  /** Credit grows with time, but quiet weeks are not saved up for one long search. */
  function grow(): void {
    const now = clock.monotonic()
    creditMs = Math.min(mostCreditMs, creditMs + (now - countedAt) * share)
    countedAt = now
  }
  return {
    allows() {
      grow()
      return creditMs >= 0
    },
    spend(ms) {
      grow()
      creditMs -= ms
    },
  }
}
