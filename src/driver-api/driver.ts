/**
 * The contract between meterd and a protocol. A driver is a folder of pure functions: it opens no port, sets no
 * timer, reads no clock, logs nothing. It imports these types and nothing else of meterd.
 */

import type { Scaled } from '../core/scaled.ts'
import type { MeterTime } from '../core/time.ts'
import type { Authority, Command, Obeyed } from './command.ts'
import type { Call, Conversation, Request, Span, Unanswered } from './conversation.ts'
import type { Discovery } from './discovery.ts'
import type { Decoded, Deframed, Frame } from './frame.ts'
import type { ItemFamily } from './items.ts'
import type { EventsAsked, EventsRead, LoadClass, LoadRecordsAsked, LoadRecordsRead } from './memory.ts'
import type { FreezePlan, OwnItem, Point, Profile, ProfileMistake, Traits } from './profile.ts'
import type { Quirk } from './quirk.ts'
import type { RelayAction, RelayAnswer, RelayEvidence, RelayOrder, RelayOrdered, RelaySeen } from './relay.ts'
import type { Retrace } from './retrace.ts'
import type { Refusal, TextValue, Value } from './value.ts'

export type { FaultCode } from '../core/faults.ts'
export type { Scaled } from '../core/scaled.ts'
export type { MeterTime } from '../core/time.ts'
export type { Call, Conversation, Doubt, Mismatch, Request, Span, Unanswered } from './conversation.ts'
export type { AddressRule, AuditItem, Capabilities, Discovery, Identity } from './discovery.ts'
export type { BrokenFrame, Decoded, DecodedPoint, Deframed, Frame } from './frame.ts'
export type {
  EventRecord,
  EventsAsked,
  EventsRead,
  LoadClass,
  LoadRecord,
  LoadRecordsAsked,
  LoadRecordsRead,
} from './memory.ts'
export type { FreezePlan, Point, Profile, ProfileMistake, RelayRegisters, Traits } from './profile.ts'
export type { RelayAction, RelayAnswer, RelayEvidence, RelayOrder, RelayOrdered, RelaySeen } from './relay.ts'
export type { Retrace } from './retrace.ts'
export type { BitsValue, Refusal, TextValue, TimeValue, Value } from './value.ts'

export interface Driver {
  /** The name profiles and line URLs use: 'dlt645-2007'. */
  readonly protocol: string
  /** Raised when this contract changes in a way drivers must know of. */
  readonly apiVersion: 1
  /** True when requests carry a transaction number, so several may be under way on one link. */
  readonly concurrent: boolean
  /** True when an answer carries the item it answers, so a late one cannot pass for the answer to another question. */
  readonly answerNamesItem: boolean
  readonly timing: Timing
  /** A byte that may come before any frame and says nothing (DL/T 645: FE wakes the receiver). */
  readonly preamble?: number

  /** The canonical form of a meter address, or what is wrong with it in words. */
  checkAddress(address: string): { readonly address: string } | { readonly wrong: string }

  /**
   * The point an item text names: the protocol's own notation (DI, `fc:address:type`) or an OBIS code its table
   * knows. Null when it names nothing. Profiles are completed with it and `meterd read` uses it. With traits the
   * model's own items come before the table's.
   */
  describe(item: string, traits?: Traits): Point | null

  /** Why an item text names nothing, in words; asked where `describe` gives null. */
  whyNothing?(item: string): string

  /** What is wrong with how a point is written, and in which part of it; null when it can be read. */
  miswritten?(point: Point): { readonly wrong: string; readonly part: 'item' | 'encoding' } | null

  /** Present where one item may carry several values: a point for each, of which a meter may send fewer. */
  describeAll?(item: string, traits?: Traits): readonly Point[]

  /** Present where there are blocks: what one spares, item by item, each with all its values; empty for what is none. */
  partsOf?(item: string, traits?: Traits): readonly Point[]

  /**
   * Splits received bytes into whole, checksum-good frames. `awaited` is null when only listening.
   * While the line is open (as it is unless said otherwise) an unfinished start may hold back frames behind it, which
   * may be its data. Once it is silent, and in bytes that are all there is, no good frame is lost to bytes before it.
   * In input order, noise (with broken frames in it), frames and rest together are the input, byte for byte.
   */
  deframe(received: Uint8Array, awaited: Request | null, line?: 'open' | 'silent'): Deframed

  /**
   * Whether what `deframe` left over is the beginning of an answer to this request, as far as it goes: such a one is
   * heard out however slowly it comes, within the gaps the protocol allows. Anything else holds back what is behind
   * it for one such gap.
   */
  beginsAnswer?(rest: Uint8Array, request: Request): boolean

  /** Where passwords and keys stand in bytes of a line, whole frames or damaged ones: from and to (exclusive). */
  secretsIn?(bytes: Uint8Array): readonly Span[]

  /** What one frame says, offline. `question` is the request it answers, where it is known. */
  decode(frame: Frame, hint: { readonly direction?: 'request' | 'reply'; readonly question?: Frame }): Decoded

  /** Present where values can be said in bytes: those an answer carries for this value of the point; null where none say it exactly. */
  encode?(point: Point, value: Scaled | TextValue): Uint8Array | null

  /** Asks for points in as few requests as the meter allows. Gives back what was answered, at least `[]`. */
  read(call: Call, points: readonly Point[]): Conversation<ReadResult>

  /** Present when the protocol's meters freeze registers: asks one freeze, `nth` = 1 the latest. */
  readFreeze?(call: Call, freeze: FreezeAsked): Conversation<ReadResult>

  /** The kinds of freezes meters of this protocol make by name ("daily", "settlement"), as a profile would plan them. */
  readonly freezes?: ReadonlyMap<string, FreezePlan>

  /** Present where the protocol has a table of items of its own. */
  items?(): readonly ItemFamily[]
  /** One item of that table, without letters, with every value it may carry; null where the table has none. */
  itemInFull?(item: string): ItemFamily | null
  /** What is wrong with a profile that its points do not show one by one. */
  checkProfile?(profile: Profile): readonly ProfileMistake[]
  /** Present where models may have items of their own: what is wrong with one, in words; null when nothing is. */
  checkOwnItem?(item: OwnItem): string | null

  /** Present where meters obey more than reads, by name. */
  readonly commands?: ReadonlyMap<string, Command>

  /** Present where a clock can be set: once a day, by little, and never near a freeze is the caller's to see to. */
  setClock?(call: Call, asked: ClockAsked): Conversation<Obeyed>

  /** Present where a relay can be ordered. The order itself leaves at most once. What a model can be told, none where nothing. */
  relayActions?(traits: Traits): ReadonlySet<RelayAction>
  orderRelay?(call: Call, order: RelayOrder): Conversation<RelayAnswer>
  readRelay?(call: Call): Conversation<RelaySeen | null>
  /** What is seen of an order that left, now or later: as it was ordered, against it, or neither. */
  judgeRelay?(ordered: RelayOrdered, before: RelaySeen, seen: RelaySeen): RelayEvidence

  readLoadRecords?(call: Call, asked: LoadRecordsAsked): Conversation<LoadRecordsRead>
  /** Present where load records can be read: the registers each class of them copies, as `describe` gives them. */
  loadClasses?(traits: Traits): ReadonlyMap<LoadClass, readonly Point[]>
  /** The classes of events by name, and what people call them. */
  readonly events?: ReadonlyMap<string, string>
  readEvents?(call: Call, asked: EventsAsked): Conversation<EventsRead>

  /** What profiles may say of models that depart from the standard, by name. */
  readonly quirks?: ReadonlyMap<string, Quirk>

  /** Present where meters can be found without a list. */
  readonly discovery?: Discovery

  /** Present where values can be made again from what was said. */
  readonly retrace?: Retrace
}

/** What of a driver only asks: all that the reading side is given (PR-67). */
export type ReadingDriver = Omit<Driver, 'commands' | 'setClock' | 'orderRelay'>

export interface ClockAsked {
  /** What the meter's clock must show when the request has arrived; asked as the request leaves. */
  readonly timeAt: () => MeterTime
  /** Asked as each request would leave: why the clock must not be set any more. */
  readonly whyStay?: () => Refusal | null
  /** To all meters of the line (some models want a password even then), or to one of them with the authority to write. */
  readonly how: 'broadcast' | { readonly authority: Authority; readonly broadcast?: true }
}

export interface FreezeAsked {
  readonly nth: number
  readonly stamp: Point
  readonly points: readonly Point[]
  /** What the meter's clock shows at this moment, as far as it is known; null or absent where it is not. */
  readonly clockShows?: () => MeterTime | null
  /** The stamp it was just read under: the values are asked once more, by questions of another form where there is one. */
  readonly justRead?: MeterTime
}

export interface ReadResult {
  /** One entry for each point that was answered or refused; points without an answer are absent. */
  readonly reads: readonly RawRead[]
  /** Blocks or spans refused in this conversation, to be put into `refusedBefore` from now on. */
  readonly refused: readonly string[]
  /** Where silence to one question does not end the conversation: what had no answer between others that had. */
  readonly unanswered?: readonly Unanswered[]
}

/** What the meter said about one point. `frames` are those that carried it, the value's own first. */
export type RawRead = RawValue | RawRefusal

export interface RawValue {
  readonly point: Point
  readonly frames: readonly Frame[]
  readonly value: Value
  /** Of a float: how far its neighbour lies, where that is further than the resolution its profile declares. */
  readonly floatStep?: Scaled
  /** A float: its last digit is rounded. Absent where the digits are the meter's own. */
  readonly rounded?: true
  /** For freezes and load records: the time in the meter's own stamp, read in the same conversation. */
  readonly stampedAt?: MeterTime
  /** For maximum demands: the time at which it was reached, where the answer carries it. */
  readonly occurredAt?: MeterTime
}

export interface RawRefusal {
  readonly point: Point
  readonly frames: readonly Frame[]
  readonly refused: Refusal
}

export interface Timing {
  /** Silence the bus needs before a request, ms, given the time of one character. */
  quietMs(characterMs: number): number
  /** Longest wait for the first byte of an answer of a directly wired meter, ms. */
  readonly replyWithinMs: number
  /** Longest time the standard gives a directly wired meter to answer, ms; absent where there is no such standard. */
  readonly standardReplyMs?: number
  /** Longest gap inside a frame, ms. */
  readonly betweenBytesMs: number
  /** Bytes of the longest frame. */
  readonly longestFrame: number
}
