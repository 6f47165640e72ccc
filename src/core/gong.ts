/** A gong many wait for: each stroke frees all that wait, and none is lost between a look and the wait that follows it. */

import type { Clock } from './clock.ts'

export interface Gong {
  strike(): void
  /** How often it was struck so far: to be read before a look. */
  readonly strokes: number
  /** Until it has been struck more often than so, at most `ms`, or until the signal aborts. */
  wait(strokes: number, ms: number, signal: AbortSignal): Promise<void>
}

export function createGong(clock: Pick<Clock, 'sleep'>): Gong {
  const waiting = new Set<() => void>()
  let strokes = 0
  return {
    strike() {
      strokes += 1
      for (const free of waiting) free()
      waiting.clear()
    },
    get strokes() {
      return strokes
    },
    async wait(seen, ms, signal) {
      if (strokes > seen) return
      const over = new AbortController()
      const free = () => over.abort()
      waiting.add(free)
      await clock.sleep(ms, AbortSignal.any([over.signal, signal]))
      waiting.delete(free)
    },
  }
}
