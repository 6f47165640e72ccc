/** What is asked of a meter's load records to fill missed slots of a poll, and what they told of them. */

import type { ReadResult } from '../driver-api/driver.ts'
import type { Cause } from '../reading/expectation.ts'

/** One conversation's worth. Instants are of the meter's clock as if it were right. */
export interface FillAsked {
  /** The slots it is about, oldest and newest. */
  readonly first: number
  readonly last: number
  readonly questions: readonly FillQuestion[]
}

/** So many records from an instant on. */
export interface FillQuestion {
  readonly from: number
  readonly most: number
}

export interface FillTold {
  /** Records by their stamps: null where one gave all that was wanted of it, else why it did not. */
  readonly records: ReadonlyMap<number, Cause | null>
  /** Stretches of the memory in which there are no others, both ends included. */
  readonly read: readonly Stretch[]
  /** Why one of the questions had no proper answer; null where all had. */
  readonly cause: Cause | null
  /** Between records, as they show it. */
  readonly intervalMs: number | null
}

export interface Stretch {
  readonly from: number
  readonly to: number
}

/** What came of a conversation; of one that filled slots, what its records told of them too. */
export interface ReadOrFilled extends ReadResult {
  readonly told?: FillTold
}
