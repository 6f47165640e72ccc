/** From one boundary to another: how far a register has come, and whether it can have. Exact. */

import {
  addScaled,
  compareScaled,
  multiplyScaled,
  parseScaled,
  type Scaled,
  subtractScaled,
} from '../../core/scaled.ts'
import { ONE } from '../ratios.ts'
import type { Release } from './release.ts'

type Series = Pick<Release, 'segment' | 'multiplier'>

/** Of one meter and counted alike: only then is there a difference. "40" and "40.0" are one multiplier. */
export function isOneSeries(a: Series, b: Series): boolean {
  return a.segment === b.segment && compareScaled(timesOf(a), timesOf(b)) === 0
}

function timesOf({ multiplier }: Series): Scaled {
  return parseScaled(multiplier) ?? ONE
}

/** As V-R2: a register within a tenth of its capacity may start again at zero, and not get past a tenth. */
const FROM: Scaled = { digits: 9n, scaler: -1 }
const TO: Scaled = { digits: 1n, scaler: -1 }

export function hasRolledOver(earlier: Scaled, later: Scaled, capacity: Scaled | null): boolean {
  return (
    capacity !== null &&
    compareScaled(later, earlier) < 0 &&
    compareScaled(earlier, multiplyScaled(capacity, FROM)) >= 0 &&
    compareScaled(later, multiplyScaled(capacity, TO)) <= 0
  )
}

/** Where a register may have rolled over from one moment to another: nowhere if it is not below what it was. */
export function capacityBetween(
  earlier: Scaled | undefined,
  later: Scaled | undefined,
  capacity: Scaled | null,
): Scaled | null {
  return earlier && later && compareScaled(later, earlier) >= 0 ? null : capacity
}

/** What a register that only grows has counted between two moments; null where it fell and did not roll over. */
export function increase(earlier: Scaled, later: Scaled, capacity: Scaled | null): Scaled | null {
  const step = subtractScaled(later, earlier)
  if (step.digits >= 0n) return step
  return capacity && hasRolledOver(earlier, later, capacity) ? addScaled(step, capacity) : null
}
