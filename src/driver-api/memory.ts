/** What meters remember beyond freezes: load records and events, each with the meter's own times. */

import type { MeterTime } from '../core/time.ts'
import type { DecodedPoint, Frame } from './frame.ts'
import type { Refusal } from './value.ts'

export interface LoadRecordsAsked {
  /** Which end of the memory, or the first moment wanted, by the meter's clock. */
  readonly from: 'earliest' | 'latest' | MeterTime
  readonly most: number
  /** One class of values, 1 to 6; 0 all of them. */
  readonly class: 0 | LoadClass
}

export type LoadClass = 1 | 2 | 3 | 4 | 5 | 6

export interface LoadRecord {
  readonly at: MeterTime | null
  readonly points: readonly DecodedPoint[]
  /** Those of the answer it came in, the first one first; absent where it was decoded by itself. */
  readonly frames?: readonly Frame[]
  /** The meter itself marks the record as bad, or its own checksum does not fit. */
  readonly fault: Refusal | null
}

export interface LoadRecordsRead {
  readonly records: readonly LoadRecord[]
  readonly refused: Refusal | null
  /** False when the meter fell silent before the end, or its records do not tell whether more are kept. */
  readonly isWhole: boolean
  readonly frames: readonly Frame[]
}

export interface EventsAsked {
  /** As the driver's table names the class of events: "cover-opening", "voltage-loss-A". */
  readonly event: string
  /** How many records back at most, the latest first. */
  readonly most: number
}

export interface EventRecord {
  /** 1 is the latest. */
  readonly nth: number
  readonly startedAt: MeterTime | null
  readonly endedAt: MeterTime | null
  readonly points: readonly DecodedPoint[]
  readonly fault: Refusal | null
}

export interface EventsRead {
  /** How many the meter counted in all; null where it did not say. */
  readonly count: number | null
  readonly records: readonly EventRecord[]
  readonly refused: Refusal | null
  readonly isWhole: boolean
  readonly frames: readonly Frame[]
}
