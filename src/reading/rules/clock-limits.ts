/** How far a meter's clock may be off before what rests on it is no longer billed, and how that is told. */

import { HOUR, MINUTE, NO_DATE_MS, SECOND } from '../../core/time.ts'

/** Above: tariff registers are not to be trusted (event 3105 and ERC12 default). */
export const CLOCK_SUSPECT_MS = 5 * MINUTE
/** Above: "frozen at midnight" no longer says which midnight. */
export const CLOCK_BROKEN_MS = 15 * MINUTE
/** A measurement of a meter's clock tells nothing of a moment further away than this. */
export const CLOCK_COUNTS_WITHIN_MS = 48 * HOUR

/** "1.5 s fast"; of a clock that shows no date that exists that it does so. */
export function fastOrSlow(deviationMs: number): string {
  if (Math.abs(deviationMs) >= NO_DATE_MS) return 'a date that does not exist'
  if (deviationMs === 0) return 'right'
  return `${Math.abs(deviationMs) / SECOND} s ${deviationMs > 0 ? 'fast' : 'slow'}`
}

/** A meter clock's deviation for people; a clock that shows no date that exists deviates by more than any limit. */
export function clockInWords(deviationMs: number): string {
  return Math.abs(deviationMs) >= NO_DATE_MS
    ? "the meter's clock shows a date that does not exist"
    : `the meter's clock is ${Math.round(deviationMs / SECOND)} s off`
}
