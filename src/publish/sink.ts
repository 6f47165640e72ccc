/** The contract of a sink: what MQTT, InfluxDB and whatever comes next must be able to do. */

import type { Failure } from '../core/faults.ts'
import type { Item } from '../store/store.ts'

/** Of the pauses between two tries to reach a server. */
export const JITTER = 0.25

export interface Sink {
  /** Its name in the store's cursor table, logs and metrics. */
  readonly name: string
  /**
   * Begins to keep a way to the server; resolves at once, also when the server is away. `heard` is told, whenever
   * that changes, that the server is there (null) or why it is not.
   */
  start(heard: (fault: SinkFault | null) => void): Promise<void>
  /** What it likes to be handed at once: so many changes, for which the first may wait so long. */
  readonly batch: { readonly most: number; readonly lingerMs: number }
  /**
   * Delivers changes, in order, and says of gaps what its receivers need to know. Every item of the batch is accepted
   * by the server, rejected for good with its words, or, if mentioned in neither list, still owed. Never throws. What is
   * owed may come again with later items that were accepted before: ids make that harmless (PR-11).
   */
  deliver(batch: readonly Item[]): Promise<Delivery>
  /** Takes leave of the server within seconds. A delivery under way ends first, what is unanswered still owed. */
  stop(): Promise<void>
}

export interface Delivery {
  /** By their sequence numbers; a gap by its last. */
  readonly accepted: readonly number[]
  readonly rejected: readonly { readonly sequence: number; readonly reason: string }[]
  /** Why something is still owed, in words with a remedy. */
  readonly fault?: SinkFault
  /** How long the server asks us to wait. */
  readonly retryAfterMs?: number
}

export interface SinkFault {
  readonly code: 'SINK_UNREACHABLE' | 'SINK_UNTRUSTED' | 'SINK_REFUSED'
  readonly text: string
}

export interface SinkStatus {
  readonly name: string
  readonly state: 'idle' | 'delivering' | 'failing'
  /** Everything up to this sequence number is accepted or parked. */
  readonly cursor: number
  readonly owed: number
  /** Since the start of the daemon. */
  readonly delivered: number
  readonly rejected: number
  readonly lastAcceptedAt: number | null
  readonly fault: Failure | null
}
