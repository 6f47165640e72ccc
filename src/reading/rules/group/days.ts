/** What each of many meters counted a day, side by side: numbers to compare, never to bill. */

import { approximate, parseScaled } from '../../../core/scaled.ts'
import { DAY } from '../../../core/time.ts'
import { unitsPerKwh } from '../pair.ts'
import { weekdayClass } from '../period/like-days.ts'
import { isForwardTotal, reverseOf } from '../period/period.ts'
import { type Capacities, type Counted, type Series, seriesOf } from '../period/series.ts'

/** Eight weeks: what is compared is of one season. */
export const WINDOW = 56

/** One meter among others. */
export interface GroupMeter {
  readonly meter: string
  /** Meters of one line hang side by side; only those can be taken for each other. */
  readonly line: string
  /** Of nine weeks before the boundary, and of the boundary itself; any order, any versions. */
  readonly releases: readonly Counted[]
  /** Multiplied as values are. */
  readonly capacities?: Capacities
}

/** The days of the window, the last ends at the boundary; not a number where nothing is known of one. */
export interface Days {
  readonly meter: string
  readonly line: string
  /** Forward less reverse active energy, kWh, whether read or estimated. */
  readonly net: Float64Array
  /** Forward active energy of days with a reading at either end, kWh. */
  readonly read: Float64Array
  /** One step of the forward register at the boundary, kWh; not a number where it was not released then. */
  readonly step: number
}

export function daysOf({ meter, line, releases, capacities }: GroupMeter, boundary: number): Days {
  const isTotal = (obis: string) => isForwardTotal(obis) || /^1-\d+:2\.8\.0$/.test(obis)
  const all = seriesOf(releases, boundary, capacities, isTotal)
  const forward = [...all.values()].find(({ obis }) => isForwardTotal(obis))
  const net = new Float64Array(WINDOW).fill(Number.NaN)
  const read = new Float64Array(WINDOW).fill(Number.NaN)
  if (!forward) return { meter, line, net, read, step: Number.NaN }
  for (const { day, kwh, isActual } of daily(forward, boundary)) {
    net[day] = kwh
    if (isActual) read[day] = kwh
  }
  const reverse = all.get(reverseOf(forward.obis))
  if (reverse) for (const { day, kwh } of daily(reverse, boundary)) net[day] = (net[day] ?? 0) - kwh
  return { meter, line, net, read, step: stepOf(forward, releases, boundary) }
}

/** What the meter's own last digit comes to behind what it is multiplied with. */
function stepOf({ stood, unit }: Series, releases: readonly Counted[], boundary: number): number {
  const last = stood.at(-1)
  const release = releases.find(one => one.boundary === boundary)
  const factor = release && parseScaled(release.multiplier)
  if (last?.at !== boundary || !factor) return Number.NaN
  return (10 ** (last.value.scaler - factor.scaler) * approximate(factor)) / (unitsPerKwh(unit) ?? 1)
}

function daily({ usages, unit }: Series, boundary: number) {
  const per = unitsPerKwh(unit)
  return usages.flatMap(({ from, to, used, isActual }) => {
    const day = WINDOW - 1 - (boundary - to.at) / DAY
    if (per === null || to.at - from.at !== DAY || !Number.isInteger(day) || day < 0) return []
    return [{ day, kwh: approximate(used) / per, isActual }]
  })
}

/** When the day of the window begins. */
export function startOf(day: number, boundary: number): number {
  return boundary - (WINDOW - day) * DAY
}

/** By day of the window. */
export function weekendsUntil(boundary: number, offsetMinutes: number): readonly boolean[] {
  return Array.from(
    { length: WINDOW },
    (_, day) => weekdayClass(startOf(day, boundary), offsetMinutes) !== 'working day',
  )
}
