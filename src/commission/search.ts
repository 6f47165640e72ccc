/**
 * The search for every meter of a line, as pure steps: it yields partial addresses to ask and is told what came. Where
 * several answer together their answers spoil each other, and each narrower address is asked; where one answers it is
 * found; where all are silent there is nobody.
 */

import type { Discovery } from '../driver-api/discovery.ts'

/** What came of asking one whole or partial address. */
export type Outcome =
  | { readonly kind: 'silent' }
  | { readonly kind: 'one'; readonly address: string }
  /** Damaged bytes, or two answers; `address` of one that could be read among them. */
  | { readonly kind: 'several'; readonly address: string | null }

export interface SearchAsked {
  /** The address to begin with; below it nothing is missed. */
  readonly root: string
  readonly narrow: Discovery['narrow']
  /** Looks one level below a single good answer too: it may have drowned another. */
  readonly thorough: boolean
  readonly mostProbes: number
}

export interface Found {
  readonly addresses: readonly string[]
  /** Places where more than one answered than could be found: disturbed, or a firmware that knows no shortened address. */
  readonly unresolved: readonly string[]
  /** Whole addresses under which two meters answer. */
  readonly shared: readonly string[]
  readonly probes: number
  /** False when the search was ended by its limit. */
  readonly isWhole: boolean
}

export function* searchMeters(asked: SearchAsked): Generator<string, Found, Outcome> {
  const found = new Set<string>()
  const unresolved: string[] = []
  const shared: string[] = []
  const waiting: Place[] = [{ address: asked.root, parent: null, isCheck: false }]
  let probes = 0
  while (waiting.length > 0 && probes < asked.mostProbes) {
    // Depth first, in order: the last of the list is next.
    const place = waiting.pop()
    if (!place) break
    if ('isOver' in place) {
      if (place.heard < 2) unresolved.push(place.address)
      continue
    }
    probes += 1
    const outcome = yield place.address
    if (outcome.kind === 'silent') continue
    const isSeveral = outcome.kind === 'several'
    if (place.parent) place.parent.heard += isSeveral ? 2 : 1
    if (outcome.address !== null) found.add(outcome.address)
    const below = asked.narrow(place.address)
    if (isSeveral && below.length === 0) shared.push(place.address)
    if (below.length === 0 || (!isSeveral && (place.isCheck || !asked.thorough))) continue
    const end: End = { isOver: true, address: place.address, heard: 0 }
    if (isSeveral) waiting.push(end)
    waiting.push(...below.map(address => ({ address, parent: end, isCheck: !isSeveral })).reverse())
  }
  const isWhole = waiting.every(place => 'isOver' in place && place.heard >= 2)
  return { addresses: [...found].sort(), unresolved, shared, probes, isWhole }
}

type Place =
  | {
      readonly address: string
      readonly parent: End | null
      /** Asked because a good answer came one level above, not because several did. */
      readonly isCheck: boolean
    }
  | End

/** Comes after all addresses below a place where several answered: fewer than two of them is no explanation. */
interface End {
  readonly isOver: true
  readonly address: string
  heard: number
}
