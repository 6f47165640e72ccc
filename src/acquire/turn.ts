/** Whose turn it is on a line: of all meters that are due, the one whose waiting costs least is asked last. */

import { DAY, MINUTE } from '../core/time.ts'
import type { Job } from './agenda.ts'
import type { Patience } from './patience.ts'

/** A silent meter gives way to all others that are due, but no longer than this beyond its pause. */
const GIVES_WAY_MS = 15 * MINUTE
/** Half of a slow meter's answers take longer than this, four times what the standards' quickest take with a margin. */
const SLOW_MS = 200

export interface Waiting {
  readonly job: Job
  readonly patience: Pick<Patience, 'lastAskedAt' | 'notBefore' | 'isSilent'>
  /** What half of its answers take at most, ms. */
  readonly typicalMs: number
}

/** Compared number by number; the smaller comes first. */
export type Place = readonly number[]

/**
 * Those that answer before those that did not, today's freezes before all else, who missed a turn before who did not, quick
 * ones before slow ones, and then whoever has waited longest. So a round of the healthy is not longer for the sick; where
 * a line has too much to do, each misses a turn before any misses two.
 */
export function placeOf({ job, patience, typicalMs }: Waiting, monotonic: number): Place {
  const gaveWay = monotonic - patience.notBefore > GIVES_WAY_MS
  return [
    patience.isSilent && !gaveWay ? 1 : 0,
    job.kind === 'freeze' && job.nth === 1 ? 0 : 1,
    missedTurn(job, patience.lastAskedAt) ? 0 : 1,
    typicalMs > SLOW_MS ? 1 : 0,
    patience.lastAskedAt ?? 0,
  ]
}

export function isBefore(place: Place, other: Place): boolean {
  const differs = place.findIndex((each, index) => each !== other[index])
  return (place[differs] ?? 0) < (other[differs] ?? 0)
}

/** It was not asked in the whole period before this one. */
function missedTurn(job: Job, lastAskedAt: number | null): boolean {
  if (lastAskedAt === null) return false
  return job.kind === 'poll' ? lastAskedAt < job.slot - job.poll.everyMs : lastAskedAt < job.boundary - DAY
}
