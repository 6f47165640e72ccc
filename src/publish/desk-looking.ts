/** How often desks look for what is to be told, and what they say where they cannot. */

import { isPassing } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { createLooking, type Looking, type LookingParts } from '../core/looking.ts'
import { SECOND } from '../core/time.ts'

export const LOOKED_EVERY_MS = 5 * SECOND

export interface DeskLookingParts extends Pick<LookingParts, 'look' | 'clock'> {
  /** What it comes to where a look fails. */
  readonly failing: string
  readonly log: Log
}

export function createDeskLooking({ look, failing, clock, log }: DeskLookingParts): Looking {
  const failed = (error: unknown) => {
    if (!isPassing(error)) log.error({ sinkId: 'mqtt' }, `mqtt: ${failing}: ${String(error)}`)
    return LOOKED_EVERY_MS
  }
  return createLooking({ look, failed, clock })
}
