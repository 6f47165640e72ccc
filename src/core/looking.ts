/** What is done over and over until it is stopped; one that fails is told, and tried again. */

import type { Clock } from './clock.ts'

export interface Looking {
  start(): void
  /** Resolves when the look under way has come to its end. */
  stop(): Promise<void>
}

export interface LookingParts {
  /** Resolves with how long to wait before the next, ms. */
  readonly look: (stopping: AbortSignal) => Promise<number>
  /** Tells why one could not be done; answers how long to wait before the next, ms. */
  readonly failed: (error: unknown) => number
  readonly clock: Pick<Clock, 'sleep'>
}

export function createLooking({ look, failed, clock }: LookingParts): Looking {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const waitMs = await look(stopping.signal).catch(failed)
      if (waitMs > 0) await clock.sleep(waitMs, stopping.signal)
    }
  }

  return {
    start() {
      running = run()
    },
    stop() {
      stopping.abort()
      return running
    },
  }
}
