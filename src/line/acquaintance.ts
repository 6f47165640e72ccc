/** What a line remembers of each meter between conversations: when it was last heard, failed to answer, contradicted itself. */

import type { Clock } from '../core/clock.ts'
import { MINUTE } from '../core/time.ts'
import type { Doubt, Request } from '../driver-api/driver.ts'
import type { Exchange } from './asker.ts'

/** A late answer is this late at most: links that store what they carry may take minutes. */
const LATE_WITHIN_MS = 5 * MINUTE

export interface Acquaintance {
  /** How long the meter has yet to rest before this request, ms. */
  restLeftMs(meter: string, request: Request): number
  noteExchange(meter: string, exchange: Exchange): void
  noteContradiction(meter: string): void
  contradictedAt(meter: string): number | null
  /** Whether its answers may be those to other questions. The same object for a meter at any time. */
  doubtOf(meter: string): Doubt
}

interface Known {
  heardAt: number
  /** When a question went unanswered last, or answers were out of step. */
  lateAt: number
  /** Nothing has shown since that answers are in step: a gateway may keep one for as long as nobody asks. */
  isLate: boolean
  isCopied: boolean
  contradictedAt: number | null
  readonly doubt: Doubt
}

export function createAcquaintance(clock: Clock): Acquaintance {
  const known = new Map<string, Known>()

  function of(meter: string): Known {
    const met = known.get(meter)
    if (met) return met
    const one: Known = {
      heardAt: Number.NEGATIVE_INFINITY,
      lateAt: Number.NEGATIVE_INFINITY,
      isLate: false,
      isCopied: false,
      contradictedAt: null,
      doubt: {
        isLate: () => one.isLate || clock.monotonic() - one.lateAt < LATE_WITHIN_MS,
        isCopied: () => one.isCopied,
        inStep(shown) {
          if (!shown) one.lateAt = clock.monotonic()
          one.isLate = !shown
          if (shown) one.isCopied = false
        },
      },
    }
    known.set(meter, one)
    return one
  }

  return {
    restLeftMs(meter, { restMs }) {
      if (restMs === undefined) return 0
      return Math.max(0, Math.ceil(of(meter).heardAt + restMs - clock.monotonic()))
    },
    noteExchange(meter, { outcome, stayed, copied }) {
      if (stayed) return
      const one = of(meter)
      one.heardAt = clock.monotonic()
      if (copied) one.isCopied = true
      if (outcome === 'answered' || outcome === 'sent') return
      one.lateAt = one.heardAt
      one.isLate = true
    },
    noteContradiction(meter) {
      of(meter).contradictedAt = clock.monotonic()
    },
    contradictedAt: meter => known.get(meter)?.contradictedAt ?? null,
    doubtOf: meter => of(meter).doubt,
  }
}
