/** What the acquiring side knows about its lines and meters right now; the API and the log show it. */

import type { Failure } from '../core/faults.ts'
import type { Line } from '../line/line.ts'
import type { MeterNumbers } from '../line/meter-numbers.ts'

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
  /** What its line counted of it since the start. */
  readonly numbers: MeterNumbers
}

export interface LineStatus {
  readonly id: string
  readonly url: string
  readonly state: Line['state']
  readonly fault: Line['fault']
  readonly counters: LineCounters
  /** Share of the last minutes in which a question or its answer was on the way. */
  readonly utilisation: number
  readonly responseTimes: Line['responseTimes']
}

export type LineCounters = Line['counters']
