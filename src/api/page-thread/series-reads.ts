/** Reads of one register across exchanges of its meter and of its transformers: there is no difference between two series. */

import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import { isOneSeries } from '../../reading/billing/continuity.ts'
import { isOneAlways, seriesAt } from '../../reading/billing/series.ts'
import type { RegisterRead } from '../../reading/estimate/stretches.ts'
import { staysNear } from '../../store/book/facts.ts'
import type { Reader } from '../../store/reader.ts'

export interface SeriesParts {
  readonly reader: Pick<Reader, 'auditTurns' | 'besideOf'>
  readonly meters: readonly BilledMeter[]
}

/** Whether two instants of a meter, both within this span, are of one series. */
export function areOneSeriesIn(
  { reader, meters }: SeriesParts,
  id: string,
  from: number,
  to: number,
): (one: number, other: number) => boolean {
  const meter = meters.find(one => one.id === id)
  if (!meter) return () => true
  const stays = staysNear(reader, meter, from, to)
  if (isOneAlways(meter, stays)) return () => true
  return (one, other) => {
    const [before, after] = [seriesAt(meter, stays, one), seriesAt(meter, stays, other)]
    return before !== null && after !== null && isOneSeries(before, after)
  }
}

/** Those of the series at an instant; in order of time, as they were. */
export function readsInSeries(
  parts: SeriesParts,
  meter: string,
  reads: readonly RegisterRead[],
  at: number,
): readonly RegisterRead[] {
  const [first, last] = [reads[0], reads.at(-1)]
  if (!first || !last) return reads
  const areOneSeries = areOneSeriesIn(parts, meter, first.at, last.at)
  return reads.filter(read => areOneSeries(read.at, at))
}
