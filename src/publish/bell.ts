/** A bell one loop waits for; a ring while nobody waits is remembered once, so no wake-up is lost. */

import type { Clock } from '../core/clock.ts'

export interface Bell {
  ring(): void
  /** Forgets a ring nobody waited for. */
  clear(): void
  /** Until the next ring, or at most `ms`; null waits for the ring alone. */
  wait(ms: number | null): Promise<void>
}

export function createBell(clock: Clock): Bell {
  let rung = false
  let release = () => {}
  return {
    ring() {
      rung = true
      release()
    },
    clear() {
      rung = false
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>(resolve => {
          const cancel = ms === null ? () => {} : clock.after(ms, resolve)
          release = () => {
            cancel()
            resolve()
          }
        })
        release = () => {}
      }
      rung = false
    },
  }
}
