/** What billing needs of a meter, from its configuration. */

import type { Config, MeterConfig } from '../../config/config.ts'
import { type Calendar, isBoundary } from '../../core/calendar.ts'
import { DAY, slotOf } from '../../core/time.ts'
import type { Point } from '../../driver-api/profile.ts'
import type { BillingFacts, KeptReading } from '../../reading/billing/billing-read.ts'
import { neededOf } from '../../reading/billing/billing-ready.ts'

type Site = Pick<Config['site'], 'offsetMinutes'>
type Wanted = Pick<BillingFacts, 'origin' | 'needed'>

export interface BilledMeter {
  readonly id: string
  /** Of any boundary. */
  readonly usual: Wanted
  /** Of those it settles at. */
  readonly settlement: { readonly calendar: Calendar; readonly needed: readonly string[] } | null
}

export function billedMeter(meter: MeterConfig, { offsetMinutes }: Site): BilledMeter {
  const { id, profile, daily, settlement: on, polls } = meter
  const usual: Wanted = profile.daily
    ? { origin: 'freeze', needed: daily ? registersOf(profile.daily.points) : [] }
    : { origin: 'timed', needed: registersOf(polls.flatMap(({ points }) => points)) }
  const settlement =
    on && profile.settlement
      ? { calendar: { on, offsetMinutes }, needed: registersOf(profile.settlement.points) }
      : null
  return { id, usual, settlement }
}

/** A settlement is billed by where there is no daily freeze of that moment; a read by the clock where there is neither. */
export function wantedAt(
  { usual, settlement }: BilledMeter,
  boundary: number,
  kept: readonly KeptReading[],
  { offsetMinutes }: Site,
): Wanted {
  if (!settlement || !isBoundary(settlement.calendar, boundary)) return usual
  const isFrozenDaily =
    usual.origin === 'freeze' && usual.needed.length > 0 && slotOf(boundary, DAY, offsetMinutes) === boundary
  const isReadByClock = usual.origin === 'timed' && kept.every(({ kind }) => kind !== 'freeze')
  return isFrozenDaily || (isReadByClock && kept.length > 0)
    ? usual
    : { origin: 'freeze', needed: settlement.needed }
}

function registersOf(points: readonly Point[]): readonly string[] {
  return neededOf(points.map(({ obis }) => obis))
}
