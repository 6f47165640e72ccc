/** The rules over many meters at one boundary. Pure: what is released of each → what is to be said of them together. */

import type { Finding } from '../../reading.ts'
import { findingOf, isEvaluated, type RuleFacts } from '../rule.ts'
import { AREA_LOSS, type Area, judgeLoss } from './area-loss.ts'
import { CHECK_METER, type CheckPair, judgeCheck } from './check-meter.ts'
import type { Candidate } from './closing.ts'
import { CROSSED, findCrossed } from './crossed.ts'
import type { Days } from './days.ts'

export const GROUP_RULES: readonly RuleFacts[] = [CROSSED, AREA_LOSS, CHECK_METER]

export interface GroupFindings {
  readonly boundary: number
  /** V-I6: of both meters alike. */
  readonly crossed: readonly {
    readonly meters: readonly [string, string]
    readonly since: number
    readonly finding: Finding
  }[]
  /** V-A1, by area; only those of which there is something to say. */
  readonly areas: readonly {
    readonly area: string
    readonly finding: Finding
    /** Best first. */
    readonly candidates: readonly Candidate[]
    /** The one that closes it by far; null where several might, or none. */
    readonly named: string | null
  }[]
  /** V-L12, of the meter that is checked; null where it has passed. */
  readonly checked: readonly { readonly meter: string; readonly finding: Finding | null }[]
}

/** `days` of each meter once, until the boundary. */
export function judgeGroups(
  days: readonly Days[],
  areas: readonly Area[],
  boundary: number,
  offsetMinutes: number,
  pairs: readonly CheckPair[] = [],
): GroupFindings {
  const byMeter = new Map(days.map(one => [one.meter, one]))
  return {
    boundary,
    crossed: findCrossed(days, boundary, offsetMinutes).flatMap(({ meters: both, since, said }) => {
      const finding = findingOf(CROSSED, said)
      return finding ? [{ meters: both, since, finding }] : []
    }),
    areas: areas.flatMap(area => {
      const { checked, candidates, named } = judgeLoss(area, byMeter, boundary, offsetMinutes)
      const finding = findingOf(AREA_LOSS, checked)
      return finding ? [{ area: area.id, finding, candidates, named }] : []
    }),
    checked: pairs.flatMap(pair => {
      const checked = judgeCheck(pair, byMeter, boundary, offsetMinutes)
      return isEvaluated(checked) ? [{ meter: pair.main, finding: findingOf(CHECK_METER, checked) }] : []
    }),
  }
}
