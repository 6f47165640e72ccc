/** Civil time of meters and sites: a meter's clock has no zone, a site has one fixed standard offset for slots. */

/** What a meter's clock shows: "2026-11-21T00:00:00", no zone. */
export type MeterTime = string

const CIVIL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})$/
const OFFSET = /^([+-])(\d{2}):(\d{2})$/

/** Minutes east of UTC of an offset such as "+08:00"; null when it is not one. */
export function parseOffset(text: string): number | null {
  const match = OFFSET.exec(text)
  if (!match) return null
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return Number(match[3]) > 59 || minutes > 14 * 60 ? null : match[1] === '-' ? -minutes : minutes
}

/** The instant (UTC milliseconds) at which a clock of this offset shows `time`; null for dates that do not exist. */
export function instantOf(time: MeterTime, offsetMinutes: number): number | null {
  const match = CIVIL.exec(time)
  if (!match) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const utc = Date.UTC(year, month - 1, day, hour, minute, second)
  const exists = civilOf(utc, 0) === time
  return exists ? utc - offsetMinutes * 60_000 : null
}

/** What a clock of this offset shows at an instant. */
export function civilOf(instant: number, offsetMinutes: number): MeterTime {
  return new Date(instant + offsetMinutes * 60_000).toISOString().slice(0, 19)
}

/** ISO 8601 with the site's offset: "2026-11-21T00:00:00+08:00"; milliseconds only where there are any. */
export function isoWithOffset(instant: number, offsetMinutes: number): string {
  const local = new Date(instant + offsetMinutes * 60_000).toISOString()
  const civil = local.endsWith('.000Z') ? local.slice(0, 19) : local.slice(0, 23)
  const sign = offsetMinutes < 0 ? '-' : '+'
  const minutes = Math.abs(offsetMinutes)
  return `${civil}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** isoWithOffset for many instants near each other, of years of four digits: what is before the seconds once a minute. */
export function isoWriter(offsetMinutes: number): (instant: number) => string {
  let minute = Number.NaN
  let before = ''
  let offset = ''
  let last = Number.NaN
  let lastText = ''
  return instant => {
    if (instant === last) return lastText
    last = instant
    const start = Math.floor(instant / MINUTE) * MINUTE
    if (start !== minute) {
      const text = isoWithOffset(start, offsetMinutes)
      minute = start
      before = text.slice(0, -'00+00:00'.length)
      offset = text.slice(-'+00:00'.length)
    }
    const rest = instant - start
    const milliseconds = rest % SECOND
    const seconds = two((rest - milliseconds) / SECOND)
    lastText =
      milliseconds === 0
        ? `${before}${seconds}${offset}`
        : `${before}${seconds}.${milliseconds.toString().padStart(3, '0')}${offset}`
    return lastText
  }
}

/** The start of the interval of `lengthMs` that holds the instant, counted from the site's midnight. */
export function slotOf(instant: number, lengthMs: number, offsetMinutes: number): number {
  const shift = offsetMinutes * 60_000
  return Math.floor((instant + shift) / lengthMs) * lengthMs - shift
}

/** The deviation of a clock that shows no date that exists: more than any limit, and no measurement (V-F11). */
export const NO_DATE_MS = 1e15

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** "07". */
export function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`
}
