/** How good the voltage was in a month (0310xxxx): minutes watched, shares within limits, greatest and least. */

import { MINUTE } from '../../core/time.ts'
import { yearlyBytes } from './civil-bytes.ts'
import type { Device } from './device.ts'
import { settledAt } from './energies.ts'
import { bcd } from './frame.ts'

const MONTHS = 12

/** DI1 00 all, 01 to 03 a phase; DI0 this month or one of the twelve before. */
export function voltageQuality(
  di1: number,
  di0: number,
  device: Device,
  now: number,
): readonly number[] | null {
  if (di1 > device.meter.phases || di0 > MONTHS) return null
  const to = di0 === 0 ? now : settledAt(device, now, di0)
  const from = settledAt(device, now, di0 + 1)
  const phase = Math.max(di1, 1) - 1
  const greatest = extreme(device, phase, from, to, (one, other) => one > other)
  const least = extreme(device, phase, from, to, (one, other) => one < other)
  return [...bcd(Math.floor((to - from) / MINUTE), 3), ...bcd(10_000, 3), ...bcd(0, 9), ...greatest, ...least]
}

/** The voltage wanders within a band by the minute, so some hundreds of minutes have seen both its ends. */
const MINUTES_LOOKED_AT = 600

function extreme(
  { meter }: Device,
  phase: number,
  from: number,
  to: number,
  beats: (one: number, other: number) => boolean,
): readonly number[] {
  let found = { at: from, volts: meter.flowAt(from).decivolts[phase] ?? 0 }
  for (let nth = 1; nth < MINUTES_LOOKED_AT && from + nth * MINUTE < to; nth++) {
    const at = from + nth * MINUTE
    const volts = meter.flowAt(at).decivolts[phase] ?? 0
    if (beats(volts, found.volts)) found = { at, volts }
  }
  return [...bcd(found.volts, 2), ...yearlyBytes(meter.clock.shownAt(found.at))]
}
