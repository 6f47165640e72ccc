/** A clock that runs as the machine's does, and leaps when told, wall and monotonic alike. */

import { type Clock, systemClock } from '../../src/core/clock.ts'

export interface LeapingClock extends Clock {
  /** For all that wait on it so much time has gone by. */
  leap(ms: number): void
}

export function leapingClock(startsAt: number): LeapingClock {
  let ahead = 0
  const wallAhead = startsAt - systemClock.now()
  const monotonic = () => systemClock.monotonic() + ahead
  const after: Clock['after'] = (ms, call) => {
    const at = monotonic() + ms
    const soon = () => Math.max(0, Math.min(at - monotonic(), 20))
    const look = () => {
      if (at - monotonic() <= 0) call()
      else cancel = systemClock.after(soon(), look)
    }
    // Never before whoever asked has his hand on it, however late it is.
    let cancel = systemClock.after(soon(), look)
    return () => void cancel()
  }
  return {
    now: () => systemClock.now() + wallAhead + ahead,
    monotonic,
    after,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal?.aborted) return resolve()
        const cancel = after(ms, resolve)
        signal?.addEventListener('abort', () => {
          cancel()
          resolve()
        })
      }),
    yield: systemClock.yield,
    leap(ms) {
      ahead += ms
    },
  }
}
