/** What the store is given, and what it answers. */

import type { Calendar } from '../core/calendar.ts'
import type { Scaled } from '../core/scaled.ts'
import type { KeptReading } from '../reading/billing/billing-read.ts'
import type { Audit } from '../reading/billing/gate-facts.ts'
import type { ToldAudit } from '../reading/billing/stays.ts'
import type { ExchangeRecord } from '../reading/exchange.ts'
import type { HeldSlot, Missing } from '../reading/expectation.ts'
import type { Kind, ValidatedReading } from '../reading/reading.ts'
import type { BillingMoments, Worth } from '../reading/worth.ts'
import type { Deed } from './journal/deed.ts'
import type { OrderRules } from './order/rules.ts'

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
  /** Not kept for want of room. */
  readonly refused: number
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

/** What a sink refused for good; a gap where the reading is gone since. */
export interface Parked {
  readonly item: Item
  /** The sink's words. */
  readonly reason: string
}

export function isGap(item: Item): item is Gap {
  return 'first' in item
}

export function isChange(item: Item): item is Change {
  return !isGap(item)
}

/** How far a sink has come. */
export interface Position {
  /** Everything up to this number is delivered. */
  readonly sequence: number
  /** The epoch of the store when that was noted; what is numbered in a later one has not been told of it. */
  readonly epoch: number
}

export interface LastGood {
  readonly meter: string
  readonly obis: string
  readonly kind: Kind
  readonly value: Scaled
  readonly readAt: number
  /** What its register had been multiplied with; absent is 1. */
  readonly factor?: Scaled
}

/** Freezes of one plan: of its registers alone, at its boundaries. */
export interface FreezesOf {
  readonly registers: readonly string[]
  readonly calendar: Calendar
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

export interface MeterMissing extends Missing {
  readonly meter: string
}

export interface PlansAsked {
  readonly meter?: string
  readonly line?: string
  readonly after?: { readonly meter: string; readonly plan: number }
  readonly limit: number
}

export interface Slots {
  readonly held: readonly HeldSlot[]
  readonly missing: readonly Missing[]
}

export interface MeterClock {
  readonly meter: string
  readonly measuredAt: number
  readonly deviationMs: number
}

/** An audit, and what the meter told by item; null where that is what it told before. */
export interface KeptAudit extends Audit {
  readonly facts: Readonly<Record<string, string>> | null
}

/** The last audit of a meter. */
export interface LastAudits extends Audit {
  /** What was told when it was found to be the same last; null where it never was. */
  readonly same: Readonly<Record<string, string>> | null
  /** Those at which something new was told or found, those beside them, and the last; oldest first. */
  readonly turns: readonly ToldAudit[]
}

/** Versions of pairings to be recorded together. */
export interface PairAsked {
  /** UTC ms. */
  readonly now: number
  readonly by: string
  /** The last version they were held against: where another is recorded by then, none of these is. */
  readonly after: number
  /** JSON of `NewVersion`s, UTF-8: a long import costs the thread that times the lines nothing. */
  readonly versions: Uint8Array<ArrayBuffer>
  /** For the journal, in the same transaction; the revision is told there too. */
  readonly deed?: Deed
}

/** A row that does not match its checksum, or why the file cannot be read. */
export type Found =
  | { readonly table: string; readonly key: number | string }
  | { readonly unreadable: string }

export interface StoreSizes {
  readonly bytes: number
  readonly walBytes: number
  readonly readings: number
  readonly damaged: number
  /** Given up for want of room, since the store was made. */
  readonly shed: readonly Shed[]
}

/** What was given up of one day's readings (UTC day of their receipt) of one worth. */
export interface Shed {
  readonly day: number
  readonly worth: Worth
  readonly readings: number
  /** Of these, not yet delivered to every sink: announced as gaps. */
  readonly owed: number
}

/**
 * How full the store is; each stage does what those before it do. Frames are of readings that are no bills. Billing
 * reads are never given up: the last two stages refuse what is new instead, which the meters still hold.
 */
export type Stage =
  | 'ample'
  | 'filling'
  | 'shedding frames'
  | 'shedding delivered'
  | 'shedding owed'
  | 'billing only'
  | 'closed'

export interface RoomState {
  /** Of the database file, without what was freed in it. */
  readonly usedBytes: number
  readonly maxBytes: number
  /** On the disk. */
  readonly freeBytes: number
  readonly stage: Stage
  /** It is the disk that is too small, not what we may use of it: then nothing is given up that is owed. */
  readonly isDiskShort: boolean
  /** The disk is full: what fits into room of our own is taken, beyond that billing reads while the ballast's room lasts. */
  readonly starving: boolean
}

/** What the store may take and how long it keeps it, ms; what bills are made of longest. */
export interface Limits extends BillingMoments {
  /** By what orders are judged; absent, nobody is cut and no meter is known. */
  readonly orders?: OrderRules
  readonly maxBytes: number
  readonly keep: Readonly<Record<Worth | 'frames', number>>
}

export interface Upkeep {
  /** Now, where our clock is to be trusted; null removes nothing for its age. */
  readonly now: number | null
  /** Sinks configured: what one of them has not got is owed. */
  readonly sinks: readonly string[]
}
