/** How long a balance lasts: an estimate, by the median of what the last charged days cost. Whole days, exact until then. Pure. */

import { compareScaled, digitsAt, type Scaled } from '../../core/scaled.ts'

export interface DaysLeft {
  /** Rounded down; 0 where nothing is left. */
  readonly days: string
  readonly perDay: Scaled
  /** How many days it is the median of. */
  readonly over: number
}

/** Days whose cost is looked at. */
export const LAST_DAYS = 7

/** `costs` of days, in any order, the last `LAST_DAYS` of them; null where there is none, or days cost nothing. */
export function daysLeft(balance: Scaled, costs: readonly Scaled[]): DaysLeft | null {
  const perDay = medianOf(costs)
  if (perDay === null || perDay.digits <= 0n) return null
  const scaler = Math.min(balance.scaler, perDay.scaler)
  const left = digitsAt(balance, scaler)
  const days = left <= 0n ? 0n : left / digitsAt(perDay, scaler)
  return { days: days.toString(), perDay, over: costs.length }
}

/** Null of none. Of an even number half the sum of the two in the middle, which one decimal more holds exactly. */
export function medianOf(costs: readonly Scaled[]): Scaled | null {
  const sorted = costs.toSorted(compareScaled)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  if (!low || !high) return null
  if (low === high) return low
  const scaler = Math.min(low.scaler, high.scaler)
  return { digits: (digitsAt(low, scaler) + digitsAt(high, scaler)) * 5n, scaler: scaler - 1 }
}
