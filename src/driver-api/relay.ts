/** Cutting off and reconnecting, as conversations: what was ordered, what the meter said, what is read back. */

import type { MeterTime } from '../core/time.ts'
import type { Authority } from './command.ts'
import type { DecodedPoint, Frame } from './frame.ts'
import type { Refusal } from './value.ts'

export interface RelayOrder {
  readonly action: RelayAction
  readonly authority: Authority
  /** How long the order may be obeyed, s, from when it was made: after that it is neither sent nor, by its deadline, obeyed. */
  readonly validForSeconds: number
  /** How long ago it was made, ms, by a clock that nobody sets; asked until it leaves. */
  readonly ageMs: () => number
  /** Warning time before a pre-trip, minutes. */
  readonly delayMinutes?: number
  /** What was just seen of it, on a line nobody else has had since: it is not looked at again, but for its clock. */
  readonly seenBefore?: RelaySeen
  /** Asked in the moment the first byte would leave: why it must not any more. */
  readonly whyStay?: () => Refusal | null
}

/** `permit-close` lets the customer close it by hand; the others are obeyed at once or after the meter's own delay. */
export type RelayAction =
  | 'open'
  | 'permit-close'
  | 'close'
  | 'warn-then-open'
  | 'alarm-on'
  | 'alarm-off'
  | 'keep-powered'
  | 'end-keep-powered'

/**
 * `done`: what was read back afterwards shows it. `accepted` is the meter's word, which nothing shows yet. `not-sent`:
 * something before the order failed, and not one byte of it left. `unconfirmed`: sent, and nobody knows.
 */
export interface RelayAnswer {
  readonly outcome: 'done' | 'accepted' | 'refused' | 'not-sent' | 'unconfirmed'
  readonly why: Refusal | null
  /** What was sent, to be judged by what is seen later; null where nothing was. */
  readonly ordered: RelayOrdered | null
  /** By what was read right after the order; a trip that is delayed shows later (`judgeRelay`). */
  readonly evidence: RelayEvidence
  readonly before: RelaySeen | null
  readonly after: RelaySeen | null
  /** All frames of the conversation, in order; passwords are in the requests, not here. */
  readonly frames: readonly Frame[]
}

/** An order that left, without its password. Times are the meter's own. */
export interface RelayOrdered {
  readonly action: RelayAction
  readonly operator: string
  /** What its clock showed when it was asked before. */
  readonly clock: MeterTime
  /** A pre-trip opens at this time, never sooner; null for other orders. */
  readonly opensAt: MeterTime | null
}

/** `as-ordered`: shown by the meter's record or by state and load. `open`: nothing shows it, nothing speaks against it. */
export interface RelayEvidence {
  readonly verdict: 'as-ordered' | 'open' | 'contradicts'
  /** What it rests on, in words. */
  readonly texts: readonly string[]
}

/** What a meter tells of its relay. Null where it does not say. */
export interface RelaySeen {
  readonly isOpen: boolean | null
  readonly isOpenCommanded: boolean | null
  readonly isKeptPowered: boolean | null
  readonly isTripAnnounced: boolean | null
  readonly opened: RelayRecord | null
  readonly closed: RelayRecord | null
  /** Load that shows the relay's real state: current, power, as read. */
  readonly load: readonly DecodedPoint[]
  /** What the meter's clock showed when all this was read. */
  readonly clock: MeterTime | null
  readonly frames: readonly Frame[]
}

/** How often, and the last time as the meter recorded it. */
export interface RelayRecord {
  readonly count: number | null
  readonly at: MeterTime | null
  /** Eight hex digits. */
  readonly operator: string | null
}
