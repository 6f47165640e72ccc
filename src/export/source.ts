/** Where a released value comes from: the meter's own freeze, an answer at the time, an estimate, a person. */

import type { ReleasedRegister } from '../reading/billing/release.ts'
import { readId } from '../reading/identity.ts'
import type { Entry } from '../store/book/entry.ts'

export type Source = 'freeze' | 'timed' | 'estimated' | 'manual'

/** More values of one moment than any meter was ever heard to tell. */
const MOST_VERSIONS = 32

/**
 * Of a boundary all readings are of one kind, and which it is stands in their identity: a freeze's is made of the boundary
 * itself.
 */
export function readingSource({ meter, boundary, registers }: Entry): 'freeze' | 'timed' {
  const first = registers.find(({ reading }) => reading !== null)
  if (!first) return 'timed'
  for (let version = 1; version <= MOST_VERSIONS; version++)
    if (readId({ meter, obis: first.obis, kind: 'freeze', slot: boundary, version }) === first.reading)
      return 'freeze'
  return 'timed'
}

export function sourceOf(
  { estimate, reading }: Pick<ReleasedRegister, 'estimate' | 'reading'>,
  ofReadings: 'freeze' | 'timed',
): Source {
  if (estimate !== null) return 'estimated'
  return reading === null ? 'manual' : ofReadings
}
