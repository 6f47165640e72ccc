/** What billing needs of a meter, from its configuration. */

import type { Config, MeterConfig } from '../config/config.ts'
import { isEnergyRegister } from '../core/obis.ts'
import { formatScaled, type Scaled } from '../core/scaled.ts'
import type { Point } from '../driver-api/profile.ts'
import type { BilledMeter, Multiplied, Wanted } from '../reading/billing/billed-meter.ts'
import { neededOf } from '../reading/billing/billing-ready.ts'
import { placeOf } from '../reading/billing/stays.ts'
import { agreedTransformers, factorOf, ONE, type Transformers, transformersAt } from '../reading/ratios.ts'
import { capacityOf } from '../reading/rules/capacity.ts'

type Site = Pick<Config['site'], 'offsetMinutes'>

export function billedMeter(meter: MeterConfig, { offsetMinutes }: Site): BilledMeter {
  const { id, profile, daily, settlement: on, polls } = meter
  const usual: Wanted = profile.daily
    ? { origin: 'freeze', needed: daily ? registersOf(profile.daily.points) : [] }
    : { origin: 'timed', needed: registersOf(polls.flatMap(({ points }) => points)) }
  const settlement =
    on && profile.settlement
      ? { calendar: { on, offsetMinutes }, needed: registersOf(profile.settlement.points) }
      : null
  const transformers = agreedTransformers(meter)
  const before = transformers?.replaced?.map(({ until }) => ({
    ...multipliedBy(meter, transformersAt(transformers, until - 1)),
    until,
  }))
  return {
    id,
    usual,
    settlement,
    ...multipliedBy(meter, transformers),
    place: placeOf(meter),
    ...(before && { before }),
  }
}

/** One that the book knows and the configuration does not: nothing is wanted of it. */
export function unconfigured(id: string): BilledMeter {
  const usual: Wanted = { origin: 'freeze', needed: [] }
  return { id, usual, settlement: null, multiplier: formatScaled(ONE), capacities: {} }
}

/** Energy goes through the transformers of current and voltage; a meter that gives primary values has multiplied itself. */
function multipliedBy({ profile }: MeterConfig, transformers: Transformers | null): Multiplied {
  const factor = factorOf('kWh', transformers)
  return { multiplier: formatScaled(factor), capacities: capacitiesOf(profile, factor) }
}

/** Of whatever reads a register, its freeze or a poll. */
function capacitiesOf(
  { points, daily, settlement }: MeterConfig['profile'],
  factor: Scaled,
): Multiplied['capacities'] {
  const all = [...points, ...(daily?.points ?? []), ...(settlement?.points ?? [])]
  return Object.fromEntries(
    all.flatMap(({ obis, capacity }) => {
      const exclusive = isEnergyRegister(obis) ? capacityOf(capacity, factor) : null
      return exclusive ? [[obis, exclusive]] : []
    }),
  )
}

function registersOf(points: readonly Point[]): readonly string[] {
  return neededOf(points.map(({ obis }) => obis))
}
