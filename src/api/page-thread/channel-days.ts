/** Days of a register's intervals as they are judged once a day. */

import { DAY, HOUR } from '../../core/time.ts'
import type { HistoryFacts } from '../../reading/rules/history.ts'
import { type Channel, type IntervalDay, intervalDayOf } from '../../reading/rules/interval/interval-day.ts'
import type { MeterHistory } from '../../reading/rules/period/judge-periods.ts'
import { dayReadUntil, seriesOf } from '../../reading/rules/period/series.ts'
import { deviationsOf, type RegisterReadsParts, registerReads } from './register-reads.ts'
import { readsInSeries, type SeriesParts } from './series-reads.ts'

export interface ChannelDaysParts extends SeriesParts, RegisterReadsParts {
  readonly reader: RegisterReadsParts['reader'] & SeriesParts['reader']
}

interface Days {
  readonly facts: HistoryFacts
  readonly releases: MeterHistory['releases']
  /** The end of the last of them. */
  readonly boundary: number
  readonly offsetMinutes: number
}

/** Of so many intervals before and after a day, and of an hour at least, reads stand at its ends. */
const BESIDE = 2

export async function channelDay(
  parts: ChannelDaysParts,
  channel: Channel,
  { facts, releases, boundary, offsetMinutes }: Days,
  daysBefore: number,
): Promise<IntervalDay | null> {
  const end = boundary - daysBefore * DAY
  const beside = Math.max(HOUR, BESIDE * channel.everyMs)
  const register = { meter: facts.meter, obis: channel.obis }
  const { reads, unit } = await registerReads(parts, register, end - DAY - beside, end + beside)
  if (unit === null) return null
  const series = seriesOf(releases, end, facts.capacities, obis => obis === channel.obis)
  const known = {
    ...{ channel, unit, siblingAt: null, absences: facts.absences },
    reads: readsInSeries(parts, facts.meter, reads, end),
    deviationAt: deviationsOf(parts, facts.meter),
    released: facts.kind === 'freeze' ? dayReadUntil(series.get(channel.obis), end) : null,
  }
  const { everyMs } = channel
  return intervalDayOf(known, { from: end - DAY, now: end + beside, everyMs, offsetMinutes })
}
