/** What happens to orders. `by` is the name of a key, `local:` and a user of this machine, or `daemon`. Plain data. */

import type { FactsShown } from './facts-shown.ts'
import type { FinalCheck } from './final-check.ts'
import type { OrderInterlock } from './interlock.ts'
import type { Look } from './look.ts'
import type { RestoreCause, SecondNotice } from './order.ts'

export type CutEvent =
  /** The facts as they are now. */
  | { readonly type: 'shown'; readonly to: string; readonly facts: FactsShown }
  | Approve
  | { readonly type: 'cancel'; readonly by: string; readonly reason: string }
  | { readonly type: 'clear'; readonly cause: ClearCause; readonly reference: string }
  | Noticed
  /** The executor has the line for it. */
  | { readonly type: 'check' }
  | SendCut
  | Answered
  | { readonly type: 'looked'; readonly look: Look }
  | Unreached
  | Resolve
  /** An order that undoes it was made. */
  | { readonly type: 'supersede'; readonly order: string }
  | Restarted
  | ClockStep
  /** The kill switch (PR-66). */
  | { readonly type: 'stopped'; readonly by: string }
  | { readonly type: 'fuse-blown'; readonly text: string }
  /** A cut of the batch was wrong, or of its first ones not all were verified. */
  | { readonly type: 'batch-frozen'; readonly text: string }
  /** What was quarantined begins anew: shown, and approved by another (PR-57). */
  | { readonly type: 'release'; readonly by: string }
  | { readonly type: 'time' }

export type RestoreEvent =
  | SendRestore
  | Unreached
  | Answered
  | { readonly type: 'looked'; readonly look: Look }
  | Resolve
  | { readonly type: 'supersede'; readonly order: string }
  /** The meter was heard again: the next attempt need not wait (P-15). */
  | { readonly type: 'reachable' }
  | Restarted
  | ClockStep
  | { readonly type: 'time' }

export type OrderEvent = CutEvent | RestoreEvent

/** What takes back all cuts of an account that have not left; all but the last two undo those that have, too. */
export type ClearCause = RestoreCause | 'exchange' | 'policy'

export interface Approve {
  readonly type: 'approve'
  readonly by: string
  /** Of what was shown. */
  readonly digest: string
  /** As they are now. */
  readonly facts: FactsShown
  /** All that must pass before somebody is cut, apart from what only the moment before tells. */
  readonly interlocks: readonly OrderInterlock[]
  readonly selectForMs: number
}

/** The second notice of this order was delivered; a cut may be no sooner and no later than these. */
export interface Noticed extends SecondNotice {
  readonly type: 'noticed'
}

/** Within the transaction that counts the fuses and looks for payments, and before the first byte (PR-58). */
export interface SendCut {
  readonly type: 'send'
  readonly check: FinalCheck
  /** After it the meter is not to obey. */
  readonly deadline: number
  /** The gateway rehearses by now, whatever it did when this was asked for (PR-50). */
  readonly isRehearsal?: boolean
}

/** The wall clock was set, by so much. */
export interface ClockStep {
  readonly type: 'clock-stepped'
  readonly byMs: number
  /** The first moment there can have been by the clock as it is now: later stamps are right already. */
  readonly from?: number
}

/** The line is held for it: whether a frame is needed is decided by the look. */
export interface SendRestore {
  readonly type: 'send'
  readonly look: Look
  readonly deadline: number
  /** Why its relay knows no such order at all; null or left out where it does. */
  readonly whyNot?: string | null
}

export interface Answered {
  readonly type: 'answered'
  /** `not-sent`: not one byte left. `silent`: it left, and nobody knows. */
  readonly outcome: 'accepted' | 'refused' | 'not-sent' | 'silent'
  readonly text: string
  /** Right after it, where the meter still answered. */
  readonly look: Look | null
}

/** By a clock that may have been set meanwhile nobody knows how long a restore has waited. */
export interface Restarted {
  readonly type: 'restarted'
  readonly isTimeTrusted: boolean
}

/** The meter did not answer a look: nothing was written down as sent. */
export interface Unreached {
  readonly type: 'unreached'
  readonly text: string
}

/** A person was there, or the customer told it. */
export interface Resolve {
  readonly type: 'resolve'
  readonly by: string
  readonly as: 'executed' | 'not-executed'
  readonly how: string
}
