/** The wire back to the masters: one answer after another, each after the meter's reply delay. */

import type { Cancel, Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import type { Emission } from './faults.ts'

export interface Wire {
  /** Whether more answers are waiting than a listening master would let pile up. */
  readonly choked: boolean
  /** `turnAroundMs` is that of a meter with a time of its own. */
  send(emissions: readonly Emission[], write: (bytes: Uint8Array) => void, turnAroundMs?: number): void
  stop(): void
}

const MOST_PENDING = 64

export function createWire(
  clock: Clock,
  random: Random,
  [least, most]: readonly [least: number, most: number],
): Wire {
  const pending = new Set<Cancel>()
  let freeAt = 0
  return {
    get choked() {
      return pending.size >= MOST_PENDING
    },
    // Taken from the first byte of an answer to its last; a late answer does not keep it.
    send(emissions, write, turnAroundMs) {
      const present = clock.monotonic()
      const begins = Math.max(present, freeAt) + (turnAroundMs ?? least + random.integer(most - least + 1))
      freeAt = begins + (emissions.length > 1 ? (emissions.at(-1)?.afterMs ?? 0) : 0)
      for (const { afterMs, bytes } of emissions) {
        const cancel = clock.after(begins + afterMs - present, () => {
          pending.delete(cancel)
          write(bytes)
        })
        pending.add(cancel)
      }
    },
    stop() {
      for (const cancel of pending) cancel()
      pending.clear()
    },
  }
}
