/** What a customer must be told before a cut, and what is known of its having arrived (P-04, P-05, C-01, C-09). */

/** The first days before, the second shortly before. */
export const WHICH = ['first', 'second'] as const
export type Which = (typeof WHICH)[number]

/** What a channel says; only `delivered` counts. */
export const RESULTS = ['delivered', 'failed', 'unknown'] as const
export type Result = (typeof RESULTS)[number]

/** Given to somebody there, left there, or neither. */
export const VISIT_RESULTS = ['handed', 'posted', 'not-met'] as const
export type VisitResult = (typeof VISIT_RESULTS)[number]

/** Times are UTC ms. */
export interface Notice {
  /** As it is called everywhere; each is required once. */
  readonly id: string
  readonly account: string
  readonly which: Which
  /** The ways the customer can be reached, as the notice service calls them; empty where there is none. */
  readonly channels: readonly string[]
  /** So often each channel is tried. */
  readonly tries: number
  /** Which text, in which version. */
  readonly template: string
  /** The order it belongs to; null of a notice of its own. */
  readonly order: string | null
  readonly requiredAt: number
}

export interface Receipt {
  /** As the channel calls it. */
  readonly receipt: string
  readonly channel: string
  readonly result: Result
  /** When it was so, by the channel. */
  readonly at: number
  /** By our own clock. */
  readonly receivedAt: number
}

export interface Visit {
  readonly visit: string
  /** The notice that was brought; null of a visit for its own sake. */
  readonly notice: string | null
  readonly result: VisitResult
  readonly at: number
  /** Where the photo is kept; null only where nobody was met. */
  readonly photo: string | null
  /** Who was there for us. */
  readonly who: string
}

/** A notice with what came of it. */
export interface NoticeKnown extends Notice {
  readonly receipts: readonly Receipt[]
  readonly visits: readonly Visit[]
  /** When somebody was asked to go there; null where nobody was. */
  readonly visitRequiredAt: number | null
  /** When nothing was owed any more; null where that never was since. */
  readonly clearedAt: number | null
}
