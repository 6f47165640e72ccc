/**
 * How meters stood at the boundaries asked for last. The counts of a page are of all meters; to judge each of them again for
 * every page of a pull would make the work of a pull grow with the square of the meters.
 */

import type { BillingVerdict } from '../../reading/billing/billing-read.ts'
import type { Reader } from '../../store/reader.ts'

export interface Stand {
  readonly status: BillingVerdict['status'] | 'estimated' | 'edited'
  /** It is released. */
  readonly isFinal: boolean
}

/** By meter; what is not there is to be judged, and noted there. */
export type Standing = Map<string, Stand>

/**
 * What is still true at a boundary. `anew` forgets what was known of it: the first page of a pull looks at everything, also
 * at what may have been damaged since.
 */
export type Standings = (boundary: number, anew: boolean) => Standing

/** Pulls at once that are served well. */
const MOST_KEPT = 4

export function createStandings({ touched }: Pick<Reader, 'touched'>): Standings {
  /** The one asked for last is the last. */
  const kept = new Map<number, Standing>()

  function forget(meters: readonly string[] | null): void {
    if (meters === null) kept.clear()
    for (const standing of kept.values()) for (const meter of meters ?? []) standing.delete(meter)
  }

  return (boundary, anew) => {
    forget(touched())
    const standing = (anew ? undefined : kept.get(boundary)) ?? new Map()
    kept.delete(boundary)
    kept.set(boundary, standing)
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest)
    return standing
  }
}
