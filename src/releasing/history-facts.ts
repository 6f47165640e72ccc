/** What the rules of history must know of a meter beside what was released of it, from its configuration. */

import type { Config, MeterConfig } from '../config/config.ts'
import { formatScaled } from '../core/scaled.ts'
import { HOUR } from '../core/time.ts'
import { ONE } from '../reading/ratios.ts'
import type { HistoryFacts } from '../reading/rules/history.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../reading/rules/parameters.ts'
import { TOTAL_POWER } from '../reading/rules/power-units.ts'
import { billedMeter } from './billed-meters.ts'
import { channelsOf } from './channels.ts'

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
      ({ everyMs, points }) => everyMs <= HOUR && points.some(({ obis }) => TOTAL_POWER.includes(obis)),
    ),
    hasTransformers: multiplier !== formatScaled(ONE) || meter.profile.ratios !== undefined,
    channels: channelsOf(meter),
    checks: meter.checks ?? null,
    limits: meter.limits ?? USUAL_LIMITS[USUAL_CLASS],
  }
}
