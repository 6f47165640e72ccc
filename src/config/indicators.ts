/** By what limits indicators are made: voltage qualification (K-08). */

import type { IndicatorsConfig } from './config.ts'
import type { WrittenConfig } from './schema.ts'

/** Of single-phase customers by GB/T 12325, in percent; the share of samples is our own. */
const USUAL = { below: 10, above: 7, complete: 90 }

export function resolveIndicators(written: WrittenConfig['indicators']): IndicatorsConfig {
  const { below = USUAL.below, above = USUAL.above, complete = USUAL.complete } = written?.voltage ?? {}
  const hundredths = (percent: number) => Math.round(percent * 100)
  return {
    voltage: { below: hundredths(below), above: hundredths(above), complete: hundredths(complete) },
  }
}
