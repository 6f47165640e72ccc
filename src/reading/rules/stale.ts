/** An answer that a box kept and tells again: the clock in it stands where it stood then. */

import { isBilled } from '../../core/obis.ts'
import { SECOND } from '../../core/time.ts'
import { clockInWords } from './clock-limits.ts'
import type { Checked, Given, RoundRule } from './rule.ts'

export const STALE_RULES: readonly RoundRule[] = [
  {
    id: 'V-T8',
    version: 2,
    says: 'a value is kept under the time it is of: what a meter stamped under its stamp and only if that was asked for, all else under the moment its own question was answered; a poll whose own clock lies further back than `back`, and by more than that further than it was measured before, is of before',
    why: 'what somebody remembered must not stand for what is now',
    needs:
      'the meter’s clock in the same poll, and measured within 48 hours before; without it what a gateway hands out of its own memory is found by V-R5 and V-R26',
    outcomes: [{ verdict: 'suspect', severity: 2, codes: ['2.5.258'] }],
    check(round) {
      const of = round
        .map(({ reading }) => reading)
        .filter(({ obis, kind }) => kind === 'poll' && isBilled(obis))
      const [first] = round
      return of.length === 0 || !first ? [] : [{ of, checked: judgeClock(first) }]
    },
  },
]

const NOT_MEASURED = { lacks: 'the meter’s clock, told in the same poll and measured within 48 hours before' }

/** A clock that was set right lies no further off than it did; one that jumped back says so once. */
function judgeClock({ known: { clockDeviationMs, clockBeforeMs = null, limits } }: Given): Checked {
  if (clockDeviationMs === null || clockBeforeMs === null) return NOT_MEASURED
  const { back } = limits['V-T8']
  const fell = clockBeforeMs - clockDeviationMs
  if (fell <= back || clockDeviationMs >= -back) return null
  return {
    verdict: 'suspect',
    evidence: `${clockInWords(clockDeviationMs)}, and was ${Math.round(clockBeforeMs / SECOND)} s off before: it was set back, or the answer is ${Math.round(fell / SECOND)} s old`,
    limit: { value: String(back / SECOND), unit: 's' },
  }
}
