/** The last measured deviation of each meter's clock. */

import type { DatabaseSync } from 'node:sqlite'
import { clockChecksum } from './checksum.ts'
import type { Damage } from './damage.ts'
import type { Names } from './names.ts'
import { whole } from './rows.ts'
import type { MeterClock } from './store.ts'

export interface MeterClocks {
  /** Within a transaction. An older measurement than the one kept changes nothing. */
  keep(clock: MeterClock): void
  all(): MeterClock[]
}

export function createMeterClocks(database: DatabaseSync, names: Names, damage: Damage): MeterClocks {
  const set = database.prepare(
    `INSERT INTO meter_clock (meter, measured_at, deviation_ms, checksum) VALUES (?, ?, ?, ?)
     ON CONFLICT (meter) DO UPDATE
     SET measured_at = excluded.measured_at, deviation_ms = excluded.deviation_ms, checksum = excluded.checksum
     WHERE excluded.measured_at >= measured_at`,
  )
  const all = database.prepare(
    'SELECT m.id, c.measured_at, c.deviation_ms, c.checksum FROM meter_clock c JOIN meter m ON m.ref = c.meter',
  )
  all.setReadBigInts(true)
  return {
    keep({ meter, measuredAt, deviationMs }) {
      set.run(names.meterRef(meter), measuredAt, deviationMs, clockChecksum(meter, measuredAt, deviationMs))
    },
    all() {
      const clocks: MeterClock[] = []
      for (const row of all.all()) {
        const meter = String(row['id'])
        const clock = {
          meter,
          measuredAt: whole(row['measured_at']),
          deviationMs: whole(row['deviation_ms']),
        }
        if (clockChecksum(meter, clock.measuredAt, clock.deviationMs) === whole(row['checksum']))
          clocks.push(clock)
        else damage.found('meter_clock', meter)
      }
      return clocks
    },
  }
}
