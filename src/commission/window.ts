/** When a line is not to be searched: around midnight, when meters freeze and gateways read what will be billed. */

import type { BillingWindow } from '../config/config.ts'
import { civilOf, MINUTE } from '../core/time.ts'

const DAY_MINUTES = 24 * 60

/** Why nothing may be asked now; null when it may. */
export function whyClosed(now: number, offsetMinutes: number, { from, to }: BillingWindow): string | null {
  const minute = Math.floor((now + offsetMinutes * MINUTE) / MINUTE) % DAY_MINUTES
  const inside = from <= to ? minute >= from && minute < to : minute >= from || minute < to
  if (!inside) return null
  return `it is ${civilOf(now, offsetMinutes).slice(11, 16)} at the site; from ${clock(from)} to ${clock(to)} the line belongs to billing reads`
}

function clock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
