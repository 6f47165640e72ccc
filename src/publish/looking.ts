/** What a desk does over and over until it is stopped: what fails is tried again, and said where it does not pass by itself. */

import type { Clock } from '../core/clock.ts'
import { isPassing } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { SECOND } from '../core/time.ts'

export const LOOKED_EVERY_MS = 5 * SECOND

export interface Looking {
  start(): void
  stop(): Promise<void>
}

export interface LookingParts {
  /** Resolves with how long to wait before the next, ms. */
  readonly look: () => Promise<number>
  /** What it comes to where a look fails. */
  readonly failing: string
  readonly clock: Clock
  readonly log: Log
}

export function createLooking({ look, failing, clock, log }: LookingParts): Looking {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const waitMs = await look().catch(error => {
        if (!isPassing(error)) log.error({ sinkId: 'mqtt' }, `mqtt: ${failing}: ${String(error)}`)
        return LOOKED_EVERY_MS
      })
      if (waitMs > 0) await clock.sleep(waitMs, stopping.signal)
    }
  }

  return {
    start() {
      running = run()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
