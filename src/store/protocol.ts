/** What crosses between the store's thread and everybody else. */

import type { FaultCode } from '../core/faults.ts'
import type { Batch } from './batch.ts'
import type { ClockDoubt } from './clock-doubt.ts'
import type { Queries } from './queries.ts'
import type { Accepted, Evidence, Item, MeterClock, StoreSizes } from './store.ts'

/** Every question the thread answers, one after the other, in the order they were sent. */
export interface Calls extends Queries, ClockDoubt {
  epoch(): number
  accept(batch: Batch): Accepted[]
  changesAfter(sequence: number, limit: number): Item[]
  lastSequence(): number
  cursor(sink: string): number
  advance(sink: string, sequence: number): void
  park(sink: string, sequence: number, reason: string): void
  evidence(id: string): Evidence | null
  clocks(near?: number): MeterClock[]
  sizes(): StoreSizes
  /** After each answer, when nobody waits: house-keeping of the file. */
  tidy(): void
  /** The file has turned out damaged; the next opening rescues it (PR-07). */
  condemn(why: string): void
  close(): void
}

export interface Ask {
  readonly call: number
  readonly name: keyof Calls
  readonly given: readonly unknown[]
}

/** `call` is the number of the question; 0 for the opening of the store. */
export type Answer =
  | { readonly call: number; readonly result: unknown }
  | { readonly call: number; readonly fault: Refusal }
  /** Something a person should know, for the log. */
  | { readonly notice: Refusal }
  /** The store answers no more; the daemon must open it again. */
  | { readonly broken: Refusal }

export interface Refusal {
  readonly code: FaultCode
  readonly text: string
}
