/** What the rules of history must know of a meter beside what was released of it, from its configuration. */

import type { Config, MeterConfig } from '../config/config.ts'
import { formatScaled } from '../core/scaled.ts'
import { HOUR } from '../core/time.ts'
import type { HistoryFacts } from '../reading/rules/history.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../reading/rules/parameters.ts'
import { billedMeter } from './billed-meters.ts'

const POWER = ['1-0:16.7.0', '1-0:1.7.0']

export function historyFacts(meter: MeterConfig, site: Pick<Config['site'], 'offsetMinutes'>): HistoryFacts {
  const { usual, capacities, multiplier } = billedMeter(meter, site)
  return {
    meter: meter.id,
    line: meter.line,
    kind: usual.origin === 'freeze' ? 'freeze' : 'poll',
    capacities,
    // Power-offs and cut-offs are not kept as events: nothing is excused by them.
    absences: [],
    // As V-R5 needs it.
    isPowerWatched: meter.polls.some(
      ({ everyMs, points }) => everyMs <= HOUR && points.some(({ obis }) => POWER.includes(obis)),
    ),
    hasTransformers:
      multiplier !== formatScaled({ digits: 1n, scaler: 0 }) || meter.profile.ratios !== undefined,
    limits: meter.limits ?? USUAL_LIMITS[USUAL_CLASS],
  }
}
