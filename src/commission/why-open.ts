/** Why nothing has shown that an energy register is right, and what would: a longer look, or only a person. */

import type { Nameplate, Point } from '../driver-api/profile.ts'
import { flowOf, LEAST_STEPS } from './counting.ts'
import { codeOf, type Look, sightOf } from './looks.ts'

/**
 * `still`: nothing flowed into it at any look, and it did not move, nor will it. `slow`: it moves, and shows how fast
 * after so many seconds at the present power. `empty`: no look had a value of it.
 */
export type WhyOpen =
  | { readonly why: 'still'; readonly flows: 'the other way' | 'not at all' }
  | { readonly why: 'slow'; readonly seconds: number }
  | { readonly why: 'empty' }

/** A load changes: what is just enough by the present power may be too little. */
const MARGIN = 1.5
const HOUR_S = 3_600

/** Null where neither is the reason. */
export function whyOpen(point: Point, looks: readonly Look[], { phases }: Nameplate): WhyOpen | null {
  const code = codeOf(point)
  const flow = flowOf(code, phases)
  const sights = looks.map(sightOf)
  const shown = sights.map(sight => sight.of(code))
  const [first, last] = [shown[0], shown.at(-1)]
  const flows = sights.map(sight => flow?.(sight) ?? null)
  if (shown.every(each => each === null)) return { why: 'empty' }
  if (!first || !last || flows.some(each => each === null)) return null
  const kilo = flows.reduce((sum, each) => sum + (each?.kilo ?? 0), 0) / flows.length
  if (kilo > 0) return { why: 'slow', seconds: Math.ceil((MARGIN * LEAST_STEPS * last.step * HOUR_S) / kilo) }
  if (first.value !== last.value) return null
  // What is clamped to zero names the power that told it; a power of zero names none.
  return {
    why: 'still',
    flows: flows.every(each => each && each.of.length > 0) ? 'the other way' : 'not at all',
  }
}
