/** All rules of history over one meter at one boundary. Pure: what is released → what is to be said of it. */

import type { Finding } from '../../reading.ts'
import type { Limits } from '../parameters.ts'
import { findingOf } from '../rule.ts'
import { ESTIMATED_RULES } from './estimated.ts'
import { FACTOR_RULES } from './factors.ts'
import type { Absence, PeriodKnown, PeriodRule } from './period.ts'
import { RELEASED_DEMAND_RULES } from './released-demand.ts'
import { type Capacities, type Counted, seriesOf } from './series.ts'
import { STILL_RULES } from './still.ts'
import { USUAL_RULES } from './usual.ts'

export const PERIOD_RULES: readonly PeriodRule[] = [
  ...STILL_RULES,
  ...USUAL_RULES,
  ...FACTOR_RULES,
  ...RELEASED_DEMAND_RULES,
  ...ESTIMATED_RULES,
]

/** One meter: what was released of it, and what must be known to judge it. */
export interface MeterHistory
  extends Pick<PeriodKnown, 'meter' | 'isPowerWatched' | 'hasTransformers' | 'kind'> {
  /** Of nine weeks before the boundary, and of the boundary itself; any order, any versions. */
  readonly releases: readonly Counted[]
  /** Multiplied as values are. */
  readonly capacities?: Capacities
  /** Oldest first. */
  readonly absences: readonly Absence[]
  readonly limits: Limits
}

/** Of a register from the boundary before until this one. */
export interface PeriodFinding {
  readonly meter: string
  readonly boundary: number
  readonly obis: string
  readonly finding: Finding
}

/**
 * `boundary` need not be released: then it is only said what its absence means (V-A3). Nothing of what was released
 * later is looked at, so a boundary judged anew comes out as it did.
 */
export function judgePeriods(
  { releases, capacities, ...meter }: MeterHistory,
  boundary: number,
  offsetMinutes: number,
): readonly PeriodFinding[] {
  const all = seriesOf(releases, boundary, capacities)
  return [...all.values()].flatMap(series =>
    PERIOD_RULES.filter(rule => rule.of(series.obis)).flatMap(rule => {
      const finding = findingOf(rule, rule.check({ ...meter, boundary, series, all, offsetMinutes }))
      return finding ? [{ meter: meter.meter, boundary, obis: series.obis, finding }] : []
    }),
  )
}
