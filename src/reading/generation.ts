/** What may feed in behind a meter, as the meter list says: without a word of it nothing may. */

import { DAY, HOUR, slotOf } from '../core/time.ts'

export const GENERATIONS = ['none', 'solar', 'any'] as const
export type Generation = (typeof GENERATIONS)[number]

/** By the site's clock the sun has set everywhere, and has not risen, in summer and at the edge of a wide zone. */
const DARK_UNTIL_MS = 2.5 * HOUR

/** Whether nothing can be fed in at this instant; null where that depends on what nobody has said. */
export function feedsNothing(
  generation: Generation | undefined,
  instant: number,
  offsetMinutes: number,
): boolean | null {
  if (generation === 'any') return null
  if (generation !== 'solar') return true
  return instant - slotOf(instant, DAY, offsetMinutes) < DARK_UNTIL_MS ? true : null
}
