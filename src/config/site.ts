/** The site's time: one fixed offset for slots, and the zone whose midnights people mean. */

import { parseOffset } from '../core/time.ts'
import type { Complain } from './complaint.ts'
import type { Config } from './config.ts'
import type { WrittenConfig } from './schema.ts'
import { show } from './words.ts'

export function resolveSite(written: WrittenConfig['site'], complain: Complain): Config['site'] | null {
  const zone = written?.zone
  const offsetMinutes = written?.offset === undefined ? null : parseOffset(written.offset)
  const standard = zone === undefined ? null : standardOffset(zone)
  if (zone !== undefined && standard === null)
    complain(['site', 'zone'], `${show(zone)} is no time zone known here`, 'write for example Asia/Shanghai')
  else if (standard !== null && offsetMinutes !== null && standard !== offsetMinutes) {
    const text = `${written?.offset} is not the standard time of ${zone}, so slots would not meet its midnights`
    complain(['site', 'offset'], text, `write offset: "${offsetText(standard)}", or correct the zone`)
  }
  return zone === undefined || offsetMinutes === null ? null : { offsetMinutes, zone }
}

/** Minutes east of UTC outside daylight saving time; null when there is no such zone. */
function standardOffset(zone: string): number | null {
  if (!/^[A-Za-z]/.test(zone)) return null
  try {
    const clock = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    return Math.min(...[0, 6].map(month => offsetIn(clock, Date.UTC(2026, month, 1))))
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function offsetIn(clock: Intl.DateTimeFormat, instant: number): number {
  const name = clock.formatToParts(instant).find(part => part.type === 'timeZoneName')?.value ?? ''
  return parseOffset(name.replace('GMT', '') || '+00:00') ?? 0
}

function offsetText(minutes: number): string {
  const two = (value: number) => value.toString().padStart(2, '0')
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
