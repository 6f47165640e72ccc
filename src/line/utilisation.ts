/** What share of its time a line is in use: over the last minute or two, or since it was looked at last. */

import type { Clock } from '../core/clock.ts'
import { MINUTE } from '../core/time.ts'

export interface Utilisation {
  /** `busyMs` in use so far; 0 to 1, more where several questions are under way at once. */
  look(busyMs: number): number
}

export function createUtilisation(clock: Clock): Utilisation {
  let from = { at: clock.monotonic(), busyMs: 0 }
  let next = from
  return {
    look(busyMs) {
      const now = clock.monotonic()
      if (now - next.at >= MINUTE) {
        from = next
        next = { at: now, busyMs }
      }
      return now > from.at ? (busyMs - from.busyMs) / (now - from.at) : 0
    },
  }
}
