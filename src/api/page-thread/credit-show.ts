/** Money that meters keep, as the API tells it. */

import type { z } from 'zod'
import { formatScaled, parseScaled, type Scaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import { type AccountCredit, isHeldOpen, type MeterCredit } from '../../supply/credit/account.ts'
import { balanceLooked, CREDIT_FINDINGS } from '../../supply/credit/looks.ts'
import type { accountCredit } from '../credit-shapes.ts'

type Shown = z.infer<typeof accountCredit>

export function showCredit({ meters, topUps }: AccountCredit, offsetMinutes: number): Shown {
  const iso = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return {
    meters: meters.map(one => showMeter(one, iso)),
    topUps: topUps.map(({ payment, amount, at, standing, seenAt }) => ({
      ...{ payment, amount: formatScaled(amount), at: iso(at), standing },
      seenAt: seenAt === null ? null : iso(seenAt),
    })),
  }
}

function showMeter(
  { meter, last, thresholds, changes, findings }: MeterCredit,
  iso: (instant: number) => string,
): Shown['meters'][number] {
  const told = (value: Scaled | null | undefined) => (value ? formatScaled(value) : null)
  const closesAbove = parseScaled(thresholds?.amounts.closesAbove ?? '')
  return {
    ...{ meter, unit: last?.unit ?? null, remaining: told(last?.remaining) },
    ...{ overdraft: told(last?.overdraft), balance: last && told(balanceLooked(last)) },
    ...{ at: last && iso(last.at), quality: last && (last.quality === 'good' ? 'good' : 'suspect') },
    ...{ purchases: told(last?.purchases), bought: told(last?.bought) },
    thresholds: thresholds && { at: iso(thresholds.at), amounts: thresholds.amounts },
    isHeldOpen: isHeldOpen(last?.remaining ?? null, closesAbove),
    changes: changes.map(one => ({ ...one, at: iso(one.at) })),
    findings: findings.map(({ code, from, to, text }) => {
      const [says, remedy] = CREDIT_FINDINGS[code]
      return { code, from: iso(from), to: iso(to), text: `${says}: ${text}`, remedy }
    }),
  }
}
