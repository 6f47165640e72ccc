/** Has accounts charged for what is released, as soon as it is. What is charged is decided in the store's thread (src/store/ledger/charger.ts). */

import type { Clock } from '../core/clock.ts'
import { isPassing } from '../core/faults.ts'
import type { Gong } from '../core/gong.ts'
import { MINUTE } from '../core/time.ts'
import type { Store } from '../store/store.ts'

export interface ChargingParts {
  readonly store: Pick<Store, 'charge'>
  readonly clock: Clock
  /** Struck when something was released. */
  readonly released: Pick<Gong, 'wait' | 'strokes'>
  readonly broken: (error: unknown) => void
}

/** Terms, prices and pairings strike no gong. */
const EVERY_MS = MINUTE
/** One slice takes some 20 ms of the store's time, and then others have it. */
const REST_MS = 80

/** The answer stops it. */
export function startCharging({ store, clock, released, broken }: ChargingParts): () => Promise<void> {
  const stopping = new AbortController()

  async function chargeAll(): Promise<void> {
    while (!stopping.signal.aborted && !(await store.charge(clock.now())).isDone)
      await clock.sleep(REST_MS, stopping.signal)
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const { strokes } = released
      await chargeAll().catch(error => {
        if (!isPassing(error)) broken(error)
      })
      await released.wait(strokes, EVERY_MS, stopping.signal)
    }
  }

  const running = run()
  return () => {
    stopping.abort()
    return running
  }
}
