/** What a supply costs whatever is used: so much for each day, or for each month. Pure. */

import type { Scaled } from '../../core/scaled.ts'
import { MINUTE } from '../../core/time.ts'

export interface StandingCharge {
  readonly every: 'day' | 'month'
  /** Of the currency of its list. */
  readonly amount: Scaled
  /** The day on which a month's is due, whole, from who holds the meter then: "01" to "28"; null of each day. */
  readonly due: string | null
}

/** In place of an OBIS code, in what is charged. */
export const STANDING = 'standing'

/** For the day that begins at a midnight of the site, UTC ms; null where nothing is due for it. */
export function standingFor(
  { every, amount, due }: StandingCharge,
  midnight: number,
  offsetMinutes: number,
): Scaled | null {
  if (every === 'day') return amount
  const day = new Date(midnight + offsetMinutes * MINUTE).getUTCDate()
  return day === Number(due) ? amount : null
}
