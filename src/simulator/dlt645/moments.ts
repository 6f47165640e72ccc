/** The civil moments at which a meter keeps its registers: settlement days, hours, days. Latest first. */

import { HOUR } from '../../core/time.ts'
import { fullHour, midnight } from '../meter-clock.ts'
import type { Device } from './device.ts'
import { fromBcd } from './frame.ts'
import { parameterOf } from './parameters-2007.ts'

/** DDhh of a settlement; 9999 is none. */
interface SettlementDay {
  readonly day: number
  readonly hour: number
}

/** The civil settlement moment `nth` back, by the days that are set up, each hh DD as on the wire. */
export function settlement(
  device: Device,
  now: number,
  nth: number,
  written: readonly (readonly number[])[] = SETTLEMENT_DAYS.map(item => parameterOf(item, device)),
): number {
  const shown = device.meter.clock.shownAt(now)
  const date = new Date(shown)
  const days = settlementDays(written)
  const found: number[] = []
  for (let back = 0; found.length < nth; back++) {
    const month = days.map(({ day, hour }) =>
      Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back, day, hour),
    )
    found.push(...month.filter(civil => civil <= shown).sort((a, b) => b - a))
  }
  return found[nth - 1] ?? shown
}

const SETTLEMENT_DAYS = ['04000B01', '04000B02', '04000B03']

function settlementDays(written: readonly (readonly number[])[]): readonly SettlementDay[] {
  const days = written.flatMap(([hour = 0x99, day = 0x99]) =>
    day >= 0x01 && day <= 0x28 && hour <= 0x23 ? [{ day: digits(day), hour: digits(hour) }] : [],
  )
  return days.length > 0 ? days : [{ day: 1, hour: 0 }]
}

/** So far from a settlement no time told to all is taken, before or after the change. */
const AWAY_MS = 5 * 60_000

/** Whether what the clock shows, or what it would show, lies about a settlement, which must come once (7.6). */
export function isNearSettlement(
  device: Device,
  civil: number,
  now: number,
  written: readonly (readonly number[])[] = SETTLEMENT_DAYS.map(item => parameterOf(item, device)),
): boolean {
  const days = settlementDays(written)
  return [device.meter.clock.shownAt(now), civil].some(time => {
    const date = new Date(time)
    return days.some(({ day, hour }) => {
      const moment = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day, hour)
      return Math.abs(time - moment) <= AWAY_MS
    })
  })
}

/** The daily freeze `nth` back, at hhmm of 04001203. */
export function dailyMoment(device: Device, now: number, nth: number): number {
  const [minute = 0, hour = 0] = parameterOf('04001203', device)
  const later = digits(hour) * HOUR + digits(minute) * 60_000
  const today = midnight(device.meter.clock, now, 1) + later
  const latest = today <= device.meter.clock.shownAt(now) ? today : today - 24 * HOUR
  return latest - (nth - 1) * 24 * HOUR
}

export function hourlyMoment(device: Device, now: number, nth: number): number {
  return fullHour(device.meter.clock, now, nth)
}

/** The instant of a civil moment; null where the registers of then were cleared since. */
export function keptInstant(device: Device, civil: number): number | null {
  const instant = device.meter.clock.instantOf(civil)
  return instant < device.meter.clearedAt ? null : instant
}

function digits(bcd: number): number {
  return fromBcd(Uint8Array.of(bcd)) ?? 0
}
