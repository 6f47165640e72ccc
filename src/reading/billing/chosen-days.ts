/** By which boundaries somebody bills: all there are, certain days of each month, or those a meter settles at. Pure. */

import { isBoundary } from '../../core/calendar.ts'
import type { BilledMeter } from './billed-meter.ts'

/** `days`: 1 to 31, at 00:00 in the fixed offset of the site; months without one leave it out. */
export type ChosenDays = 'all' | 'settlement' | { readonly days: readonly number[] }

/** Nothing is chosen by the settlement of a meter that has none, or is not configured any more. */
export function chosenBy(
  chosen: ChosenDays,
  meter: Pick<BilledMeter, 'settlement'> | undefined,
  offsetMinutes: number,
): (boundary: number) => boolean {
  if (chosen === 'all') return () => true
  if (chosen === 'settlement') {
    const calendar = meter?.settlement?.calendar
    return calendar ? boundary => isBoundary(calendar, boundary) : () => false
  }
  const calendar = { on: chosen.days.map(day => ({ day, hour: 0 })), offsetMinutes }
  return boundary => isBoundary(calendar, boundary)
}
