/** What the rest of the house may ask of the store. All of it is asynchronous: the store lives in its own thread. */

import type { Failure } from '../core/faults.ts'
import type { Scaled } from '../core/scaled.ts'
import type { KeptReading } from '../reading/billing-read.ts'
import type { ExchangeRecord } from '../reading/exchange.ts'
import type { Kind, ValidatedReading } from '../reading/reading.ts'

export type { ExchangeRecord }

export interface Store {
  /** Number of this store's life; a rebuilt or restored store gets the next one (PR-07, PR-08). */
  readonly epoch: number
  /** Whether writes are taken, and why not; said in the log once per change. */
  readonly mood: {
    readonly trouble: Failure | null
    readonly refused: number
  }
  /** Folders of damaged stores put aside that nobody has acknowledged (PR-07). */
  readonly alarms: () => readonly string[]

  /**
   * Keeps one round: readings, their evidence and their sequence numbers in one transaction (PR-02). Resolves only
   * when the commit is synced to disk (PR-01). Rounds are committed in batches of at most 50 ms or 100 rows.
   * Rejects with STORE_FULL (nothing kept, try later) or STORE_FAILED (stop: the outcome is unknown, PR-03).
   */
  accept(round: Round): Promise<Accepted>

  /** The latest good value of each register of each meter, for pair checks after a start. */
  lastGood(): Promise<readonly LastGood[]>
  /** Boundaries for which freezes of this meter are kept, from `since` on, and how many registers of each. */
  freezesHeld(meter: string, since: number): Promise<readonly FreezeHeld[]>

  /** The newest reading's number and when the newest round was recorded, UTC ms; null for an empty store. */
  lastKept(): Promise<LastKept | null>
  /**
   * Our clock was wrong: good polls numbered after `reading` and stamped as received after `receivedAfter` become
   * suspect (V-T1) and are announced again. Freezes carry the meter's time and stay. Answers how many.
   */
  doubtPolls(reading: number, receivedAfter: number, evidence: string): Promise<number>

  /**
   * What sinks deliver: changes in recorded order after a sequence number, at most `limit` of them. Every number up to
   * the last item's is a change or within a gap (PR-10).
   */
  changesAfter(sequence: number, limit: number): Promise<readonly Item[]>
  /** The highest sequence number given out. */
  lastSequence(): Promise<number>
  /** Position of a sink: everything up to it is delivered. 0 for a sink never seen. */
  cursor(sink: string): Promise<number>
  advance(sink: string, sequence: number): Promise<void>
  /** Items a sink refused for good, kept visible. */
  park(sink: string, sequence: number, reason: string): Promise<void>

  /** A meter's readings, oldest first, after an opaque position. */
  readingsOf(asked: ReadingsAsked): Promise<readonly StoredReading[]>
  latestOf(meter: string): Promise<readonly StoredReading[]>
  /** Every version of every register kept for this boundary: freezes of it, and polls whose slot it is. */
  boundary(slot: number): Promise<readonly StoredReading[]>
  /** A reading by its id, with the round that gave it. Null when there is none. */
  evidence(id: string): Promise<Evidence | null>
  /** Measured deviation of each meter's clock: the measurement nearest to the instant `near`, else the last. */
  clocks(near?: number): Promise<readonly MeterClock[]>

  sizes(): Promise<StoreSizes>
  close(): Promise<void>
}

/** One conversation with one meter: what was said, and what we made of it. */
export interface Round {
  readonly meter: string
  readonly line: string
  readonly exchanges: readonly ExchangeRecord[]
  readonly readings: readonly ValidatedReading[]
  /** The meter's clock minus ours, ms, measured in this round; null when it was not. */
  readonly clock: { readonly measuredAt: number; readonly deviationMs: number } | null
}

export interface Accepted {
  /** Readings now durable for the first time. */
  readonly stored: number
  /** Same identity, same value: counted, not kept again (V-F10). */
  readonly duplicates: number
  /** Same identity, another value: kept as the next version, both suspect (V-F10). */
  readonly conflicts: number
  readonly lastSequence: number
}

export interface StoredReading extends KeptReading {
  readonly meter: string
}

/** A reading as sinks see it: announced once, and again when its quality changes. */
export interface Change extends StoredReading {
  readonly sequence: number
}

/** Numbers nothing is behind any more: what they announced was shed, has aged out or is damaged. */
export interface Gap {
  readonly first: number
  /** The last of them. */
  readonly sequence: number
}

export type Item = Change | Gap

export function isGap(item: Item): item is Gap {
  return 'first' in item
}

export function isChange(item: Item): item is Change {
  return !isGap(item)
}

export interface LastGood {
  readonly meter: string
  readonly obis: string
  readonly kind: Kind
  readonly value: Scaled
  readonly readAt: number
}

export interface FreezeHeld {
  readonly slot: number
  /** Registers of it that are not held apart. */
  readonly registers: number
}

export interface LastKept {
  readonly reading: number
  readonly recordedAt: number
}

export interface ReadingsAsked {
  readonly meter: string
  /** Slots from `from` on, before `to`. */
  readonly from: number
  readonly to: number
  readonly obis?: string
  readonly kind?: Kind
  readonly after?: { readonly slot: number; readonly id: string }
  /** 1 to 5,000, as for changes. */
  readonly limit: number
}

export interface Evidence {
  readonly reading: StoredReading
  readonly line: string
  /** All exchanges of the round; `carried` marks the one whose reply holds the value. */
  readonly exchanges: readonly (ExchangeRecord & { readonly carried: boolean })[]
  /** Other versions of the same identity. */
  readonly versions: readonly StoredReading[]
  /** How often the very same value came again. */
  readonly duplicates: number
}

export interface MeterClock {
  readonly meter: string
  readonly measuredAt: number
  readonly deviationMs: number
}

export interface StoreSizes {
  readonly bytes: number
  readonly walBytes: number
  readonly readings: number
  readonly damaged: number
}
