/** What the acquiring side knows about its lines and meters right now; the API and the log show it. */

import type { FaultCode } from '../core/faults.ts'

/** `never`: not yet asked · `ok`: answered last time · `failing`: did not · `silent`: several times; asked rarely. */
export type MeterState = 'never' | 'ok' | 'failing' | 'silent'

export interface MeterStatus {
  readonly id: string
  readonly state: MeterState
  readonly lastAskedAt: number | null
  readonly lastAnswerAt: number | null
  /** Why the last conversation failed; null after a good one. */
  readonly fault: { readonly code: FaultCode; readonly text: string } | null
  /** When it is asked next, UTC ms. */
  readonly nextAt: number | null
  readonly answered: number
  readonly unanswered: number
}

export interface LineStatus {
  readonly id: string
  readonly url: string
  readonly state: 'open' | 'opening' | 'waiting' | 'closed'
  readonly fault: { readonly code: FaultCode; readonly text: string } | null
  readonly counters: LineCounters
}

/** Growing counts since the start of the daemon. */
export interface LineCounters {
  readonly requests: number
  readonly answers: number
  /** Requests without an answer in time, after no retry is left. */
  readonly timeouts: number
  readonly retries: number
  /** Good frames that answered another question (rule V-F3 … V-F6). */
  readonly strays: number
  /** Answers that came after their time-out (rule V-F8). */
  readonly lates: number
  readonly echoes: number
  /** Frames with bad checksum, start, end. */
  readonly broken: number
  readonly noiseBytes: number
  readonly reopened: number
  /** Two different answers to one question. */
  readonly doubled: number
  readonly bytesOut: number
  readonly bytesIn: number
  /** Wire and waiting time used, ms. */
  readonly busyMs: number
}
