/** Good polls of the last days, and what the rules over their intervals say of a settled day, as the daemon asks once a day. */

import { DAY, HOUR } from '../../src/core/time.ts'
import type { Release } from '../../src/reading/billing/release.ts'
import type { RegisterRead } from '../../src/reading/estimate/stretches.ts'
import type { Finding, ValidatedReading } from '../../src/reading/reading.ts'
import { judgeChannels } from '../../src/reading/rules/history.ts'
import { type Channel, intervalDayOf } from '../../src/reading/rules/interval/interval-day.ts'
import { dayReadUntil, seriesOf } from '../../src/reading/rules/period/series.ts'
import { historyFacts } from '../../src/releasing/history-facts.ts'
import type { Archived } from './archive.ts'
import { OFFSET_MINUTES } from './load.ts'

export interface Intervals {
  saw(meter: number, readings: readonly ValidatedReading[]): void
  ofMeter(meter: number, boundary: number, releases: readonly Release[]): Promise<readonly Finding[]>
}

const KEPT_MS = 4 * DAY
const BESIDE_MS = HOUR

export function createIntervals(archive: readonly Archived[]): Intervals {
  const facts = archive.map(({ config }) => historyFacts(config, { offsetMinutes: OFFSET_MINUTES }))
  const kept = archive.map(() => new Map<string, RegisterRead[]>())

  return {
    saw(meter, readings) {
      for (const { obis, kind, quality, readAt, value } of readings) {
        if (kind !== 'poll' || quality !== 'good') continue
        if (!facts[meter]?.channels.some(one => one.obis === obis)) continue
        const all = kept[meter]?.get(obis) ?? []
        if ((all[0]?.at ?? readAt) < readAt - KEPT_MS) all.splice(0, 96)
        all.push({ at: readAt, value, stamped: false })
        kept[meter]?.set(obis, all)
      }
    },
    async ofMeter(meter, boundary, releases) {
      const own = facts[meter]
      const dayOf = async (channel: Channel, daysBefore: number) => {
        const end = boundary - daysBefore * DAY
        const near = ({ at }: RegisterRead) => at >= end - DAY - BESIDE_MS && at < end + BESIDE_MS
        const reads = (kept[meter]?.get(channel.obis) ?? []).filter(near)
        const series = seriesOf(releases, end, own?.capacities, obis => obis === channel.obis)
        const released = own?.kind === 'freeze' ? dayReadUntil(series.get(channel.obis), end) : null
        const known = { channel, unit: 'kWh', reads, released, siblingAt: null, absences: [] }
        const { everyMs } = channel
        const asked = { from: end - DAY, now: end + BESIDE_MS, everyMs, offsetMinutes: OFFSET_MINUTES }
        return intervalDayOf({ ...known, deviationAt: () => null }, asked)
      }
      return judgeChannels(own?.channels ?? [], dayOf, [])
    },
  }
}
