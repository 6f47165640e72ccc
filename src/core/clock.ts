/** The only file that touches the machine's clocks and timers; everything else is handed a `Clock`. */

import { setImmediate, setTimeout } from 'node:timers'

export interface Clock {
  /** Wall clock, UTC, milliseconds since 1970. May step; never use it for a duration. */
  now(): number
  /** Milliseconds that only ever grow, for durations and deadlines (PR-30). */
  monotonic(): number
  /** Calls once after `ms`; the answer cancels it. */
  after(ms: number, call: () => void): Cancel
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Lets waiting I/O go first; for long loops. */
  yield(): Promise<void>
}

export type Cancel = () => void

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
  sleep(ms, signal) {
    return new Promise(resolve => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done)
    })
  },
  yield: () => new Promise(resolve => setImmediate(resolve)),
}

/** Calls once all that has come in by now is taken, within this turn of the event loop. */
export function atEndOfTurn(call: () => void): void {
  setImmediate(call)
}

/** True when the promise is kept in time; false when it is broken, or not kept by then. */
export async function within(clock: Clock, ms: number, promise: Promise<unknown>): Promise<boolean> {
  const waiting = new AbortController()
  const late = clock.sleep(ms, waiting.signal).then(() => false)
  const kept = promise.then(
    () => true,
    () => false,
  )
  const first = await Promise.race([kept, late])
  waiting.abort()
  return first
}
