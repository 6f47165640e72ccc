/** What stands of each meter from round to round, as far as it is kept: what was not accepted shows nothing. */

import type { MeterConfig } from '../config/config.ts'
import type { ValidatedReading } from '../reading/reading.ts'
import { standingAfter } from '../reading/rules/standing/standing.ts'
import { STANDING_RULES } from '../reading/rules/standing/standing-rules.ts'
import type { Standing } from '../reading/seen/stood.ts'
import { seriesOf } from './meter-series.ts'

export interface StandingSeen {
  /** Null before anything was seen. */
  of(meter: string): Standing | null
  /** Takes note of a round that has become durable. */
  note(meter: string, readings: readonly ValidatedReading[]): void
}

export function createStandingSeen(meters: readonly MeterConfig[], offsetMinutes: number): StandingSeen {
  const series = new Map(meters.map(meter => [meter.id, { meter, ...seriesOf(meter) }]))
  const standing = new Map<string, { readonly at: number; readonly own: Standing }>()

  function before(id: string, at: number): Standing | null {
    const own = standing.get(id)
    // What stood of another meter, or behind other transformers, does not stand of this one.
    return own && !series.get(id)?.isChanged(own.at, at) ? own.own : null
  }

  return {
    of: meter => standing.get(meter)?.own ?? null,
    note(id, readings) {
      const of = series.get(id)
      const at = readings[0]?.receivedAt
      if (!of || at === undefined) return
      // A time or meter in doubt: what it shows is nobody's.
      if (readings.some(({ quality }) => quality === 'quarantined')) {
        standing.delete(id)
        return
      }
      const own = standingAfter(STANDING_RULES, before(id, at), readings, {
        limits: of.limits,
        nameplate: of.nameplateAt(at),
        transformers: of.transformersAt(at),
        offsetMinutes,
        ...(of.meter.generation && { generation: of.meter.generation }),
        ...(of.meter.profile.sign === 'device' && { isSignUnsure: true }),
      })
      if (own) standing.set(id, { at, own })
      else standing.delete(id)
    },
  }
}
