/** What the store is asked to settle, and what it answers. */

import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import type { Settled } from '../../reading/billing/gate-facts.ts'
import type { ReleasePolicy, Standing } from '../../reading/billing/release.ts'

export interface SettleAsked {
  /** UTC ms, by a clock that is believed. */
  readonly now: number
  readonly policy: ReleasePolicy
  readonly pairs: readonly MeterBoundary[]
}

export interface MeterBoundary {
  readonly meter: BilledMeter
  readonly boundary: number
  /** Judged again even where what is released is the last word: something it rests on may have changed. */
  readonly anew: boolean
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
