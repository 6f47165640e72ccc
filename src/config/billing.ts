/** When what is good becomes final, how long it may be estimated, and what of it may be replaced without a person. */

import { DAY, HOUR } from '../core/time.ts'
import { type ReleasePolicy, USUAL_POLICY } from '../reading/billing/release.ts'
import type { Complain } from './complaint.ts'
import { parseDuration } from './quantities.ts'
import type { WrittenConfig } from './schema.ts'

/** Sooner, lines that were down for a night would be billed by estimates. */
const LEAST_SETTLE_MS = HOUR
/** Later than meters remember their midnights, nothing that comes could be healed. */
const MOST_SETTLE_MS = 31 * DAY

export function resolveBilling(written: WrittenConfig['billing'], complain: Complain): ReleasePolicy {
  const settleMs = parseDuration(written?.settle ?? '') ?? USUAL_POLICY.settleMs
  if (settleMs < LEAST_SETTLE_MS || settleMs > MOST_SETTLE_MS)
    complain(
      ['billing', 'settle'],
      `${written?.settle} is not between an hour and 31 days`,
      'write 24h unless your bills are made sooner or later',
    )
  return {
    settleMs,
    mostEstimatedDays: written?.mostEstimatedDays ?? USUAL_POLICY.mostEstimatedDays,
    replacePercent: written?.replacePercent ?? USUAL_POLICY.replacePercent,
    replaceUnits: written?.replaceUnits ?? USUAL_POLICY.replaceUnits,
  }
}
