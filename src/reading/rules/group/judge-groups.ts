/** The rules over many meters at one boundary. Pure: what is released of each → what is to be said of them together. */

import type { Finding } from '../../reading.ts'
import { findingOf, type RuleFacts } from '../rule.ts'
import { AREA_LOSS, type Area, judgeLoss } from './area-loss.ts'
import type { Candidate } from './closing.ts'
import { CROSSED, findCrossed } from './crossed.ts'
import { daysOf, type GroupMeter } from './days.ts'

export const GROUP_RULES: readonly RuleFacts[] = [CROSSED, AREA_LOSS]

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
  }[]
}

/** Nothing released after the boundary is looked at. Each meter once. */
export function judgeGroups(
  meters: readonly GroupMeter[],
  areas: readonly Area[],
  boundary: number,
  offsetMinutes: number,
): GroupFindings {
  const days = meters.map(meter => daysOf(meter, boundary))
  const byMeter = new Map(days.map(one => [one.meter, one]))
  return {
    boundary,
    crossed: findCrossed(days, boundary, offsetMinutes).flatMap(({ meters: both, since, said }) => {
      const finding = findingOf(CROSSED, said)
      return finding ? [{ meters: both, since, finding }] : []
    }),
    areas: areas.flatMap(area => {
      const { checked, candidates } = judgeLoss(area, byMeter, boundary, offsetMinutes)
      const finding = findingOf(AREA_LOSS, checked)
      return finding ? [{ area: area.id, finding, candidates }] : []
    }),
  }
}
