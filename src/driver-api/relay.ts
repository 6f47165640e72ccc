/** Cutting off and reconnecting, as conversations: what was ordered, what the meter said, what is read back. */

import type { MeterTime } from '../core/time.ts'
import type { Authority } from './command.ts'
import type { DecodedPoint, Frame } from './frame.ts'
import type { Refusal } from './value.ts'

export interface RelayOrder {
  readonly action: RelayAction
  readonly authority: Authority
  /** How long the order may be obeyed, s, from the time the meter's own clock shows before it is sent. */
  readonly validForSeconds: number
  /** Warning time before a pre-trip, minutes. */
  readonly delayMinutes?: number
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
 * `accepted` is the meter's word, not the relay's: what happened stands in `after`. `not-sent`: something before the
 * order failed, and the relay was not touched. `unconfirmed`: sent, and nobody knows.
 */
export interface RelayAnswer {
  readonly outcome: 'accepted' | 'refused' | 'not-sent' | 'unconfirmed'
  readonly why: Refusal | null
  readonly before: RelaySeen | null
  readonly after: RelaySeen | null
  /** All frames of the conversation, in order; passwords are in the requests, not here. */
  readonly frames: readonly Frame[]
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
  readonly frames: readonly Frame[]
}

/** How often, and the last time as the meter recorded it. */
export interface RelayRecord {
  readonly count: number | null
  readonly at: MeterTime | null
  /** Eight hex digits. */
  readonly operator: string | null
}
