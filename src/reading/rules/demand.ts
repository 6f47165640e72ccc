/** Maximum demands: what the connection can carry in the mean of a demand period. */

import { isDemandRegister } from '../../core/obis.ts'
import { approximate, formatScaled } from '../../core/scaled.ts'
import type { Reading } from '../reading.ts'
import type { Known } from './known.ts'
import { mostWatts, sampleOf, stepOf } from './pair.ts'
import { wattsPer } from './power-units.ts'
import type { Checked, ReadingRule } from './rule.ts'

export const DEMAND_RULES: readonly ReadingRule[] = [
  {
    id: 'V-R22',
    version: 1,
    says: 'a maximum demand is at most k · Un · Imax · `overload` of V-R3, and one step',
    why: 'a mean power no connection can carry is no demand to bill',
    needs: 'a unit of power',
    outcomes: [{ verdict: 'suspect', severity: 2, codes: ['2.6.3'] }],
    of: obis => isDemandRegister(obis),
    check: demandPossible,
  },
]

function demandPossible(reading: Reading, known: Known): Checked {
  const { unit, value } = reading
  const watts = wattsPer(unit)
  if (watts === null) return { lacks: `the unit "${unit}" is none of power` }
  const most = mostWatts(known) / watts + stepOf(value, unit, known)
  if (approximate(value) <= most) return null
  return {
    verdict: 'suspect',
    evidence: `${formatScaled(value)} ${unit} of demand; the connection carries at most ${most.toFixed(4)}`,
    samples: [sampleOf(reading)],
    limit: { value: most.toFixed(4), unit },
  }
}
