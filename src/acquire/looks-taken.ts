/** Looks at a whole meter, kept while they may show something. */

import { DAY } from '../core/time.ts'
import type { RawRead } from '../driver-api/driver.ts'

/** All of a meter, read in one go at a moment, UTC ms. */
export interface LookTaken {
  readonly at: number
  readonly reads: readonly RawRead[]
}

/** A check that has failed counts for a day, and so long it may take to see every register move. */
const LOOKS_LAST_MS = DAY
const MOST_LOOKS = 120

/** With one more. Its frames are kept with the round; here they would only fill memory. */
export function withLook(
  looks: readonly LookTaken[],
  at: number,
  reads: readonly RawRead[],
): readonly LookTaken[] {
  const recent = looks.filter(look => Math.abs(at - look.at) <= LOOKS_LAST_MS)
  return thinned([...recent, { at, reads: reads.map(one => ({ ...one, frames: [] })) }])
}

/** The first, the last, and every second of the others where they are too many. */
function thinned(looks: readonly LookTaken[]): readonly LookTaken[] {
  return looks.length <= MOST_LOOKS ? looks : looks.filter((_, at) => at % 2 === 0 || at === looks.length - 1)
}
