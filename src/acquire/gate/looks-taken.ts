/** The looks at a meter that waits at the gate: as many, and as old, as say anything. */

import { DAY, SECOND } from '../../core/time.ts'
import type { RawRead } from '../../driver-api/driver.ts'
import type { Point } from '../../driver-api/profile.ts'

/** All of a meter, read in one go at a moment, UTC ms. */
export interface LookTaken {
  readonly at: number
  readonly reads: readonly RawRead[]
}

/** What the plausibility checks make of some looks. */
export interface LooksJudged {
  /** In words, with the numbers; empty when no check fails. */
  readonly fails: readonly string[]
  /** Points a check has shown to be right. */
  readonly proven: ReadonlySet<Point>
  /** What each check said, and on what each energy register that is proven rests. */
  readonly evidence: readonly string[]
}

/** Looks nearer to each other tell nothing new. */
const LEAST_BETWEEN_MS = 10 * SECOND
/** A check that has failed counts for a day, and so long it may take to see every register move. */
const LOOKS_LAST_MS = DAY
const MOST_LOOKS = 120

export function isTooSoon(looks: readonly LookTaken[], now: number): boolean {
  const last = looks.at(-1)
  return last !== undefined && Math.abs(now - last.at) < LEAST_BETWEEN_MS
}

/** With one more, without what is too old; where they are too many the first, the last, and every second of the others. */
export function withLook(
  looks: readonly LookTaken[],
  at: number,
  reads: readonly RawRead[],
): readonly LookTaken[] {
  // Their frames are kept with the round; here they would only fill memory.
  const taken = { at, reads: reads.map(one => ({ ...one, frames: [] })) }
  const all = [...looks.filter(({ at }) => Math.abs(taken.at - at) <= LOOKS_LAST_MS), taken]
  return all.length <= MOST_LOOKS ? all : all.filter((_, at) => at % 2 === 0 || at === all.length - 1)
}
