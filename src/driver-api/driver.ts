/**
 * The contract between meterd and a protocol. A driver is a folder of pure functions: it opens no port, sets no
 * timer, reads no clock, logs nothing. It imports these types and nothing else of meterd.
 */

import type { FaultCode } from '../core/faults.ts'
import type { Scaled } from '../core/scaled.ts'
import type { MeterTime } from '../core/time.ts'
import type { Point, Traits } from './profile.ts'

export type { FaultCode, MeterTime, Point, Scaled, Traits }

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
   * knows. Null when it names nothing. Profiles are completed with it and `meterd read` uses it.
   */
  describe(item: string): Point | null

  /** Present where one item may carry several values: a point for each, of which a meter may send fewer. */
  describeAll?(item: string): readonly Point[]

  /**
   * Splits received bytes into whole, checksum-good frames. Never loses a good frame to bytes before it: an
   * unfinished start does not hold back the frame behind it. `awaited` is null when only listening.
   * In input order, noise (with broken frames in it), frames and rest together are the input, byte for byte.
   */
  deframe(received: Uint8Array, awaited: Request | null): Deframed

  /** What one frame says, offline. `question` is the request it answers, where it is known. */
  decode(frame: Frame, hint: { readonly direction?: 'request' | 'reply'; readonly question?: Frame }): Decoded

  /** Asks for points in as few requests as the meter allows. Gives back what was answered, at least `[]`. */
  read(call: Call, points: readonly Point[]): Conversation<ReadResult>

  /** Present when the protocol's meters freeze registers: asks one freeze, `nth` = 1 the latest. */
  readFreeze?(call: Call, freeze: FreezeAsked): Conversation<ReadResult>
}

/** What must be known to talk to one meter. */
export interface Call {
  /** Canonical, by `checkAddress`. */
  readonly address: string
  /** A number no other request now under way on this line carries (transaction id). */
  readonly sequence: () => number
  /** What this model can and cannot do, from its profile. */
  readonly traits: Traits
  /** Blocks or spans this meter has refused before; not asked again. */
  readonly refusedBefore: ReadonlySet<string>
}

export interface FreezeAsked {
  readonly nth: number
  readonly stamp: Point
  readonly points: readonly Point[]
}

/** Yields requests, is handed the frame that answers; null when none came (the line has retried by then). */
export type Conversation<Result> = Generator<Request, Result, Frame | null>

export interface Request {
  readonly bytes: Uint8Array
  /** Null when the frame answers this request, else the rule it breaks and how. */
  readonly whyNot: (frame: Frame) => Mismatch | null
  /** Reads yes, relay orders no. */
  readonly safeToRepeat: boolean
  /** From and to (exclusive) of bytes that no log may show. */
  readonly secretBytes?: readonly [from: number, to: number]
}

/** Why a good frame is not the answer: rules V-F3 (direction, control), V-F4 (address), V-F5 (item), V-F6 (length). */
export interface Mismatch {
  readonly rule: 'V-F3' | 'V-F4' | 'V-F5' | 'V-F6'
  readonly text: string
}

/** One whole frame, start to end byte, without preamble. */
export interface Frame {
  readonly bytes: Uint8Array
}

export interface Deframed {
  readonly frames: readonly Frame[]
  /** Bytes that belong to no good frame, in order of arrival; echo and preamble too. */
  readonly noise: Uint8Array
  /** Frames recognised in the noise as damaged, and how. */
  readonly broken: readonly BrokenFrame[]
  /** The unfinished tail to put before the next bytes; never longer than the longest frame. */
  readonly rest: Uint8Array
}

export interface BrokenFrame {
  readonly bytes: Uint8Array
  readonly code: FaultCode
  readonly text: string
}

export interface ReadResult {
  /** One entry for each point that was answered or refused; points without an answer are absent. */
  readonly reads: readonly RawRead[]
  /** Blocks or spans refused in this conversation, to be put into `refusedBefore` from now on. */
  readonly refused: readonly string[]
}

/** What the meter said about one point. `frames` are those that carried it, the value's own first. */
export type RawRead = RawValue | RawRefusal

export interface RawValue {
  readonly point: Point
  readonly frames: readonly Frame[]
  readonly value: Value
  /** For freezes: the time in the meter's own stamp, read in the same conversation. */
  readonly stampedAt?: MeterTime
}

export interface RawRefusal {
  readonly point: Point
  readonly frames: readonly Frame[]
  readonly refused: Refusal
}

/** A refusal is data: one bad point does not cost the others. */
export interface Refusal {
  readonly code: FaultCode
  /** The frame rule broken (V-F6 length, V-F7 digits, V-F11 type), where one was. */
  readonly rule?: 'V-F6' | 'V-F7' | 'V-F9' | 'V-F11'
  readonly text: string
}

export type Value = Scaled | TimeValue | TextValue | BitsValue

export interface TimeValue {
  readonly time: MeterTime
}
export interface TextValue {
  readonly text: string
}
/** A status word; `set` names the bits that are on. */
export interface BitsValue {
  readonly bits: number
  readonly width: 8 | 16 | 32
  readonly set: readonly string[]
}

export interface Timing {
  /** Silence the bus needs before a request, ms, given the time of one character. */
  quietMs(characterMs: number): number
  /** Longest wait for the first byte of an answer of a directly wired meter, ms. */
  readonly replyWithinMs: number
  /** Longest gap inside a frame, ms. */
  readonly betweenBytesMs: number
  /** Bytes of the longest frame. */
  readonly longestFrame: number
}

export interface Decoded {
  /** The protocol the frame is really in, where drivers share frames and the frame itself tells. */
  readonly protocol?: string
  readonly kind: 'request' | 'reply' | 'refusal' | 'broadcast'
  /** 'read', 'read-follow-up', 'read-address', 'relay', 'write', 'broadcast-time' … */
  readonly function: string
  readonly address: string
  /** Control or function code, hex. */
  readonly control: string
  /** More data follow in further frames. */
  readonly more: boolean
  readonly sequence: number | null
  readonly item: string | null
  readonly points: readonly DecodedPoint[]
  /** What the meter refused, in words, bit by bit. */
  readonly refused: readonly Refusal[]
}

export interface DecodedPoint {
  readonly item: string
  readonly obis: string | null
  readonly name: string
  /** Decimal string, text, or ISO time; null with a fault when there is no value. */
  readonly value: string | null
  readonly unit: string
  /** The meter's own time of this value (demand, freeze), where the frame carries it. */
  readonly at: MeterTime | null
  readonly fault?: Refusal
}
