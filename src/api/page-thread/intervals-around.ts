/** A register's intervals with the reads they rest on: also those before and after that gaps at the edges begin or end with. */

import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import {
  type GroundedIntervals,
  groundedIntervals,
  INTERVALS_REST_ON,
  needsPattern,
} from '../../reading/estimate/intervals.ts'
import { clockSet } from '../../reading/estimate/stretches.ts'
import type { Channel } from '../../reading/rules/interval/interval-day.ts'
import type { Reader } from '../../store/reader.ts'
import { deviationsOf, type RegisterReads, registerReads } from './register-reads.ts'
import { areOneSeriesIn } from './series-reads.ts'

export interface IntervalsParts {
  readonly reader: Reader
  readonly meters: readonly BilledMeter[]
  readonly offsetMinutes: number
  readonly turn: () => Promise<void>
}

export interface RegisterSpan {
  readonly meter: string
  readonly channel: Channel
  /** UTC ms. */
  readonly from: number
  readonly to: number
}

/** And the weeks before where gaps are long. */
export async function readsAround(
  parts: IntervalsParts,
  { from, to, meter, channel }: RegisterSpan,
): Promise<RegisterReads> {
  const { aroundMs, patternMs } = INTERVALS_REST_ON
  const register = { meter, obis: channel.obis }
  const around = await registerReads(parts, register, from - aroundMs, to + aroundMs)
  if (!needsPattern({ reads: around.reads, from, to })) return around
  return registerReads(parts, register, from - aroundMs - patternMs, to + aroundMs)
}

/** By the reads around the span. */
export function intervalsBy(
  parts: IntervalsParts,
  { reads }: RegisterReads,
  { meter, channel, from, to, everyMs }: RegisterSpan & { readonly everyMs: number },
  deviationAt = deviationsOf(parts, meter),
): GroundedIntervals {
  const areOneSeries = areOneSeriesIn(parts, meter, reads[0]?.at ?? from, reads.at(-1)?.at ?? to)
  return groundedIntervals({
    ...{ ...channel, from, to, everyMs, offsetMinutes: parts.offsetMinutes, reads },
    areOneCourse: (earlier, later) =>
      areOneSeries(earlier.at, later.at) && clockSet(earlier, later, deviationAt) === 0,
  })
}
