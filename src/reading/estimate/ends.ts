/** Between which releases a boundary may be estimated, and why it may not be. */

import { DAY, isoWithOffset } from '../../core/time.ts'
import type { Surroundings } from '../billing/gate-facts.ts'
import type { EstimateMethod, Release } from '../billing/release.ts'

/** What is known around a boundary: `after` is the nearest release, or the next that is no estimate. */
export interface Around
  extends Pick<Surroundings, 'before' | 'after' | 'history' | 'policy' | 'segment' | 'multiplier'> {
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
 * Where the later end is no estimate the last before that is none is the earlier one: what was estimated in between leaves
 * nothing behind. What was interpolated is an end as well; what was guessed too, but what lies below is worth no more.
 */
export function endsOf(around: Around): Ends | Refusal {
  const { before, after, offsetMinutes } = around
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  if (before === null) return { cannot: 'nothing is released before the boundary' }
  for (const end of [before, ...(after ? [after] : [])]) {
    if (end.segment !== around.segment)
      return { cannot: `the meter was exchanged between ${at(end.boundary)} and the boundary` }
    if (end.multiplier !== around.multiplier)
      return {
        cannot: `the multiplier is ${around.multiplier}, and was ${end.multiplier} at ${at(end.boundary)}`,
      }
  }
  const history = historyOf(around, before)
  const last = history.findLast(({ standing }) => standing !== 'estimated')
  if (last === undefined) return { cannot: 'nothing before the boundary is released that is no estimate' }
  const tooLong = whyTooLong(around, last, history)
  if (tooLong) return { cannot: tooLong }
  if (after === null) return { from: before, to: null, method: 'like-days', history }
  return {
    from: earlierEnd(history, before, last, after),
    to: after,
    method: isGuess(after) ? 'like-days' : 'interpolated',
    history,
  }
}

function earlierEnd(history: readonly Release[], before: Release, last: Release, after: Release): Release {
  if (after.standing !== 'estimated') return last
  return isGuess(after) ? before : (history.findLast(one => !isGuess(one)) ?? last)
}

/** Made from the past alone: one that was interpolated has an end it cannot leave. */
function isGuess({ standing, registers }: Release): boolean {
  return standing === 'estimated' && registers.some(({ estimate }) => estimate?.method === 'like-days')
}

function historyOf({ history, segment, multiplier }: Around, before: Release): readonly Release[] {
  return [...history.filter(one => one.boundary < before.boundary), before].filter(
    one => one.standing !== 'withdrawn' && one.segment === segment && one.multiplier === multiplier,
  )
}

/** Days are counted from the last actual; a meter released less often than daily may have one of its periods estimated. */
function whyTooLong(
  { boundary, policy, offsetMinutes }: Around,
  last: Release,
  history: readonly Release[],
): string | null {
  const most = policy.mostEstimatedDays
  if (most < 1) return 'nothing is estimated, as configured'
  const since = `the last that is no estimate is of ${isoWithOffset(last.boundary, offsetMinutes)}`
  const away = boundary - last.boundary
  const period = periodOf(history)
  if (period > DAY)
    return Math.round(away / period) > 1 ? `${since}; one period may be estimated, and no second` : null
  const days = Math.ceil(away / DAY)
  return days > most ? `${since}, ${days} days before; at most ${most} days in a row are estimated` : null
}

/** The least between two releases; a day where none have come yet. */
function periodOf(history: readonly Release[]): number {
  const lengths = history.slice(1).map((one, place) => one.boundary - (history[place]?.boundary ?? 0))
  return lengths.length === 0 ? DAY : Math.min(...lengths)
}
