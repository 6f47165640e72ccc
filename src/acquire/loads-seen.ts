/** What each meter's power has come to, as far as it is kept: what was not accepted, or is not good, tells nothing. */

import type { MeterConfig } from '../config/config.ts'
import { agreedTransformers, inForceSince, nameplateOnSide, transformersAt } from '../reading/ratios.ts'
import type { ValidatedReading } from '../reading/reading.ts'
import { isDone, loadIn } from '../reading/rules/load.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../reading/rules/parameters.ts'
import { advanced, type LoadSeen } from '../reading/seen/load-seen.ts'

/** What of a meter's configuration its power is judged by. */
type Watched = Pick<MeterConfig, 'id' | 'profile' | 'ratios' | 'nameplate' | 'limits' | 'exchanged'>

export interface LoadsSeen {
  /** Null before anything was seen. */
  of(meter: string): LoadSeen | null
  /** Takes note of a round that has become durable. */
  note(meter: string, readings: readonly ValidatedReading[]): void
}

export function createLoadsSeen(meters: readonly Watched[]): LoadsSeen {
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

/** What of a meter holds at an instant: transformers are replaced, meters exchanged. */
export function seriesOf(meter: Watched) {
  const transformers = agreedTransformers(meter)
  const { exchanged = [] } = meter
  const seriesAt = (at: number) =>
    Math.max(
      inForceSince(transformers ?? {}, at),
      exchanged.findLast(moment => moment <= at) ?? Number.NEGATIVE_INFINITY,
    )
  return {
    limits: meter.limits ?? USUAL_LIMITS[USUAL_CLASS],
    transformersAt: (at: number) => transformersAt(transformers, at),
    nameplateAt: (at: number) => nameplateOnSide(meter.nameplate, transformersAt(transformers, at)),
    /** What power came to on either side of it is not one account. */
    isChanged: (from: number, to: number) => seriesAt(from) !== seriesAt(to),
  }
}
