/** Whose turn it is on a line: of all meters that are due, the one whose waiting costs least is asked last. */

import { MINUTE } from '../core/time.ts'
import type { Job } from './job.ts'
import { type Due, type Place, RANK } from './ledger.ts'
import type { Patience } from './patience.ts'

/** The sick give way to the healthy that are due, for one of their own periods, but no longer than this, */
const GIVES_WAY_MS = 15 * MINUTE
/** and no shorter: each time they have their turn they may cost the line a second. */
const GIVES_WAY_LEAST_MS = MINUTE
/** Where half of a meter's answers take longer than this it is slow; most take 20 to 50. */
const SLOW_MS = 200

export interface Waiting extends Due {
  readonly patience: Pick<Patience, 'lastAskedAt' | 'notBefore' | 'isSilent'>
  /** What half of its answers take at most, ms. */
  readonly typicalMs: number
  /** The port is set for it (batch.ts). */
  readonly goesOn: boolean
}

export interface Moment {
  /** UTC, and monotonic. */
  readonly now: number
  readonly monotonic: number
}

/**
 * Those that answer before those that did not, quick ones before slow ones, today's freezes before all else, who missed a
 * turn before who did not, whom the port is set for, registers before what is true for a moment, the earlier deadline, and
 * then whoever has waited longest. So a round
 * of the healthy is no longer for the sick; where a line has too much to do, each misses a turn before any misses two.
 */
export function placeOf(
  { job, rank, order, missedSince, isInstantaneous, patience, typicalMs, goesOn }: Waiting,
  { now, monotonic }: Moment,
): Place {
  const missed = missedSince !== null
  const since = job.kind === 'freeze' ? job.boundary : job.slot
  const isOverdue = rank !== RANK.catchingUp && (missed || now - since >= GIVES_WAY_MS)
  return [
    rank === RANK.quiet ? 1 : 0,
    patience.isSilent && monotonic - patience.notBefore < givesWayMs(job) ? 1 : 0,
    typicalMs > SLOW_MS && !isOverdue ? 1 : 0,
    rank,
    missed ? 0 : 1,
    goesOn ? 0 : 1,
    isInstantaneous && !missed ? 1 : 0,
    missedSince ?? 0,
    order,
    patience.lastAskedAt ?? 0,
  ]
}

function givesWayMs(job: Job): number {
  return job.kind === 'poll'
    ? Math.min(GIVES_WAY_MS, Math.max(GIVES_WAY_LEAST_MS, job.poll.everyMs))
    : GIVES_WAY_MS
}
