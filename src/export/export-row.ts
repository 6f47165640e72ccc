/** What exported rows are made of: the latest releases of a meter in order of boundary, and intervals of its registers. */

import type { Scaled } from '../core/scaled.ts'
import type { Period } from '../reading/billing/periods.ts'
import type { Entry } from '../store/book/entry.ts'

/** How a meter is called in other people's books; empty where nobody has said. Strings: leading zeros stay. */
export interface Place {
  readonly account: string
  readonly point: string
  readonly meterNumber: string
  readonly assetNumber: string
}

/** Whose a meter was in a part of a period; half-open, UTC ms. */
export interface Held extends Pick<Place, 'account' | 'point'> {
  readonly from: number
  readonly to: number
}

/** What a register counted past boundaries that were released without it, and the release it begins with. */
export interface PastRow {
  readonly previous: Entry
  readonly period: Period
}

/** One release, and the period that ends with it; null for the first of a meter. */
export interface ReleasedRow {
  readonly place: Place
  /** Who had the meter in the period, in order, where it was not one account and point all the time; else empty. */
  readonly held: readonly Held[]
  readonly release: Entry
  readonly previous: Entry | null
  readonly period: Period | null
  readonly past: readonly PastRow[]
}

/** What one register counted in equal intervals of one day by the site's fixed offset, in order, without holes. */
export interface IntervalDay {
  readonly place: Place
  readonly meter: string
  readonly obis: string
  readonly unit: string
  /** UTC ms at which the day begins; its intervals are start-stamped, half-open. */
  readonly from: number
  readonly everyMs: number
  readonly intervals: readonly ExportedInterval[]
}

export interface ExportedInterval {
  readonly mark: 'measured' | 'estimated' | 'missing'
  /** Null where it is missing. */
  readonly value: Scaled | null
  /** 'linear' or 'like-days' where it is estimated. */
  readonly method: string | null
}

export interface ExportAbout {
  readonly gateway: string
  readonly offsetMinutes: number
  /** UTC ms, the latest recordedAt of what is exported and never now: the same data are the same bytes. */
  readonly asOf: number
  /** Names the batch: what an importer knows a repetition by. */
  readonly batchId: string
}

/** Writes a file in pieces: what stands before, one piece for each row, what stands after. Deterministic. */
export interface ExportFormat<Row> {
  readonly name: string
  readonly mediaType: string
  readonly extension: string
  /** Rows it has words for; absent where it has for all. The others are not in the file, nor in its control totals. */
  readonly takes?: (row: Row) => boolean
  /** Lengths of intervals it has words for; absent where it has for all. */
  readonly minutes?: readonly number[]
  /** True where a file is of one meter, which has to be named. */
  readonly isOfOneMeter?: boolean
  /** Where the format says how its files are called. */
  readonly fileName?: (about: ExportAbout) => string
  begin(about: ExportAbout): FormatWriter<Row>
}

export interface FormatWriter<Row> {
  head(): string
  put(row: Row): string
  tail(): string
}
