/** How fast a meter's clock runs away, by what was measured of it over days (B-04). */

import { DAY, NO_DATE_MS, SECOND } from '../../core/time.ts'
import { median, robustDeviation } from '../rules/period/like-days.ts'

export interface ClockMeasured {
  /** UTC ms. */
  readonly measuredAt: number
  /** The meter's clock minus ours. */
  readonly deviationMs: number
}

export interface ClockRate {
  /** Gaining is positive. */
  readonly secondsADay: number
  /** Standard error of it. */
  readonly uncertain: number
  /** What it rests on: measurements since the clock was last set. */
  readonly from: number
  readonly to: number
  readonly samples: number
}

/** Clocks show whole seconds: over less than a day the last of them decides. */
const LEAST_SPAN_MS = DAY
const LEAST_SAMPLES = 8
/** A clock that moves further against ours from one measurement to the next was set; crystals lose seconds a day. */
const SET_MS = 4 * SECOND
const SET_A_DAY_MS = 60 * SECOND
/** Standard error of a median in those of a mean, of a normal spread. */
const OF_MEDIAN = 1.2533

/** Of measurements in order of time; null where there are too few since the clock was set, or over too short a time. */
export function clockRateOf(measured: readonly ClockMeasured[]): ClockRate | null {
  const since = sinceSet(measured.filter(({ deviationMs }) => Math.abs(deviationMs) < NO_DATE_MS))
  const [first, last] = [since[0], since.at(-1)]
  if (!first || !last || since.length < LEAST_SAMPLES || last.measuredAt - first.measuredAt < LEAST_SPAN_MS)
    return null
  // Each with the one half the list later: far apart, and none decides alone.
  const half = since.length >> 1
  const rates = since.slice(half).map((later, nth) => rateBetween(since[nth] ?? first, later))
  const secondsADay = median(rates)
  return {
    secondsADay,
    uncertain: (OF_MEDIAN * robustDeviation(rates, secondsADay)) / Math.sqrt(rates.length),
    from: first.measuredAt,
    to: last.measuredAt,
    samples: since.length,
  }
}

function rateBetween(earlier: ClockMeasured, later: ClockMeasured): number {
  const days = (later.measuredAt - earlier.measuredAt) / DAY
  return (later.deviationMs - earlier.deviationMs) / SECOND / days
}

function sinceSet(measured: readonly ClockMeasured[]): readonly ClockMeasured[] {
  const set = measured.findLastIndex((one, nth) => {
    const before = measured[nth - 1]
    if (!before) return false
    const days = (one.measuredAt - before.measuredAt) / DAY
    return Math.abs(one.deviationMs - before.deviationMs) > SET_MS + SET_A_DAY_MS * days
  })
  return measured.slice(Math.max(0, set))
}
