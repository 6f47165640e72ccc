/** Meters billed by estimates for too long. */

import { formatScaled } from '../../../core/scaled.ts'
import { DAY, isoWithOffset } from '../../../core/time.ts'
import type { Checked } from '../rule.ts'
import { isForwardTotal, type PeriodKnown, type PeriodRule } from './period.ts'
import type { Series } from './series.ts'

export const ESTIMATED_RULES: readonly PeriodRule[] = [
  {
    id: 'V-A3',
    version: 1,
    says: 'the last boundary that was released as read is no longer ago than `over`, or two periods where those are longer',
    why: 'an estimate rests on the past; the longer nothing is read the less it is worth, and the meter may be gone',
    needs: 'a boundary that was once released as read',
    outcomes: [{ verdict: 'flag', severity: 1, codes: ['2.8.0'] }],
    of: isForwardTotal,
    check: prolonged,
  },
]

function prolonged({ series, boundary, kind, limits, offsetMinutes }: PeriodKnown): Checked {
  const last = series.stood.findLast(({ isActual }) => isActual)
  if (!last) return { lacks: 'any reading released before' }
  const over = Math.max(limits['V-A3'].over, 2 * periodOf(series))
  const agoMs = boundary - last.at
  if (agoMs <= over) return null
  return {
    verdict: 'flag',
    evidence: `the last reading released is of ${isoWithOffset(last.at, offsetMinutes)}, ${(agoMs / DAY).toFixed(1)} days before; told after ${(over / DAY).toFixed(1)}`,
    samples: [{ obis: series.obis, kind, value: formatScaled(last.value), unit: series.unit, at: last.at }],
    limit: { value: (over / DAY).toFixed(1), unit: 'd' },
  }
}

/** The shortest time between two of its boundaries; 0 where there is one only. */
function periodOf({ stood }: Series): number {
  const lengths = stood.slice(1).map(({ at }, index) => at - (stood[index]?.at ?? at))
  return lengths.length === 0 ? 0 : Math.min(...lengths)
}
