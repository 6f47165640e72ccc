/** What a poller needs beside its line, its meters and a store, where a test is about something else. */

import { createLastGood } from '../../src/acquire/last-good.ts'
import type { PollerParts } from '../../src/acquire/poller.ts'
import { silentLog } from '../../src/core/log.ts'
import type { Accepted } from '../../src/store/store.ts'
import { memoryRefusals } from './memory-refusals.ts'

export const TRUSTED_TIME: PollerParts['timeTrust'] = {
  look: () => undefined,
  trusted: true,
  steps: 0,
  mayForget: true,
  trust: () => undefined,
}

export function quietParts() {
  return {
    site: { zone: 'Asia/Shanghai', offsetMinutes: 480 },
    freezesHeld: new Map(),
    lastGood: createLastGood([], 480),
    refusals: memoryRefusals(),
    clocks: new Map(),
    timeTrust: TRUSTED_TIME,
    log: silentLog,
    kept: () => undefined,
    broken: (error: unknown) => {
      throw error
    },
  } satisfies Partial<PollerParts>
}

/** A store that takes rounds, and is asked for none. */
export function storeThat(accept: PollerParts['store']['accept']): PollerParts['store'] {
  return { accept, readingsOf: () => Promise.resolve([]) }
}

/** What the store says of a round it has taken. */
export function takenAll(stored: number): Accepted {
  return { stored, duplicates: 0, conflicts: 0, refused: 0, lastSequence: 1 }
}
