/** What each meter's power has come to, as far as it is kept: what was not accepted, or is not good, tells nothing. */

import type { ValidatedReading } from '../reading/reading.ts'
import { isDone, loadIn } from '../reading/rules/load.ts'
import { advanced, type LoadSeen } from '../reading/seen/load-seen.ts'
import { type SeriesOfMeter, seriesOf } from './meter-series.ts'

export interface LoadsSeen {
  /** Null before anything was seen. */
  of(meter: string): LoadSeen | null
  /** Takes note of a round that has become durable. */
  note(meter: string, readings: readonly ValidatedReading[]): void
}

export function createLoadsSeen(meters: readonly SeriesOfMeter[]): LoadsSeen {
  const known = new Map(meters.map(meter => [meter.id, seriesOf(meter)]))
  const loads = new Map<string, LoadSeen>()
  return {
    of: meter => loads.get(meter) ?? null,
    note(meter, readings) {
      const own = known.get(meter)
      if (!own) return
      // A time or meter in doubt: what it would add up to is nobody's.
      if (readings.some(({ quality }) => quality === 'quarantined')) {
        loads.delete(meter)
        return
      }
      const before = loads.get(meter)
      if (before && own.isChanged(before.at, readings[0]?.receivedAt ?? before.at)) loads.delete(meter)
      const good = readings.filter(({ quality }) => quality === 'good').map(reading => ({ reading }))
      const sample = loadIn(good, own.nameplateAt(readings[0]?.receivedAt ?? 0))
      if (!sample) return
      const seen = advanced(loads.get(meter) ?? null, sample, (window, until) =>
        isDone(window, until, own.limits),
      )
      if (seen) loads.set(meter, seen)
      else loads.delete(meter)
    },
  }
}
