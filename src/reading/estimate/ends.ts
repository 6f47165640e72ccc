/** Between which releases a boundary may be estimated, and why it may not be. */

import { DAY, isoWithOffset } from '../../core/time.ts'
import { isOneSeries } from '../billing/continuity.ts'
import type { Surroundings } from '../billing/gate-facts.ts'
import type { EstimateMethod, Release } from '../billing/release.ts'

/** What is known around a boundary. */
export interface Around
  extends Pick<
    Surroundings,
    'before' | 'after' | 'history' | 'policy' | 'segment' | 'multiplier' | 'previous'
  > {
  /** UTC ms. */
  readonly boundary: number
  readonly offsetMinutes: number
}

export interface Ends {
  readonly from: Release
  /** Null where nothing later is known. */
  readonly to: Release | null
  readonly method: EstimateMethod
  /** Of this meter and multiplier before the boundary, oldest first. */
  readonly history: readonly Release[]
}

export interface Refusal {
  readonly cannot: string
}

/**
 * Between two reads what was estimated in between leaves nothing behind; without a later one each day goes on from the last.
 * Of another meter, or counted otherwise, is as good as none: nothing is concluded across.
 */
export function endsOf(around: Around): Ends | Refusal {
  const { before, after, offsetMinutes } = around
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  if (before === null) return { cannot: 'nothing is released before the boundary' }
  if (before.segment !== around.segment)
    return { cannot: `the meter was exchanged between ${at(before.boundary)} and the boundary` }
  if (!isOneSeries(before, around))
    return {
      cannot: `the multiplier is ${around.multiplier}, and was ${before.multiplier} at ${at(before.boundary)}`,
    }
  const history = historyOf(around, before)
  const last = history.findLast(({ standing }) => standing !== 'estimated')
  if (last === undefined) return { cannot: 'nothing before the boundary is released that is no estimate' }
  const tooLong = whyTooLong(around, last)
  if (tooLong) return { cannot: tooLong }
  return after && isOneSeries(after, around)
    ? { from: last, to: after, method: 'interpolated', history }
    : { from: before, to: null, method: 'like-days', history }
}

function historyOf(around: Around, before: Release): readonly Release[] {
  return [...around.history.filter(one => one.boundary < before.boundary), before].filter(
    one => one.standing !== 'withdrawn' && isOneSeries(one, around),
  )
}

/** Days are counted from the last actual; a meter with fewer boundaries than days may have one of them estimated. */
function whyTooLong({ boundary, previous, policy, offsetMinutes }: Around, last: Release): string | null {
  const most = policy.mostEstimatedDays
  if (most < 1) return 'nothing is estimated, as configured'
  const since = `the last that is no estimate is of ${isoWithOffset(last.boundary, offsetMinutes)}`
  if (boundary - previous > DAY)
    return last.boundary < previous ? `${since}; one period may be estimated, and no second` : null
  const days = Math.ceil((boundary - last.boundary) / DAY)
  return days > most ? `${since}, ${days} days before; at most ${most} days in a row are estimated` : null
}
