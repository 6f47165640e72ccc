/** What the acquiring side knows about its lines and meters right now; the API and the log show it. */

import type { Failure } from '../core/faults.ts'
import type { Line } from '../line/line.ts'

/** `never`: not yet asked · `ok`: answered last time · `failing`: did not, or told no value · `silent`: several times; asked rarely. */
export type MeterState = 'never' | 'ok' | 'failing' | 'silent'

export interface MeterStatus {
  readonly id: string
  readonly state: MeterState
  readonly lastAskedAt: number | null
  readonly lastAnswerAt: number | null
  /** Why the last conversation failed, or brought no value; null after a good one. */
  readonly fault: Failure | null
  /** When it is asked next, UTC ms. */
  readonly nextAt: number | null
  readonly answered: number
  readonly unanswered: number
}

export interface LineStatus {
  readonly id: string
  readonly url: string
  readonly state: Line['state']
  readonly fault: Line['fault']
  readonly counters: LineCounters
}

export type LineCounters = Line['counters']
