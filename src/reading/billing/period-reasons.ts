/** Why a period is not simply what was read at both its ends. Pure. */

import type { Doubt } from './billing-read.ts'
import { isOneSeries } from './continuity.ts'
import type { Release } from './release.ts'

/** A doubt that led to an estimate, with its code, or one of the others. */
export interface PeriodReason {
  /** UTC ms of what it is said of: a boundary, or the first read of another series. */
  readonly at: number
  readonly code:
    | Doubt['code']
    | 'ESTIMATED'
    | 'RELEASED_ANEW'
    | 'EXCHANGED'
    | 'RATIO_CHANGED'
    | 'CHANGE_UNKNOWN'
  readonly obis: string | null
  readonly text: string
}

/** Of the releases of a period in order: its ends, and those in between. */
export function reasonsFor(chain: readonly Release[]): readonly PeriodReason[] {
  const ends = [chain[0], chain.at(-1)].filter(end => end !== undefined)
  return [...ends.flatMap(reasonsOf), ...changesIn(chain)]
}

/** Of one end. */
function reasonsOf({ boundary: at, version, standing, registers, remarks }: Release): PeriodReason[] {
  const anew = {
    at,
    code: 'RELEASED_ANEW',
    obis: null,
    text: `released anew, as version ${version}`,
  } as const
  const methods = new Set(registers.flatMap(({ estimate }) => estimate?.method ?? []))
  const text = `estimated: ${[...methods].join(', ')}`
  return [
    ...(version > 1 ? [anew] : []),
    ...(standing === 'estimated' ? [{ at, code: 'ESTIMATED', obis: null, text } as const] : []),
    ...(standing === 'estimated' ? remarks.map(({ code, obis, text }) => ({ at, code, obis, text })) : []),
  ]
}

/** Where another series began, of releases in order. */
export function changesIn(chain: readonly Release[]): PeriodReason[] {
  return chain.flatMap((release, place): PeriodReason[] => {
    const before = chain[place - 1]
    if (!before || isOneSeries(before, release)) return []
    const { opening, segment, multiplier } = release
    const at = opening?.initial.at ?? release.boundary
    const isOther = segment !== before.segment
    const text = isOther
      ? `another meter counts from here on, the ${segment}. in this place`
      : `multiplied with ${multiplier} from here on, with ${before.multiplier} before`
    const unknown = 'where one ended and the other began is not known: no difference can be made'
    return [
      { at, code: isOther ? 'EXCHANGED' : 'RATIO_CHANGED', obis: null, text },
      ...(opening ? [] : [{ at, code: 'CHANGE_UNKNOWN', obis: null, text: unknown } as const]),
    ]
  })
}
