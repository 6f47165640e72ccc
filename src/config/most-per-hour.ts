/** What a meter can count in an hour at most, by its nameplate. */

import { approximate } from '../core/scaled.ts'
import type { MeterConfig } from './config.ts'

/** Of all a meter can count: clocks and nameplates are not exact. */
const SLACK = 1.1

/** Whole kWh. */
export function mostPerHour({
  nameplate: { phases, volts, amperes },
  ratios,
}: Pick<MeterConfig, 'nameplate' | 'ratios'>): number {
  const factor = ratios ? approximate(ratios.current) * approximate(ratios.voltage) : 1
  return Math.ceil((phases * volts * amperes * factor * SLACK) / 1_000)
}
