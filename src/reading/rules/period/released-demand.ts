/** Maximum demands against the energy they were measured with. */

import { isDemandRegister } from '../../../core/obis.ts'
import { approximate, compareScaled, formatScaled } from '../../../core/scaled.ts'
import { HOUR } from '../../../core/time.ts'
import { unitsPerKwh } from '../pair.ts'
import { wattsPer } from '../power-units.ts'
import type { Checked } from '../rule.ts'
import { inWords, NOT_READ, NOT_RELEASED, type PeriodKnown, type PeriodRule } from './period.ts'

export const RELEASED_DEMAND_RULES: readonly PeriodRule[] = [
  {
    id: 'V-R21',
    version: 1,
    says: 'a maximum demand is not below ΔE/Δt of its energy register until the same boundary, by more than `steps` of its own and what a step of the register makes',
    why: 'no mean power is larger than the largest: the demand is of another meter or period, or one of the two was altered',
    needs:
      'demand and energy released at both boundaries as read, and no reset between, which lets the demand fall',
    outcomes: [{ verdict: 'suspect', severity: 2, codes: ['2.5.258'] }],
    of: isDemandRegister,
    check: belowMean,
  },
]

function belowMean(period: PeriodKnown): Checked {
  const { series, all, boundary, kind, limits } = period
  const energy = all.get(energyOf(series.obis))
  const usage = energy?.usages.at(-1)
  if (!energy || usage?.to.at !== boundary) return NOT_RELEASED
  const then = series.stood.find(({ at }) => at === usage.from.at)
  const now = series.stood.find(({ at }) => at === boundary)
  if (!then || !now) return { lacks: 'the demand at both boundaries' }
  if (!now.isActual || !usage.isActual) return NOT_READ
  if (compareScaled(now.value, then.value) < 0) return { lacks: 'a demand that was not reset meanwhile' }
  const [watts, perKwh] = [wattsPer(series.unit), unitsPerKwh(energy.unit)]
  if (watts === null || perKwh === null) return { lacks: 'units of power and energy' }
  const hours = (usage.to.at - usage.from.at) / HOUR
  const demandPerUnit = 1_000 / watts / perKwh / hours
  const mean = approximate(usage.used) * demandPerUnit
  const spare = limits['V-R21'].steps * 10 ** now.value.scaler + 10 ** usage.used.scaler * demandPerUnit
  if (approximate(now.value) >= mean - spare) return null
  return {
    verdict: 'suspect',
    evidence: `${formatScaled(now.value)} ${series.unit} of demand; ${inWords(usage, { ...period, series: energy })} are ${mean.toFixed(4)} in the mean`,
    samples: [
      { obis: series.obis, kind, value: formatScaled(now.value), unit: series.unit, at: now.at },
      { obis: energy.obis, kind, value: formatScaled(usage.used), unit: energy.unit, at: boundary },
    ],
    limit: { value: (mean - spare).toFixed(4), unit: series.unit },
  }
}

/** "1-0:1.6.2" is measured with "1-0:1.8.2". */
function energyOf(demand: string): string {
  return demand.replace(/\.6\.(\d+)$/, '.8.$1')
}
