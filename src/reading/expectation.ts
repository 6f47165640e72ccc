/** What a meter is expected to give and has not: periods of a plan, each with its cause. A missing read is a row (PR-04). */

import type { FaultCode } from '../core/faults.ts'

/**
 * Why a period has no reading: the fault met last, or what is nobody's fault. `OFF`: no daemon ran · `CLOCK`: ours was not
 * to be believed · `NOT_ASKED`: the line was busy until the end · `HELD_APART`: all of it is in quarantine · `NOT_WANTED`:
 * the configuration stopped asking before it came.
 */
export type Cause = FaultCode | 'OFF' | 'CLOCK' | 'NOT_ASKED' | 'HELD_APART' | 'NOT_WANTED'

/**
 * `open`: the meter may still hold it · `missed`: it is past · `rejected`: the meter answered, and nothing of it was a
 * reading · `filled`: what was said of it before no longer holds.
 */
export type GapState = 'open' | 'missed' | 'rejected' | 'filled'

/** Slots `first` to `last` of a plan, which had the same fate. UTC ms. */
export interface Gap {
  readonly plan: string
  readonly first: number
  readonly last: number
  readonly state: GapState
  readonly cause: Cause
  /** How often each was asked for at most, and when last. */
  readonly tries: number
  readonly triedAt: number | null
}

/** Neighbours of one fate become one range. In order of their slots, of one plan. */
export function joined(gaps: readonly Gap[], everyMs: number): readonly Gap[] {
  const ranges: Gap[] = []
  for (const gap of gaps) {
    const before = ranges.at(-1)
    if (before && isOneFate(before, gap) && before.last + everyMs === gap.first)
      ranges[ranges.length - 1] = together(before, gap)
    else ranges.push(gap)
  }
  return ranges
}

export function isOneFate(a: Gap, b: Gap): boolean {
  return a.state === b.state && a.cause === b.cause
}

/** Two ranges of one fate that touch. */
export function together(a: Gap, b: Gap): Gap {
  return {
    ...a,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    tries: Math.max(a.tries, b.tries),
    triedAt: a.triedAt === null ? b.triedAt : Math.max(a.triedAt, b.triedAt ?? 0),
  }
}
