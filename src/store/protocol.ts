/** What crosses between the store's thread and everybody else. */

import type { FaultCode } from '../core/faults.ts'
import type { AlarmBook } from './alarms.ts'
import type { Audits } from './audits.ts'
import type { Batch } from './batch.ts'
import type {
  AcknowledgeAsked,
  Acknowledged,
  SettleAnswer,
  SettleAsked,
  TouchedBoundaries,
  WithheldBoundary,
} from './book/asked.ts'
import type { ClockDoubt } from './clock-doubt.ts'
import type { Expectations } from './expectations.ts'
import type { Deed } from './journal/deed.ts'
import type { Journal } from './journal/journal.ts'
import type { ChargeAnswer, PostAsked, Posted } from './ledger/asked.ts'
import type { ChangeCalls, OrderCalls } from './order/asked.ts'
import type { PairingBook } from './pairings.ts'
import type { ParkedItems } from './parked.ts'
import type { Queries } from './queries.ts'
import type { NoticesAsked, SafeguardAsked } from './safeguard/asked.ts'
import type {
  Accepted,
  Evidence,
  Found,
  Item,
  KeptAudit,
  Limits,
  MeterClock,
  Position,
  RoomState,
  StoreSizes,
  Upkeep,
} from './store.ts'

/** Every question the thread answers, one after the other, in the order they were sent. */
export interface Calls
  extends Queries,
    ClockDoubt,
    ParkedItems,
    Expectations,
    AlarmBook,
    PairingBook,
    OrderCalls,
    ChangeCalls {
  epoch(): number
  accept(batch: Batch): Accepted[]
  settle(asked: SettleAsked): SettleAnswer
  acknowledge(asked: AcknowledgeAsked): Acknowledged
  lastRelease(): number
  post(asked: PostAsked): Posted
  safeguard(asked: SafeguardAsked): Posted
  noticesAsked: NoticesAsked
  /** Some of what is to be charged. */
  charge(now: number): ChargeAnswer
  boundariesTouched(after: number): TouchedBoundaries
  boundariesWithheld(): readonly WithheldBoundary[]
  changesAfter(sequence: number, limit: number): Item[]
  lastSequence(): number
  cursor(sink: string): Position
  advance(sink: string, sequence: number): void
  evidence(id: string): Evidence | null
  clocks(): MeterClock[]
  clockOf(meter: string): MeterClock | null
  audit(audit: KeptAudit): void
  auditsNear: Audits['near']
  audits: Audits['last']
  inService(): string[]
  leaveService(meter: string): void
  journalAdd(deed: Deed): number
  journalAfter: Journal['after']
  journalHead: Journal['head']
  journalOfKeys: Journal['lastOfKeys']
  touch(): void
  sizes(): StoreSizes
  room(): RoomState
  tend(upkeep: Upkeep): RoomState
  /** Throws STORE_UNREADABLE where the file is. */
  report(found: Found): void
  /** After each answer, when nobody waits: house-keeping of the file. */
  tidy(): void
  /** The file has turned out damaged; the next opening rescues it (PR-07). */
  condemn(why: string): void
  close(): void
}

/** What the thread is started with. */
export interface Opening {
  readonly directory: string
  readonly limits: Limits
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
