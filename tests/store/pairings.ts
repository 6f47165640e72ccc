/** Pairings for the tests of this room. */

import type { NewVersion } from '../../src/reading/archive/pairing.ts'
import { FIRST } from './book-files.ts'

export const AT_ONCE = 300

/** As the store is handed them. */
export function versionsOf(given: readonly Partial<NewVersion>[]): Uint8Array<ArrayBuffer> {
  const usual: NewVersion = {
    ...{ account: '0001', point: 'p1', meter: 'm1', from: FIRST, to: null },
    ...{ pairing: null, supersedes: null, isWithdrawn: false },
  }
  return new TextEncoder().encode(JSON.stringify(given.map(one => ({ ...usual, ...one }))))
}
