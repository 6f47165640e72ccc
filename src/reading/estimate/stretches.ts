/** What a register counted from one read to the next. */

import { onlyGrows } from '../../core/obis.ts'
import type { Scaled } from '../../core/scaled.ts'
import { SECOND } from '../../core/time.ts'
import { stepsAt, unrolled } from './steps.ts'

/** A good value of the register. */
export interface RegisterRead {
  /** When it was true, UTC ms. */
  readonly at: number
  readonly value: Scaled
  /** By the meter's clock, which wrote it down; else by ours. */
  readonly stamped: boolean
}

/** The register that is read. */
export interface Course {
  readonly obis: string
  /** Where the register rolls over, exclusive; null when unknown. */
  readonly capacity: Scaled | null
}

export interface Stretch {
  readonly from: RegisterRead
  readonly to: RegisterRead
  /** Steps of 10^scaler; null where nobody can say. */
  readonly steps: bigint | null
  /** By how much the meter's clock was set meanwhile, where both its stamps rest on it, ms; 0 where it was not. */
  readonly setMs: number
}

/** A clock that drifts as it may (a second a day) needs a month for it. */
const SET_BEYOND_MS = 30 * SECOND

/** Of reads in order of time. */
export function stretchesOf(
  reads: readonly RegisterRead[],
  course: Course,
  scaler: number,
  deviationAt: (instant: number) => number | null,
): readonly Stretch[] {
  return reads.slice(1).flatMap((to, place) => {
    const from = reads[place]
    return from
      ? [{ from, to, steps: flowed(from, to, course, scaler), setMs: clockSet(from, to, deviationAt) }]
      : []
  })
}

/** Null where a register that only grows has fallen, or a value is finer than the steps. */
export function flowed(
  earlier: RegisterRead,
  later: RegisterRead,
  { obis, capacity }: Course,
  scaler: number,
): bigint | null {
  const [from, to] = [stepsAt(earlier.value, scaler), stepsAt(later.value, scaler)]
  if (from === null || to === null) return null
  if (!onlyGrows(obis)) return to - from
  const end = unrolled(from, to, capacity && stepsAt(capacity, scaler))
  return end === null ? null : end - from
}

/** By how much the meter's clock was set between two values of which one rests on it; forward is above 0. */
export function clockSet(
  earlier: RegisterRead,
  later: RegisterRead,
  deviationAt: (instant: number) => number | null,
): number {
  if (!earlier.stamped && !later.stamped) return 0
  const [before, after] = [deviationAt(earlier.at), deviationAt(later.at)]
  if (before === null || after === null) return 0
  return Math.abs(after - before) <= SET_BEYOND_MS ? 0 : after - before
}

/** The finest power of ten among them. */
export function finestOf(reads: readonly RegisterRead[]): number {
  return reads.reduce((finest, { value }) => Math.min(finest, value.scaler), 0)
}

/** Of several reads near the same end of an interval the nearest, by that end. */
export function nearestToEnds(
  reads: readonly RegisterRead[],
  endNear: (instant: number) => number,
  withinMs: number,
): ReadonlyMap<number, RegisterRead> {
  const nearest = new Map<number, RegisterRead>()
  for (const read of reads) {
    const end = endNear(read.at)
    const other = nearest.get(end)?.at ?? Number.POSITIVE_INFINITY
    const away = Math.abs(read.at - end)
    if (away <= withinMs && away < Math.abs(other - end)) nearest.set(end, read)
  }
  return nearest
}
