/** What a line remembers of each meter between conversations: when it was last heard, failed to answer, contradicted itself. */

import type { Clock } from '../core/clock.ts'
import { MINUTE } from '../core/time.ts'
import type { Request } from '../driver-api/driver.ts'
import type { Exchange } from './asker.ts'

/** A late answer is this late at most: links that store what they carry may take minutes. */
const LATE_WITHIN_MS = 5 * MINUTE

export interface Acquaintance {
  /** How long the meter has yet to rest before this request, ms. */
  restLeftMs(meter: string, request: Request): number
  noteExchange(meter: string, exchange: Exchange): void
  noteContradiction(meter: string): void
  contradictedAt(meter: string): number | null
  /** Whether a late answer to one of its earlier questions may still come. */
  isDoubtful(meter: string): boolean
}

interface Known {
  heardAt: number
  unansweredAt: number
  contradictedAt: number | null
}

export function createAcquaintance(clock: Clock): Acquaintance {
  const known = new Map<string, Known>()

  function of(meter: string): Known {
    const met = known.get(meter)
    if (met) return met
    const one = {
      heardAt: Number.NEGATIVE_INFINITY,
      unansweredAt: Number.NEGATIVE_INFINITY,
      contradictedAt: null,
    }
    known.set(meter, one)
    return one
  }

  return {
    restLeftMs(meter, { restMs }) {
      if (restMs === undefined) return 0
      return Math.max(0, Math.ceil(of(meter).heardAt + restMs - clock.monotonic()))
    },
    noteExchange(meter, { outcome, stayed }) {
      if (stayed) return
      const one = of(meter)
      one.heardAt = clock.monotonic()
      if (outcome === 'LINE_SILENT' || outcome === 'LINE_GARBLED') one.unansweredAt = one.heardAt
    },
    noteContradiction(meter) {
      of(meter).contradictedAt = clock.monotonic()
    },
    contradictedAt: meter => known.get(meter)?.contradictedAt ?? null,
    isDoubtful: meter => clock.monotonic() - of(meter).unansweredAt < LATE_WITHIN_MS,
  }
}
