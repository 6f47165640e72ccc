/** What stands of each meter from round to round, as far as it is kept: what was not accepted shows nothing. */

import type { MeterConfig } from '../config/config.ts'
import { agreedTransformers, nameplateOnSide } from '../reading/ratios.ts'
import type { ValidatedReading } from '../reading/reading.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../reading/rules/parameters.ts'
import { type MeterOf, standingAfter } from '../reading/rules/standing.ts'
import { STANDING_RULES } from '../reading/rules/standing-rules.ts'
import type { Standing } from '../reading/stood.ts'

export interface StandingSeen {
  /** Null before anything was seen. */
  of(meter: string): Standing | null
  /** Takes note of a round that has become durable. */
  note(meter: string, readings: readonly ValidatedReading[]): void
}

export function createStandingSeen(meters: readonly MeterConfig[], offsetMinutes: number): StandingSeen {
  const own = new Map(meters.map(meter => [meter.id, meterOf(meter, offsetMinutes)]))
  const standing = new Map<string, Standing>()
  return {
    of: meter => standing.get(meter) ?? null,
    note(meter, readings) {
      const of = own.get(meter)
      if (!of) return
      // A time or meter in doubt: what it shows is nobody's.
      if (readings.some(({ quality }) => quality === 'quarantined')) {
        standing.delete(meter)
        return
      }
      const after = standingAfter(STANDING_RULES, standing.get(meter) ?? null, readings, of)
      if (after) standing.set(meter, after)
    },
  }
}

function meterOf(meter: MeterConfig, offsetMinutes: number): MeterOf {
  const transformers = agreedTransformers(meter)
  return {
    limits: meter.limits ?? USUAL_LIMITS[USUAL_CLASS],
    nameplate: nameplateOnSide(meter.nameplate, transformers),
    transformers,
    offsetMinutes,
    ...(meter.generation && { generation: meter.generation }),
    ...(meter.profile.sign === 'device' && { isSignUnsure: true }),
  }
}
