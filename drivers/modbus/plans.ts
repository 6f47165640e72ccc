/** Plans made once for each list of points: a poll asks for the same ones day after day. */

import type { Call, Point, RawRead, Traits } from '../../src/driver-api/driver.ts'
import { type Located, locate } from './items.ts'
import { planSpans, reshaped, type Span, shapeOf } from './spans.ts'

export interface Plan {
  readonly spans: readonly Span[]
  /** Points of SunSpec models, whose place each device has to tell. */
  readonly models: readonly Located[]
  /** Points that name no place: refused without a question. */
  readonly unplaced: readonly RawRead[]
}

const NONE: ReadonlySet<string> = new Set()
const plans = new WeakMap<readonly Point[], { readonly traits: Traits; readonly plan: Plan }>()

/** The spans for these points. Remembered as long as the list is. */
export function planFor(points: readonly Point[], traits: Traits): Plan {
  const known = plans.get(points)
  if (known?.traits === traits) return known.plan
  const plan = makePlan(points, traits)
  plans.set(points, { traits, plan })
  return plan
}

/**
 * The same in shapes that those of `before` do not have, as far as the device allows others: nothing but its shape tells a
 * copy of an answer from the answer to the next question.
 */
export function planAnew(
  points: readonly Point[],
  before: readonly Point[],
  { traits, sequence, refusedBefore }: Pick<Call, 'traits' | 'sequence' | 'refusedBefore'>,
): Plan {
  const used = new Set(planFor(before, traits).spans.map(shapeOf))
  const plan = makePlan(points, traits)
  const spans = plan.spans.flatMap(span => {
    const others = reshaped(span, traits, used, sequence(), refusedBefore) ?? [span]
    for (const other of others) used.add(shapeOf(other))
    return others
  })
  return { ...plan, spans }
}

function makePlan(points: readonly Point[], traits: Traits): Plan {
  const located: Located[] = []
  const unplaced: RawRead[] = []
  for (const point of points) {
    const place = locate(point)
    if ('wrong' in place)
      unplaced.push({ point, frames: [], refused: { code: 'PROFILE_INVALID', text: place.wrong } })
    else located.push(place)
  }
  const placed = located.filter(({ models }) => models === null)
  const models = located.filter(place => place.models !== null)
  return { spans: planSpans(placed, traits, NONE), models, unplaced }
}
