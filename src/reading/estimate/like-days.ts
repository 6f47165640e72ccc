/** What a register usually counts on a day: the mean of like days, of all days where those are too few. */

import { formatScaled } from '../../core/scaled.ts'
import { DAY, MINUTE, slotOf } from '../../core/time.ts'
import type { Release } from '../billing/release.ts'
import type { Around } from './ends.ts'
import { stepsAt, unrolled } from './steps.ts'

/** Most recent like days that make a mean (California, CPUC working group). */
export const LIKE_DAYS = 3

/** Where like days are too few: what the register counted in so long, or in as many stretches as make a mean. */
const RECENT_MS = 28 * DAY

/** Of the boundaries before, so many must have been read, or nothing is concluded from them. */
const LEAST_ACTUAL = 0.5
/** Further back nothing is looked at. */
const MOST_PERIODS = 60

/** Mondays, Tuesdays to Thursdays, Fridays, Saturdays and Sundays are alike (Western Australia's table); 0 is Sunday. */
const LIKE = [0, 1, 2, 2, 2, 5, 6]

/** The first of January 1970. */
const THURSDAY = 4

/** What a register counts on days, in steps: `steps(day) / per` of a step in a millisecond. */
export interface Usual {
  readonly per: bigint
  /** Of the site's day that holds the instant. */
  readonly steps: (instant: number) => bigint
  /** The day's energy as a sum an engineer can recheck, such as "(1.20 + 1.31 + 1.25)/3". */
  readonly inWords: (instant: number) => string
}

interface Stretch {
  readonly from: number
  readonly to: number
  readonly steps: bigint
}

/**
 * The releases that may serve as samples, oldest first; none where too many boundaries since the first of them have none.
 * Counted by the calendar: how many of the rest were estimated depends on the order they came in. `previous` is the
 * boundary before `boundary`.
 */
export function samplesOf(
  history: readonly Release[],
  { boundary, previous }: Pick<Around, 'boundary' | 'previous'>,
): readonly Release[] {
  const every = boundary - previous
  const actual = history.filter(
    ({ standing, boundary: at }) => standing !== 'estimated' && at >= boundary - MOST_PERIODS * every,
  )
  const [first] = actual
  const due = first ? Math.round((boundary - first.boundary) / every) : 0
  return actual.length < due * LEAST_ACTUAL ? [] : actual
}

/** Null where there are too few samples, or where the register fell. `full` is its capacity in steps. */
export function usualOf(
  samples: readonly Release[],
  obis: string,
  { scaler, full, offsetMinutes }: { scaler: number; full: bigint | null; offsetMinutes: number },
): Usual | null {
  const stretches = stretchesOf(samples, obis, scaler, full)
  if (stretches.length < LIKE_DAYS || stretches.some(({ steps }) => steps < 0n)) return null
  const like = likeDaysOf(stretches, offsetMinutes)
  const recent = recentOf(stretches)
  const recentMs = recent.reduce((all, { from, to }) => all + to - from, 0)
  const recentSteps = stepsOf(recent)
  const words = (steps: bigint) => formatScaled({ digits: steps, scaler })
  return {
    per: BigInt(LIKE_DAYS * DAY) * BigInt(recentMs),
    steps: instant => {
      const days = like(instant)
      return days ? stepsOf(days) * BigInt(recentMs) : recentSteps * BigInt(LIKE_DAYS * DAY)
    },
    inWords: instant => {
      const days = like(instant)
      return days
        ? `(${days.map(({ steps }) => words(steps)).join(' + ')})/${LIKE_DAYS}`
        : `${words(recentSteps)}/${recentMs / DAY}`
    },
  }
}

/** The most recent whole days like the one that holds an instant; null where there are too few. */
function likeDaysOf(
  stretches: readonly Stretch[],
  offsetMinutes: number,
): (instant: number) => readonly Stretch[] | null {
  const likeness = (instant: number) => LIKE[weekdayOf(instant, offsetMinutes)]
  const days = stretches.filter(
    ({ from, to }) => to - from === DAY && slotOf(from, DAY, offsetMinutes) === from,
  )
  const byLikeness = Map.groupBy(days, ({ from }) => likeness(from))
  return instant => {
    const like = byLikeness.get(likeness(instant))?.slice(-LIKE_DAYS) ?? []
    return like.length < LIKE_DAYS ? null : like
  }
}

/** Whether the site's days that hold the two are expected to be alike. */
export function areAlike(one: number, other: number, offsetMinutes: number): boolean {
  return LIKE[weekdayOf(one, offsetMinutes)] === LIKE[weekdayOf(other, offsetMinutes)]
}

/** Of the site's day that holds the instant; 0 is Sunday. */
export function weekdayOf(instant: number, offsetMinutes: number): number {
  return (Math.floor((instant + offsetMinutes * MINUTE) / DAY) + THURSDAY) % 7
}

/** Between neighbours of one multiplier and meter that both have the register. */
function stretchesOf(
  samples: readonly Release[],
  obis: string,
  scaler: number,
  full: bigint | null,
): readonly Stretch[] {
  return samples.slice(1).flatMap((to, place): Stretch[] => {
    const from = samples[place]
    const ends = [from, to].map(one => one?.registers.find(register => register.obis === obis))
    const [start, end] = ends.map(one => (one ? stepsAt(one.value, scaler) : null))
    if (from === undefined || start == null || end == null) return []
    return [{ from: from.boundary, to: to.boundary, steps: (unrolled(start, end, full) ?? end) - start }]
  })
}

function recentOf(stretches: readonly Stretch[]): readonly Stretch[] {
  const last = stretches.at(-1)
  const recent = stretches.filter(({ from }) => last !== undefined && from >= last.to - RECENT_MS)
  return recent.length < LIKE_DAYS ? stretches.slice(-LIKE_DAYS) : recent
}

function stepsOf(stretches: readonly Stretch[]): bigint {
  return stretches.reduce((all, { steps }) => all + steps, 0n)
}
