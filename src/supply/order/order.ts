/** An order: one intended state of one meter's relay, who wants it and why, and how far it has come. Plain data; UTC ms. */

import type { BillingWord } from './billing.ts'
import type { FactsShown } from './facts-shown.ts'
import type { RelayBefore } from './look.ts'
import type { BecauseCode } from './reasons.ts'
import type { CutState, Lateness, RestoreState } from './states.ts'

/** `close-allowed` lets the customer press the button; `closed` is a direct close, only with a recorded confirmation (P-14). */
export const INTENDED = ['open', 'close-allowed', 'closed'] as const
export type Intended = (typeof INTENDED)[number]

/** What every order says from its beginning, and never otherwise. */
export interface Wanted {
  readonly id: string
  readonly account: string
  /** Its id in the meter list. */
  readonly meter: string
  /** As the meter is addressed on its line, and the number it tells of itself: an order is for both (P-07). */
  readonly address: string
  readonly number: string
  readonly line: string
  readonly transformer: string | null
  /** The name of a key, or `daemon` where a payment asked for it. */
  readonly requestedBy: string
  readonly requestedAt: number
  /** In the words of who asked. */
  readonly reason: string
  /** The operation ticket, as the supplier numbers them. */
  readonly ticket: string | null
  /** Orders that were asked for together. */
  readonly batch: string | null
  /** It goes through everything but the frame (PR-50). */
  readonly isRehearsal: boolean
}

/** What became of it so far. */
interface Progress<State extends string> {
  readonly state: State
  /** When it came into this state. */
  readonly since: number
  /** Why it is in this state; null where that needs no reason. */
  readonly because: Because | null
  /** Frames that were written down as about to leave: at most one for a cut, one for each attempt of a restore (PR-58). */
  readonly attempts: number
  /** The last of them. */
  readonly sent: Sent | null
  /** When something is to be done next if nothing happens before; null where nothing is. */
  readonly dueAt: number | null
  /** The order that took its place. */
  readonly supersededBy: string | null
}

export interface Because {
  readonly code: BecauseCode
  readonly text: string
}

/** A frame that left, or may have. */
export interface Sent {
  /** The first is 1. */
  readonly attempt: number
  readonly at: number
  /** After it no meter that looks at deadlines obeys. */
  readonly deadline: number
  /** Eight hex digits, which the meter writes into its own record (P-17). */
  readonly operator: string
  /** What the meter told right before. */
  readonly before: RelayBefore
  /** What it answered; null while nobody knows. */
  readonly answer: 'accepted' | 'refused' | 'silent' | null
}

export interface Cut extends Wanted, Progress<CutState> {
  readonly kind: 'cut'
  readonly intended: 'open'
  /** Where it was not sent by then it never is. */
  readonly expiresAt: number
  /** What was shown last, to be approved; null after a restart (PR-51). */
  readonly shown: Shown | null
  readonly approved: Approved | null
  /** The second notice of this attempt (P-05). */
  readonly noticed: SecondNotice | null
  /** What billing said at the last final check; left out where there was none. */
  readonly billing?: BillingWord | null
}

export interface SecondNotice {
  readonly deliveredAt: number
  /** A cut leaves no sooner and no later than these. */
  readonly earliest: number
  readonly latest: number
}

export interface Shown {
  readonly to: string
  readonly at: number
  readonly facts: FactsShown
  /** Of the facts, 64 hex digits. */
  readonly digest: string
}

export interface Approved {
  readonly by: string
  readonly at: number
  readonly facts: FactsShown
  readonly digest: string
}

export interface Restore extends Wanted, Progress<RestoreState> {
  readonly kind: 'restore'
  readonly intended: 'close-allowed' | 'closed'
  readonly cause: RestoreCause
  /** What all times of its service are counted from: the payment's own, never later than when it was told (P-16). */
  readonly countsFrom: number
  /** How late it was noted to be; absent while it is on time. */
  readonly lateness?: Lateness
  /** How it is known that a direct close endangers nobody (P-14); null for `close-allowed`. */
  readonly confirmation: Confirmation | null
  /** How often it was tried, a frame or none; the longer, the rarer. */
  readonly tries: number
  /** When somebody was asked to drive there; attempts go on (P-15). */
  readonly fieldOrderAt: number | null
  /** What the meter told before the cut it undoes; null where there was none of ours. */
  readonly beforeCut: RelayBefore | null
  /** Until then a frame of the cut may still arrive: what is seen before is looked at once more. */
  readonly settlesAt: number | null
  /** Who said last that it is done, and was not refuted by a look; absent where nobody did. */
  readonly told?: Confirmation | null
}

/** What undoes a cut; a person may ask for it too (PR-64). */
export const RESTORE_CAUSES = ['payment', 'hold', 'dispute', 'protection', 'wrongful', 'asked'] as const
export type RestoreCause = (typeof RESTORE_CAUSES)[number]

/** Who answers for it, how it was learned, and when. */
export interface Confirmation {
  readonly by: string
  readonly how: string
  readonly at: number
}

export type Order = Cut | Restore
