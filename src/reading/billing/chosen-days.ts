/** By which boundaries somebody bills: all there are, or certain days of each month. Pure. */

import { isBoundary, type MonthDay } from '../../core/calendar.ts'

/** Never what is configured of meters: that changes, and periods once told of would overlap with later ones. */
export type ChosenDays = 'all' | readonly MonthDay[]

/** Days are by the fixed offset of the site; months without one leave it out. */
export function chosenBy(chosen: ChosenDays, offsetMinutes: number): (boundary: number) => boolean {
  if (chosen === 'all') return () => true
  const calendar = { on: chosen, offsetMinutes }
  return boundary => isBoundary(calendar, boundary)
}
