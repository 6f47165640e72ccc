/** What the store is asked to settle and to note of the book, and what it answers. */

import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import type { Settled } from '../../reading/billing/gate-facts.ts'
import type { ReleasePolicy, Standing } from '../../reading/billing/release.ts'
import type { Deed } from '../journal/deed.ts'

export interface SettleAsked {
  /** UTC ms, by a clock that is believed. */
  readonly now: number
  readonly policy: ReleasePolicy
  /** Meters are still asked for what came while nobody asked: nothing is estimated meanwhile. Absent where they are not. */
  readonly isCatchingUp?: boolean
  readonly pairs: readonly MeterBoundary[]
}

export interface MeterBoundary {
  readonly meter: BilledMeter
  readonly boundary: number
  /** Judged again even where what is released is the last word: something it rests on may have changed. */
  readonly anew: boolean
  /** Why nothing of the meter is released at present (V-A2); absent where nothing stands against it. */
  readonly heldBack?: string
  /** Why it is billed by no more; absent where it is. Then what is damaged of it is taken back, and nothing else is done. */
  readonly notBilled?: string
}

/** Its latest entry is damaged. */
export interface WithheldBoundary {
  readonly meter: string
  /** UTC ms. */
  readonly boundary: number
}

export interface SettleAnswer {
  /** What became of the pairs, in order, as far as they were dealt with: at least one. */
  readonly outcomes: readonly Outcome[]
  readonly batch: SettledBatch | null
}

/** `final`: not looked at, as its release is the last word. */
export type Outcome = Settled['does'] | 'final'

export interface SettledBatch {
  readonly id: number
  readonly first: number
  readonly last: number
  readonly standings: Partial<Readonly<Record<Standing, number>>>
}

export interface TouchedBoundaries {
  /** Each once. A hint: what is there is read and checked by whoever settles it. */
  readonly touched: readonly { readonly meter: string; readonly boundary: number }[]
  /** All changes up to this number are among them. */
  readonly reached: number
}

/** What somebody has counted of a batch. */
export interface TakenIn {
  readonly hash: string
  readonly releases: number
  readonly totals?: readonly Total[]
}

export interface Total {
  readonly obis: string
  readonly unit: string
  readonly count: number
  /** A decimal. */
  readonly sum: string
}

export interface AcknowledgeAsked {
  readonly batch: number
  /** Name of a key. */
  readonly by: string
  /** UTC ms. */
  readonly at: number
  readonly taken: TakenIn
  /** For the journal, in the same transaction, where it is said for the first time. */
  readonly deed?: Deed
}

/** `at`: when it was said first, and whether that is now. `differs`: what, in words; then nothing is kept. */
export type Acknowledged =
  | { readonly at: number; readonly isNew: boolean }
  | { readonly differs: string }
  | { readonly unknown: true }

export interface Acknowledgement {
  readonly by: string
  /** UTC ms. */
  readonly at: number
}
