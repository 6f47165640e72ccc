/** A clock that moves only when told, for tests: wall and monotonic time, timers in order. */

import type { Clock } from '../../src/core/clock.ts'

export interface VirtualClock extends Clock {
  /** Lets `ms` pass: timers fire at their time, and what they set off runs before the next. */
  pass(ms: number): Promise<void>
  /** Time goes by without us, as for a process that is stopped: what is due fires with the next `pass`. */
  stop(ms: number): void
  /** Steps the wall clock only, as an operator or NTP would. */
  step(ms: number): void
}

interface Timer {
  readonly at: number
  readonly call: () => void
}

/** `turns` of the event loop are waited after each timer; one is enough where nothing but promises runs between two. */
export function virtualClock(startsAt = Date.UTC(2026, 10, 21, 4, 0, 0), turns = 10): VirtualClock {
  let monotonic = 0
  let wallMinusMonotonic = startsAt
  const timers = new Set<Timer>()

  function after(ms: number, call: () => void): () => void {
    const timer = { at: monotonic + Math.max(0, ms), call }
    timers.add(timer)
    return () => timers.delete(timer)
  }

  return {
    now: () => wallMinusMonotonic + monotonic,
    monotonic: () => monotonic,
    after,
    sleep(ms, signal) {
      return new Promise(resolve => {
        if (signal?.aborted) return resolve()
        const cancel = after(ms, resolve)
        signal?.addEventListener('abort', () => {
          cancel()
          resolve()
        })
      })
    },
    yield: () => settled(turns),
    async pass(ms) {
      const until = monotonic + ms
      await settled(turns)
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        timers.delete(next)
        monotonic = Math.max(monotonic, next.at)
        next.call()
        await settled(turns)
      }
      monotonic = Math.max(monotonic, until)
      await settled(turns)
    },
    stop(ms) {
      monotonic += ms
    },
    step(ms) {
      wallMinusMonotonic += ms
    },
  }
}

/** Until everything that can run without time passing has run. */
async function settled(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve))
}
