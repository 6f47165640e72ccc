/** What has been released to bill by: the book's entries. Entries are added, never changed (docs/api.md). */

import type { Scaled } from '../../core/scaled.ts'
import type { Doubt } from './billing-read.ts'

/**
 * What one meter's registers were at one boundary, as released. The latest version counts; those before it are
 * superseded. A `withdrawn` one takes back what was
 * released: an estimate by rule, where what was read since has overtaken it, anything else by a person's word alone.
 */
export interface Release {
  readonly meter: string
  /** UTC ms. */
  readonly boundary: number
  /** 1, 2, … of this meter and boundary. */
  readonly version: number
  readonly standing: Standing
  /** In order of OBIS. */
  readonly registers: readonly ReleasedRegister[]
  /** Registers needed and not released, because their split is in doubt. */
  readonly withheld: readonly string[]
  /** What the meter's own counts have been multiplied with, an exact decimal; '1' for a meter without transformers. */
  readonly multiplier: string
  /** Begins anew, from 1, with each exchange of the meter: no difference is made across. */
  readonly segment: number
  /** Of the first boundary of a series that is not the first in its place; absent of any other. */
  readonly opening?: Opening
  /** What was still to be said of it, such as what a witness lacked; nothing that stands against it. */
  readonly remarks: readonly Doubt[]
  /** When it was released, UTC ms: the second of its two times. */
  readonly recordedAt: number
  /** 'rule', or who decided. */
  readonly by: string
}

/** The final read of a series and the initial read of the next: of another meter, or with other transformers. */
export interface Opening {
  readonly final: SeriesEnd
  readonly initial: SeriesEnd
}

/** What was read of a series last, or first, and confirmed as what is released is. */
export interface SeriesEnd {
  /** UTC ms. */
  readonly at: number
  readonly segment: number
  readonly multiplier: string
  /** In order of OBIS. */
  readonly registers: readonly Pick<ReleasedRegister, 'obis' | 'value' | 'unit' | 'reading'>[]
}

/** `totals-only`: the split into tariffs is in doubt. `estimated`: at least one register is. */
export type Standing = 'actual' | 'totals-only' | 'estimated' | 'edited' | 'withdrawn'

export interface ReleasedRegister {
  readonly obis: string
  readonly value: Scaled
  readonly unit: string
  /** The reading it is; null where it is estimated or a person's. */
  readonly reading: string | null
  /** IEC 61968-9. */
  readonly codes: readonly string[]
  /** What confirmed it (PR-41), the strongest first; empty where nothing could, and the release is then an estimate's or a person's. */
  readonly witnesses: readonly Witness[]
  /** Null for a reading. */
  readonly estimate: Estimate | null
  /** What it had counted full when it began again at zero since the release before; absent where it did not. */
  readonly rolledOver?: Scaled
}

/** A redundancy that agrees with a value, and could have disagreed. */
export interface Witness {
  readonly by: WitnessKind
  /** Values and times it rests on, in words an engineer can check. */
  readonly evidence: string
}

/**
 * `second-read` (V-W1): asked again by itself, the meter said the same. `register-around`: the running register stood on
 * either side, not long before and after. `freezes-around`: so did the meter's memories of other boundaries. `tariffs`: a
 * total and its tariffs make one sum. Each of the first two is enough to bill by; the others add to it.
 */
export type WitnessKind = 'second-read' | 'register-around' | 'freezes-around' | 'tariffs'

export interface Estimate {
  readonly method: EstimateMethod
  /** What it rests on: boundaries, weights, in words an engineer can check. */
  readonly evidence: string
}

/** In the order of preference of what a billing read may be estimated by. */
export type EstimateMethod = 'interpolated' | 'like-days' | 'zero-with-proof'

/** When what is good becomes final, and what happens where nothing is. */
export interface ReleasePolicy {
  /** After the boundary, ms: late data still counts until then. */
  readonly settleMs: number
  /** Days in a row that may be estimated; 0 estimates nothing. */
  readonly mostEstimatedDays: number
  /** A released value may be replaced without a person's word by one at most so far from it, in percent or units. */
  readonly replacePercent: number
  readonly replaceUnits: number
}

export const USUAL_POLICY: ReleasePolicy = {
  settleMs: 24 * 3_600_000,
  mostEstimatedDays: 3,
  replacePercent: 1,
  replaceUnits: 1,
}
