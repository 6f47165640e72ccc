/** Keeps the store's house in order while the daemon runs, once a second. */

import type { Clock } from '../core/clock.ts'
import { isPassing } from '../core/faults.ts'
import { SECOND } from '../core/time.ts'
import type { Store } from './store.ts'

export interface TendingParts {
  readonly store: Pick<Store, 'tend'>
  readonly clock: Clock
  /** Whether anything may be removed for its age: our clock must be right for that. */
  readonly mayForget: () => boolean
  readonly sinks: readonly string[]
  readonly broken: (error: unknown) => void
}

const EVERY_MS = SECOND

/** The answer stops it. */
export function startTending({ store, clock, mayForget, sinks, broken }: TendingParts): () => Promise<void> {
  const stopping = new AbortController()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await store.tend({ now: mayForget() ? clock.now() : null, sinks }).catch(laterOrBroken)
      await clock.sleep(EVERY_MS, stopping.signal)
    }
  }

  function laterOrBroken(error: unknown): void {
    if (!isPassing(error)) broken(error)
  }

  const running = run()
  return () => {
    stopping.abort()
    return running
  }
}
