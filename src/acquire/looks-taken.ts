/** The looks at a meter that waits at the gate: as many, and as old, as say anything. */

import { DAY, SECOND } from '../core/time.ts'
import type { RawRead } from '../driver-api/driver.ts'

/** All of a meter, read in one go at a moment, UTC ms. */
export interface LookTaken {
  readonly at: number
  readonly reads: readonly RawRead[]
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

/** Without what is too old; where they are too many the first, the last, and every second of the others. */
export function withLook(looks: readonly LookTaken[], taken: LookTaken): readonly LookTaken[] {
  const all = [...looks.filter(({ at }) => Math.abs(taken.at - at) <= LOOKS_LAST_MS), taken]
  return all.length <= MOST_LOOKS ? all : all.filter((_, at) => at % 2 === 0 || at === all.length - 1)
}
