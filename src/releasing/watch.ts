/** Looks again and again until it is stopped; what a look could not do is said, and done by the next. */

import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'

export interface Watch {
  start(): void
  stop(): Promise<void>
}

export interface Watching {
  readonly everyMs: number
  readonly look: (stopping: AbortSignal) => Promise<void>
  /** What was not done, in words. */
  readonly undone: string
  readonly clock: Clock
  readonly log: Log
}

export function createWatch({ everyMs, look, undone, clock, log }: Watching): Watch {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look(stopping.signal).catch(error => log.warn({}, `${undone}: ${messageOf(error)}`))
      await clock.sleep(everyMs, stopping.signal)
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
