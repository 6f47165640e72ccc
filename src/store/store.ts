/** What the rest of the house may ask of the store. All of it is asynchronous: the store lives in its own thread. */

import type { Failure } from '../core/faults.ts'
import type { Head } from '../core/hash-chain.ts'
import type { AlarmEvent, KeptAlarm } from '../reading/alarm/alarm.ts'
import type { Audit } from '../reading/billing/gate-facts.ts'
import type { ExchangeRecord } from '../reading/exchange.ts'
import type { Expected, KeptPlan, Missing } from '../reading/expectation.ts'
import type { OrderEvent } from '../supply/order/events.ts'
import type { Order } from '../supply/order/order.ts'
import type { Stepped } from '../supply/order/refusal.ts'
import type {
  AcknowledgeAsked,
  Acknowledged,
  SettleAnswer,
  SettleAsked,
  TouchedBoundaries,
  WithheldBoundary,
} from './book/asked.ts'
import type { Deed, JournalAsked, JournalEntry, JournalPage } from './journal/deed.ts'
import type { ChargeAnswer, PostAsked, Posted } from './ledger/asked.ts'
import type {
  ChangesPage,
  Dark,
  DarkSearch,
  OrderAsked,
  OrderOne,
  OrderPosted,
  OrderShown,
  OrdersAsked,
  OrdersPage,
  SendAsked,
  ShowAsked,
  SupplyState,
} from './order/asked.ts'
import type { NoticesAsked, SafeguardAsked } from './safeguard/asked.ts'
import type {
  Accepted,
  Evidence,
  Found,
  FreezeHeld,
  FreezesOf,
  Item,
  KeptAudit,
  LastAudits,
  LastGood,
  LastKept,
  MeterClock,
  MeterMissing,
  PairAsked,
  Parked,
  PlansAsked,
  Position,
  ReadingsAsked,
  RoomState,
  Round,
  Slots,
  StoredReading,
  StoreSizes,
  Upkeep,
} from './words.ts'

export * from './journal/deed.ts'
export * from './words.ts'
export type { ExchangeRecord }

export interface Store {
  /** Number of this store's life; a rebuilt or restored store gets the next one (PR-07, PR-08). */
  readonly epoch: number
  /** Whether writes are taken, and why not; said in the log once per change. */
  readonly mood: {
    readonly trouble: Failure | null
    readonly refused: number
  }
  /** As last looked at. */
  readonly room: RoomState
  /** Folders of damaged stores put aside that nobody has acknowledged (PR-07). */
  readonly alarms: () => readonly string[]

  /**
   * Keeps one round: readings, their evidence and their sequence numbers in one transaction (PR-02). Resolves only
   * when the commit is synced to disk (PR-01). Rounds are committed in batches of at most 50 ms or 100 rows.
   * Rejects with STORE_FULL (nothing kept, try later) or STORE_FAILED (stop: the outcome is unknown, PR-03).
   */
  accept(round: Round): Promise<Accepted>

  /**
   * Judges boundaries and writes what is to be released into the book, one batch in one transaction; a part of what was
   * asked, some 20 ms of work. Resolves when that is synced to disk. Rejects as `accept`.
   */
  settle(asked: SettleAsked): Promise<SettleAnswer>
  /** Notes that a batch has been taken in, where what was counted of it agrees; said again it is what was noted first. */
  acknowledge(asked: AcknowledgeAsked): Promise<Acknowledged>
  /** The number of the last release in the book; 0 of an empty one. */
  lastRelease(): Promise<number>
  /** Boundaries that some of the changes after a number are of. */
  boundariesTouched(after: number): Promise<TouchedBoundaries>
  /** Boundaries whose latest release is damaged and withheld, some of them: to be settled anew. */
  boundariesWithheld(): Promise<readonly WithheldBoundary[]>

  /** The latest good value of each register of each meter, for pair checks after a start. */
  lastGood(): Promise<readonly LastGood[]>
  /** Boundaries for which freezes of this meter are kept, from `since` on, and how many registers of each. */
  freezesHeld(meter: string, since: number, of?: FreezesOf): Promise<readonly FreezeHeld[]>

  /** Of these the boundaries with a register that is good and was said once only, or not the same twice (V-W1). */
  freezesReadOnce(meter: string, since: number, of: FreezesOf): Promise<readonly number[]>

  /** The newest reading's number, and when the one announced last was received, UTC ms; null for an empty store. */
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
  /** Position of a sink; number 0 for one never seen. */
  cursor(sink: string): Promise<Position>
  advance(sink: string, sequence: number): Promise<void>
  /** The sink starts again after this number, never further on than it is; answers where it then stands (PR-12). */
  rewind(sink: string, sequence: number): Promise<number>
  /** Items a sink refused for good, kept visible until they are accepted or the sink is moved back before them. */
  park(sink: string, sequence: number, reason: string): Promise<void>
  unpark(sink: string, sequences: readonly number[]): Promise<void>
  /** In order, after a sequence number, 1 to 5,000 of them. */
  parkedAfter(sink: string, after: number, limit: number): Promise<readonly Parked[]>

  /** A meter's readings, oldest first, after an opaque position. */
  readingsOf(asked: ReadingsAsked): Promise<readonly StoredReading[]>
  latestOf(meter: string): Promise<readonly StoredReading[]>
  /** A reading by its id, with the round that gave it. Null when there is none. */
  evidence(id: string): Promise<Evidence | null>
  /** Measured deviation of each meter's clock: the last measurement. */
  clocks(): Promise<readonly MeterClock[]>
  /** The last measurement of one meter's clock; null when it was never measured. */
  clockOf(meter: string): Promise<MeterClock | null>

  /** From `at` on this is expected and nothing else; what was expected until then ends there. */
  expect(expected: readonly Expected[], at: number): Promise<void>
  /** What became of periods, the last word on each; every period that was over at `at` is accounted for (PR-04). */
  account(missing: readonly MeterMissing[], at: number): Promise<void>
  /** Up to when every period is accounted for; null where nothing ever was. */
  accountedTo(): Promise<number | null>
  /** Plans, ended ones too, in order of meter and plan; 1 to 5,000 of them. */
  plans(asked: PlansAsked): Promise<readonly KeptPlan[]>
  /** Periods of a plan that were told to be open, oldest first. */
  open(plan: number): Promise<readonly Missing[]>
  /** Slots of a plan from `from` on, before `to`: what is kept of them and what was said of those that are not; of one day. */
  slots(plan: number, from: number, to: number): Promise<Slots>
  /** Keeps what a meter told of itself, for good (V-I2). */
  audit(audit: KeptAudit): Promise<void>
  /** The nearest audits of a meter on either side of an instant; null where there is none. */
  auditsNear(
    meter: string,
    instant: number,
  ): Promise<{ readonly before: Audit | null; readonly after: Audit | null }>
  /** Of every meter that was ever audited, the last, and what it told when it was the same last. */
  audits(): Promise<readonly LastAudits[]>

  /** Meters that were billed by before new ones were held apart, and have not been accepted since. */
  inService(): Promise<readonly string[]>
  /** For good: resolves when that is synced to disk. */
  leaveService(meter: string): Promise<void>

  /** What became of alarms: all of these events or none; resolves when that is synced to disk. */
  alarm(events: readonly AlarmEvent[]): Promise<void>
  /** The last event of each alarm that stands, or was cleared after an instant, UTC ms; oldest first. */
  alarmsStanding(clearedAfter: number): Promise<readonly KeptAlarm[]>
  /** Events in recorded order after a sequence number, 1 to 5,000 of them. */
  alarmsAfter(sequence: number, limit: number): Promise<readonly KeptAlarm[]>

  /**
   * Records what was said of pairings: all of it or nothing, as one revision, whose number it resolves with when that is
   * synced to disk. Null, and nothing recorded, where another was recorded since they were held against the archive.
   */
  pair(asked: PairAsked): Promise<number | null>

  /**
   * Writes down what is done beside the store; resolves with the entry's number when that is synced to disk. What is done
   * within it takes its `deed` along. Rejects with STORE_FULL where there is no room: then it is not to be done.
   */
  journalAdd(deed: Deed): Promise<number>
  /** Entries in order after a number, 1 to 5,000 of them; a part of the journal is looked through. */
  journalAfter(asked: JournalAsked): Promise<JournalPage>
  journalHead(): Promise<Head>
  /** The last entry about API keys; null where there is none. */
  journalOfKeys(): Promise<JournalEntry | null>
  /** Enters something into the ledger, once for each key (PR-61); resolves with the first answer when that is synced to disk. */
  post(asked: PostAsked): Promise<Posted>
  /** Enters a notice, what came of one, or a protection, with its entry of the journal; as `post`. */
  safeguard(asked: SafeguardAsked): Promise<Posted>
  /** Notices whose delivery is to be asked for, after a number; some of them. */
  noticesAsked(...asked: Parameters<NoticesAsked>): Promise<ReturnType<NoticesAsked>>
  /** What people ask of orders, once for each key; resolves when it is synced to disk. */
  orderAsk(asked: OrderAsked): Promise<OrderPosted>
  /** What may be approved, as it is now; that it was shown is written down. Null where there is no such order, as below. */
  orderShow(asked: ShowAsked): Promise<OrderShown | null>
  orderOne(id: string): Promise<OrderOne | null>
  orderPage(asked: OrdersAsked): Promise<OrdersPage>
  supplyState(): Promise<SupplyState>
  /** Orders to which something may still happen by itself. */
  ordersOpen(now: number): Promise<readonly Order[]>
  ordersDue(now: number): Promise<readonly Order[]>
  /** Who may sit in the dark by us. */
  ordersDark(): Promise<Dark>
  /** Notes who was seen dark, in place of what was noted before; resolves when that is synced to disk. */
  darkSearch(search: DarkSearch, at: number): Promise<void>
  /** What an event makes of an order, with its entry of the journal; resolves when that is synced to disk. */
  orderStep(id: string, event: OrderEvent, at: number): Promise<Stepped | null>
  /** The final check of a cut, and what comes of it; likewise. */
  orderSend(asked: SendAsked): Promise<Stepped | null>
  /** What others are told of orders, after a number, 1 to 5,000 of it; perhaps none though there is more. */
  orderChanges(after: number, limit: number): Promise<ChangesPage>
  /** Up to which number a follower of this name was told; 0 at first. */
  changesTold(to: string): Promise<number>
  changesTell(to: string, sequence: number): Promise<void>
  /** Charges some of what the book says and has not been charged (P-03), some 20 ms of work. */
  charge(now: number): Promise<ChargeAnswer>

  /** A write that changes nothing and is synced like any other: whether the store still can. */
  touch(): Promise<void>

  sizes(): Promise<StoreSizes>
  /**
   * What a reader of its own connection met with (src/store/reader.ts) counts as if the store had. Rejects with
   * STORE_UNREADABLE where that is the whole file.
   */
  report(found: Found): Promise<void>
  /**
   * A second's worth of house-keeping: removes what is past its time or, where room runs out, in the stated order;
   * checks some rows (PR-06). Rejects with STORE_UNREADABLE where the file is damaged beyond single rows.
   */
  tend(upkeep: Upkeep): Promise<void>
  close(): Promise<void>
}
