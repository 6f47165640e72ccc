/** Released boundaries of one meter, day by day, for the rules of history. */

import { addScaled, type Scaled } from '../../src/core/scaled.ts'
import { DAY } from '../../src/core/time.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import type { MeterHistory } from '../../src/reading/rules/period/judge-periods.ts'
import type { Counted } from '../../src/reading/rules/period/series.ts'
import { scaled } from './judged.ts'

/** A Saturday's 00:00 at +08:00: the boundary that is judged, of the Friday before it. */
export const BOUNDARY = Date.UTC(2026, 10, 20, 16)
export const FORWARD = '1-0:1.8.0'
export const REVERSE = '1-0:2.8.0'

export interface Column {
  readonly obis?: string
  readonly unit?: string
  readonly start?: string
  /** Oldest day first, the last ends at the boundary. */
  readonly days: readonly string[]
  /** Of how many boundaries before the last the value is estimated; 0 is the last. */
  readonly estimated?: readonly number[]
  /** As they stand, instead of a start and what was counted on. */
  readonly values?: readonly string[]
}

/** One release a day: registers side by side, all as long as the first. */
export function released(columns: readonly Column[], boundary = BOUNDARY): Counted[] {
  const all = columns.map(column => ({ column, values: valuesOf(column) }))
  const count = all[0]?.values.length ?? 0
  return Array.from({ length: count }, (_, nth) => ({
    boundary: boundary - (count - 1 - nth) * DAY,
    version: 1,
    standing: 'actual' as const,
    multiplier: '1',
    segment: 1,
    registers: all.map(({ column: { obis = FORWARD, unit = 'kWh', estimated = [] }, values }) => {
      const isEstimated = estimated.includes(count - 1 - nth)
      return {
        obis,
        unit,
        value: values[nth] ?? scaled('0'),
        reading: isEstimated ? null : `r${nth}`,
        codes: [],
        witnesses: [],
        estimate: isEstimated ? { method: 'like-days' as const, evidence: '' } : null,
      }
    }),
  }))
}

function valuesOf({ start = '1000.00', days, values }: Column): readonly Scaled[] {
  if (values) return values.map(scaled)
  let value = scaled(start)
  return [value, ...days.map(day => (value = addScaled(value, scaled(day))))]
}

/** The same so many times. */
export function times<One>(count: number, one: One): One[] {
  return Array.from({ length: count }, () => one)
}

export function history(
  releases: readonly Counted[],
  change: Partial<Omit<MeterHistory, 'releases'>> = {},
): MeterHistory {
  return {
    meter: 'm1',
    releases,
    absences: [],
    isPowerWatched: false,
    hasTransformers: true,
    kind: 'freeze',
    limits: USUAL_LIMITS.dwelling,
    ...change,
  }
}
