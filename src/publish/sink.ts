/** The contract of a sink: what MQTT, InfluxDB and whatever comes next must be able to do. */

import type { Change } from '../store/store.ts'

export interface Sink {
  /** Its name in the store's cursor table, logs and metrics. */
  readonly name: string
  start(): Promise<void>
  /**
   * Delivers changes, in order. Every sequence number of the batch ends in exactly one of the three lists:
   * accepted by the server, rejected for good with its words, or to be tried again. Never throws.
   */
  deliver(batch: readonly Change[]): Promise<Delivery>
  stop(): Promise<void>
}

export interface Delivery {
  readonly accepted: readonly number[]
  readonly rejected: readonly { readonly sequence: number; readonly reason: string }[]
  readonly retry: readonly number[]
  /** Why something is to be tried again, in words with a remedy. */
  readonly fault?: { readonly code: 'SINK_UNREACHABLE' | 'SINK_REFUSED'; readonly text: string }
}

export interface SinkStatus {
  readonly name: string
  readonly state: 'idle' | 'delivering' | 'failing'
  readonly cursor: number
  readonly owed: number
  readonly delivered: number
  readonly rejected: number
  readonly lastAcceptedAt: number | null
  readonly fault: { readonly code: string; readonly text: string } | null
}
