/** V-L12: two meters that count the same: the one bills are made of, and the one that checks it. */

import { DAY, isoWithOffset } from '../../../core/time.ts'
import type { Limits } from '../parameters.ts'
import type { Checked, RuleFacts } from '../rule.ts'
import { type Days, WINDOW } from './days.ts'

export const CHECK_METER: RuleFacts = {
  id: 'V-L12',
  version: 1,
  says: 'a day of a meter and of the one that checks it differ by at most `percent` of it, or by `steps` of the coarser register',
  why: 'two meters of one current count the same: where they do not, one of them, its transformers or its wiring is wrong',
  needs: '`checks: METER` at the one that checks, and both released as read at both ends of the day',
  outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.5.258'] }],
}

/** Ids of meters. */
export interface CheckPair {
  readonly main: string
  readonly check: string
  /** Of the one that checks. */
  readonly limits: Limits
}

export function judgeCheck(
  { main, check, limits }: CheckPair,
  meters: ReadonlyMap<string, Days>,
  boundary: number,
  offsetMinutes: number,
): Checked {
  const [own, other] = [meters.get(main), meters.get(check)]
  const [used, checked] = [own?.read[WINDOW - 1] ?? Number.NaN, other?.read[WINDOW - 1] ?? Number.NaN]
  if (!own || !other || Number.isNaN(used) || Number.isNaN(checked))
    return { lacks: 'a day of both, read at both ends' }
  const { percent, steps } = limits['V-L12']
  const most = Math.max((percent / 100) * used, steps * Math.max(own.step, other.step))
  const apart = Math.abs(used - checked)
  // What floats leave behind the last digit.
  if (apart <= most * (1 + 1e-9)) return null
  return {
    verdict: 'suspect',
    evidence: `${main} counted ${used.toFixed(3)} kWh, ${check}, which checks it, ${checked.toFixed(3)} kWh from ${isoWithOffset(boundary - DAY, offsetMinutes)} to ${isoWithOffset(boundary, offsetMinutes)}: ${apart.toFixed(3)} apart, at most ${most.toFixed(3)} is possible`,
    limit: { value: most.toFixed(3), unit: 'kWh' },
  }
}
