/** How long answers take, in a histogram of few numbers: for people, for metrics, and for how long to wait. */

/** Upper bounds, ms; what takes longer counts to the last. */
export const RESPONSE_BOUNDS_MS = [
  10, 20, 30, 50, 75, 100, 150, 200, 300, 450, 700, 1_000, 1_500, 2_500, 5_000, 10_000, 30_000, 90_000,
] as const
/** Where old answers fade, so many are remembered. */
const REMEMBERED = 1_000

/** Each is the bound of the bucket the share falls into, ms. */
export interface ResponseQuantiles {
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

export interface ResponseTimes {
  note(ms: number): void
  readonly count: number
  readonly sumMs: number
  /** Answers in each bucket, in the order of the bounds. */
  readonly buckets: ArrayLike<number>
  /** The bound below which this share of the answers lies, ms; 0 before the first. */
  quantile(share: number): number
  /** Null before the first answer. */
  quantiles(): ResponseQuantiles | null
}

/** `fades`: a meter that has changed is known again after some hundred answers; else counts only grow. */
export function createResponseTimes(fades: boolean): ResponseTimes {
  const buckets = new Uint32Array(RESPONSE_BOUNDS_MS.length)
  let count = 0
  let sumMs = 0

  function quantile(share: number): number {
    if (count === 0) return 0
    let below = 0
    const place = buckets.findIndex(inBucket => {
      below += inBucket
      return below >= share * count
    })
    return RESPONSE_BOUNDS_MS[place] ?? 0
  }

  /** Small buckets empty, large ones stay in proportion. */
  function fade(): void {
    count = 0
    for (let place = 0; place < buckets.length; place += 1) {
      buckets[place] = (buckets[place] ?? 0) >> 1
      count += buckets[place] ?? 0
    }
  }

  return {
    note(ms) {
      const place = RESPONSE_BOUNDS_MS.findIndex(bound => ms <= bound)
      const bucket = place === -1 ? buckets.length - 1 : place
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
      count += 1
      sumMs += ms
      if (fades && count >= REMEMBERED) fade()
    },
    get count() {
      return count
    },
    get sumMs() {
      return sumMs
    },
    buckets,
    quantile,
    quantiles: () => (count === 0 ? null : { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) }),
  }
}
