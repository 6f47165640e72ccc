/** What billing needs of a meter, from its configuration. */

import type { MeterConfig } from '../../config/config.ts'
import type { BillingFacts } from '../../reading/billing-read.ts'
import { neededOf } from '../../reading/billing-ready.ts'

export interface BilledMeter extends Pick<BillingFacts, 'origin' | 'needed'> {
  readonly id: string
}

export function billedMeter({ id, profile, daily, polls }: MeterConfig): BilledMeter {
  const freezes = profile.daily
  if (!freezes)
    return {
      id,
      origin: 'timed',
      needed: neededOf(polls.flatMap(poll => poll.points.map(({ obis }) => obis))),
    }
  const frozen = daily ? freezes.points.map(({ obis }) => obis) : []
  return { id, origin: 'freeze', needed: neededOf(frozen) }
}
