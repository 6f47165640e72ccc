/** What the billing gate is given beside the readings of the boundary itself, and what it answers. */

import type { BillingVerdict, Doubt, KeptReading } from './billing-read.ts'
import type { Opening, Release, ReleasePolicy } from './release.ts'

export interface Surroundings {
  /** UTC ms, by a clock that is trusted. */
  readonly now: number
  readonly policy: ReleasePolicy
  /** The meter is still asked for what came while nobody asked: then nothing is estimated. */
  readonly isCatchingUp?: boolean
  /** Latest version of this boundary; null before the first, and where it is damaged. */
  readonly released: Release | null
  /** Its number, where the latest version is damaged and withheld; `released` is then null. Absent where it is not. */
  readonly damaged?: number
  /** Why the boundary is billed by no more; absent where it is. */
  readonly notBilled?: string
  /** Latest version of the nearest boundary before; withdrawn ones are passed over, here and below. */
  readonly before: Release | null
  /** Likewise of the nearest after that is no estimate: what follows from estimates depends on the order they came in. */
  readonly after: Release | null
  /** Latest versions of the boundaries before, oldest first, at most sixty: what estimates rest on. */
  readonly history: readonly Release[]
  /**
   * Freezes and polls of the needed registers within 36 hours on either side, without those of the boundary, and of the
   * meter of this segment alone: what another counted in its place speaks neither for nor against.
   */
  readonly beside: readonly KeptReading[]
  /** Of the meter of this segment. Null where it tells nothing by which it could be known. */
  readonly audits: { readonly before: Audit | null; readonly after: Audit | null } | null
  /** The boundary of this meter before this one, by its calendar, whether anything is known of it or not. UTC ms. */
  readonly previous: number
  /** In force by the configuration for registers of energy, an exact decimal. */
  readonly multiplier: string
  /** Why nothing at all is released of this meter at present (V-A2); null where nothing stands against it. */
  readonly heldBack: string | null
  /** Number of the meter in this place: one more with each exchange a person confirmed. */
  readonly segment: number
  /** Why none can say which meter's the boundary is; absent where that is known. */
  readonly unplaced?: string
  /** Of a boundary before which nothing of its series is released: where the series began, and the one before ended. */
  readonly opening?: Opening | null
  /** Of the site, minutes east of UTC: which day of the week a boundary begins. */
  readonly offsetMinutes: number
}

/** The meter was asked who it is (V-I2). */
export interface Audit {
  readonly meter: string
  /** UTC ms. */
  readonly at: number
  /** `same` as the archive or the audit before says; `other`: another number, constant or date of making. */
  readonly found: 'same' | 'other'
  /** What differs, or what agreed, in words. */
  readonly evidence: string
}

/** What becomes of a meter at a boundary. */
export type Settled =
  /** Nothing new: it is released as it should be, or cannot be yet. */
  | { readonly does: 'nothing'; readonly verdict: BillingVerdict }
  | {
      readonly does: 'release'
      readonly verdict: BillingVerdict
      readonly release: Omit<Release, 'recordedAt'>
    }
  /** Stands against release, or against replacing what is released, until data or a person settle it. */
  | { readonly does: 'hold'; readonly verdict: BillingVerdict; readonly doubts: readonly Doubt[] }
