/** One day of a register, polled each quarter of an hour, for the rules of intervals. */

import { addScaled, type Scaled } from '../../src/core/scaled.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import type { RegisterRead } from '../../src/reading/estimate/stretches.ts'
import {
  type Channel,
  type ChannelRead,
  type DayAsked,
  type IntervalDay,
  intervalDayOf,
} from '../../src/reading/rules/interval/interval-day.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import { SITE, scaled } from './judged.ts'

export const QUARTER = 15 * MINUTE
/** A Friday's 00:00 at +08:00. */
export const FRIDAY = Date.UTC(2026, 10, 19, 16)

/** One phase of 220 V and 60 A: with overload 15.84 kW, 3.96 kWh in a quarter of an hour. */
export const CHANNEL: Channel = {
  obis: '1-0:1.8.0',
  capacity: scaled('1000000.00'),
  everyMs: QUARTER,
  factor: { digits: 1n, scaler: 0 },
  nameplate: { phases: 1, volts: 220, amperes: 60 },
  limits: USUAL_LIMITS.dwelling,
  sibling: null,
}

export interface DayMade {
  readonly start?: string
  /** Reads that are left out, by place; 0 stands at the begin of the first interval. */
  readonly lost?: readonly number[]
  /** Reads with the meter's own stamp. */
  readonly stamped?: boolean
  /** Of the first interval, in days from Friday's midnight. */
  readonly fromDay?: number
  /** By so many ms each read is late. */
  readonly late?: (place: number) => number
  /** As they stand, instead of what was counted. */
  readonly values?: readonly string[]
  readonly channel?: Partial<Channel>
  readonly known?: Partial<ChannelRead>
  readonly asked?: Partial<DayAsked>
}

export function readsOf(
  counted: readonly string[],
  { start = '1000.00', lost = [], stamped = false, fromDay = 0, late = () => 0, values }: DayMade = {},
): readonly RegisterRead[] {
  let value = scaled(start)
  const all: readonly Scaled[] = values
    ? values.map(scaled)
    : [value, ...counted.map(one => (value = addScaled(value, scaled(one))))]
  return all
    .map((one, place) => ({
      at: FRIDAY + fromDay * DAY + place * QUARTER + late(place),
      value: one,
      stamped,
    }))
    .filter((_, place) => !lost.includes(place))
}

/** Friday, by what each quarter counted; over for an hour. */
export function dayOf(counted: readonly string[], made: DayMade = {}): IntervalDay {
  return intervalDayOf(
    {
      channel: { ...CHANNEL, ...made.channel },
      unit: 'kWh',
      reads: readsOf(counted, made),
      deviationAt: () => null,
      siblingAt: null,
      absences: [],
      released: null,
      ...made.known,
    },
    { from: FRIDAY, now: FRIDAY + DAY + HOUR, everyMs: QUARTER, offsetMinutes: SITE, ...made.asked },
  )
}
