/** Looks again and again; what a look could not do is said, and done by the next. */

import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { createLooking, type Looking, type LookingParts } from '../core/looking.ts'

export interface WatchParts extends Pick<LookingParts, 'clock'> {
  readonly everyMs: number
  readonly look: (stopping: AbortSignal) => Promise<void>
  /** What was not done, in words. */
  readonly undone: string
  readonly log: Log
}

export function createWatch({ everyMs, look, undone, clock, log }: WatchParts): Looking {
  return createLooking({
    async look(stopping) {
      await look(stopping)
      return everyMs
    },
    failed(error) {
      log.warn({}, `${undone}: ${messageOf(error)}`)
      return everyMs
    },
    clock,
  })
}
