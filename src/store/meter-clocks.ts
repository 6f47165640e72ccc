/** How far each meter's clock was off, as measured; a boundary is judged by the measurement nearest to it. */

import type { DatabaseSync } from 'node:sqlite'
import { HOUR } from '../core/time.ts'
import { clockChecksum } from './checksum.ts'
import type { Damage } from './damage.ts'
import type { Names } from './names.ts'
import { type Row, whole } from './rows.ts'
import type { MeterClock } from './store.ts'

export interface MeterClocks {
  /** Within a transaction. Of several measurements in one hour the last is kept. */
  keep(clock: MeterClock): void
  /** The last measurement of each meter. */
  last(): MeterClock[]
  /** The measurement of one meter nearest to `near`; without it the last. */
  nearestOf(meter: string, near?: number): MeterClock | null
  /** Of one meter, of the hours from the one that holds `from` to the one that holds `to`, in order; without what is damaged. */
  between(meter: string, from: number, to: number): MeterClock[]
  /** The last of one meter before `from`, and the first at `to` or after it; without what is damaged. */
  beside(meter: string, from: number, to: number): ClocksBeside
}

export interface ClocksBeside {
  readonly before: MeterClock | null
  readonly after: MeterClock | null
}

/** Later than any measurement, so the nearest to it is the last. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER

export function createMeterClocks(
  database: DatabaseSync,
  names: Names,
  damage: Pick<Damage, 'found'>,
): MeterClocks {
  const { set, meters, until, after, between } = statementsFor(database)

  function verified(meter: string, row: Row): MeterClock[] {
    const clock = { meter, measuredAt: whole(row['measured_at']), deviationMs: whole(row['deviation_ms']) }
    if (clockChecksum(meter, clock.measuredAt, clock.deviationMs) === whole(row['checksum'])) return [clock]
    damage.found('meter_clock', `${meter}/${whole(row['hour'])}`)
    return []
  }

  function nearestIn(meter: number, id: string, near: number): MeterClock | null {
    const hour = Math.floor(near / HOUR)
    const candidates = [...until.all(meter, hour), ...after.all(meter, hour)]
    const clocks = candidates.flatMap(row => verified(id, row))
    // What cannot be read may be nearer than the rest, and worse: the clock is unknown then.
    if (clocks.length < candidates.length) return null
    const away = ({ measuredAt }: MeterClock) => Math.abs(measuredAt - near)
    return clocks.sort((a, b) => away(a) - away(b))[0] ?? null
  }

  return {
    keep({ meter, measuredAt, deviationMs }) {
      const sum = clockChecksum(meter, measuredAt, deviationMs)
      set.run(names.meterRef(meter), Math.floor(measuredAt / HOUR), measuredAt, deviationMs, sum)
    },
    last: () =>
      meters
        .all()
        .map(({ ref, id }) => nearestIn(whole(ref), String(id), END_OF_TIME))
        .filter(clock => clock !== null),
    nearestOf(id, near = END_OF_TIME) {
      const meter = names.knownMeter(id)
      return meter === null ? null : nearestIn(meter, id, near)
    },
    between(id, from, to) {
      const meter = names.knownMeter(id)
      if (meter === null) return []
      return between
        .all(meter, Math.floor(from / HOUR), Math.floor(to / HOUR))
        .flatMap(row => verified(id, row))
    },
    beside(id, from, to) {
      const meter = names.knownMeter(id)
      if (meter === null) return { before: null, after: null }
      const [first, last] = [Math.floor(from / HOUR), Math.floor(to / HOUR)]
      const earlier = until.all(meter, first).flatMap(row => verified(id, row))
      const later = [...between.all(meter, last, last), ...after.all(meter, last)].flatMap(row =>
        verified(id, row),
      )
      return {
        before: earlier.find(({ measuredAt }) => measuredAt < from) ?? null,
        after: later.find(({ measuredAt }) => measuredAt >= to) ?? null,
      }
    },
  }
}

function statementsFor(database: DatabaseSync) {
  const columns = 'SELECT hour, measured_at, deviation_ms, checksum FROM meter_clock'
  // Two, because the hour of the instant may hold only a measurement after it, further off than the one before.
  const until = database.prepare(`${columns} WHERE meter = ? AND hour <= ? ORDER BY hour DESC LIMIT 2`)
  const after = database.prepare(`${columns} WHERE meter = ? AND hour > ? ORDER BY hour LIMIT 1`)
  const between = database.prepare(`${columns} WHERE meter = ? AND hour BETWEEN ? AND ? ORDER BY hour`)
  between.setReadBigInts(true)
  until.setReadBigInts(true)
  after.setReadBigInts(true)
  return {
    until,
    after,
    between,
    meters: database.prepare('SELECT ref, id FROM meter ORDER BY ref'),
    set: database.prepare(
      `INSERT INTO meter_clock (meter, hour, measured_at, deviation_ms, checksum) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (meter, hour) DO UPDATE
       SET measured_at = excluded.measured_at, deviation_ms = excluded.deviation_ms, checksum = excluded.checksum
       WHERE excluded.measured_at >= measured_at`,
    ),
  }
}
