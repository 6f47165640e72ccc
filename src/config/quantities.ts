/** Text of settings → numbers with units: lengths of time, places to listen on, servers. */

import { type MonthDay, parseMonthDay } from '../core/calendar.ts'
import { parseScaled, type Scaled } from '../core/scaled.ts'
import { DAY, HOUR, instantOf, MINUTE, parseOffset, SECOND } from '../core/time.ts'

export const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/
export const SIZE = /^(\d{1,6})(MB|GB|TB)$/
export const LISTEN = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253}):(\d{1,5})$/

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** Milliseconds of "15m", "500ms", "1h"; null when it is no length of time. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text)
  const unit = UNITS[match?.[2] ?? '']
  return match && unit !== undefined ? Number(match[1]) * unit : null
}

const SIZES: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 }

/** Bytes of "512MB", "4GB"; null when it is no size. */
export function parseSize(text: string): number | null {
  const match = SIZE.exec(text)
  const unit = SIZES[match?.[2] ?? '']
  return match && unit !== undefined ? Number(match[1]) * unit : null
}

/** "1h" of 3600000: in the largest unit that says it whole. */
export function formatDuration(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find(name => ms > 0 && ms % (UNITS[name] ?? 1) === 0) ?? 'ms'
  return `${ms / (UNITS[unit] ?? 1)}${unit}`
}

/** Minutes since midnight of "23:50"; null when it is no time of day. */
export function parseMinute(text: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes)
}

/** "01T00", a day every month has, or null. */
export function parseSettlementDay(text: string): MonthDay | null {
  const day = parseMonthDay(text)
  return day && day.day <= 28 ? day : null
}

export interface HostPort {
  readonly host: string
  readonly port: number
}

export function parseListen(text: string): HostPort | null {
  const match = LISTEN.exec(text)
  const port = Number(match?.[2])
  if (!match?.[1] || port > 65535) return null
  return { host: match[1].replace(/^\[|\]$/g, ''), port }
}

/** True where only programs of this machine can connect. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

const MOMENT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/

/** UTC ms of "2026-11-20T10:30", by the site's clock where no offset is written; null for what is no time. */
export function parseMoment(text: string, offsetMinutes: number): number | null {
  const [, minute = '', second = ':00', offset] = MOMENT.exec(text) ?? []
  const minutes = offset === undefined ? offsetMinutes : offset === 'Z' ? 0 : parseOffset(offset)
  return minutes === null ? null : instantOf(`${minute}${second}`, minutes)
}

export const RATIO = /^\d{1,7}(\.\d{1,6})?(\/\d{1,7}(\.\d{1,6})?)?$/
export const MOST_RATIO = 1_000_000
/** Decimals a ratio may have; plates give two or three. */
const RATIO_DECIMALS = 6

/**
 * The number of "200/5", "35000/100", "40" or 40. Null when it is none, when it is not above zero, or when the
 * division does not come out even: what is multiplied with it must stay exact.
 */
export function parseRatio(written: string | number): Scaled | null {
  const text = String(written)
  if (!RATIO.test(text)) return null
  const [over, under] = text.split('/').map(parseScaled)
  if (!over || under === null) return null
  const scaler = Math.min(over.scaler, under?.scaler ?? 0)
  const top = over.digits * 10n ** BigInt(over.scaler - scaler + RATIO_DECIMALS)
  const bottom = (under?.digits ?? 1n) * 10n ** BigInt((under?.scaler ?? 0) - scaler)
  if (top === 0n || bottom === 0n || top % bottom !== 0n) return null
  const ratio = top / bottom
  return ratio <= BigInt(MOST_RATIO) * 10n ** BigInt(RATIO_DECIMALS) ? trimmed(ratio) : null
}

/** Without zeros behind the point: the scaler of a product is that of its factors. */
function trimmed(ratio: bigint): Scaled {
  let digits = ratio
  let scaler = -RATIO_DECIMALS
  while (scaler < 0 && digits % 10n === 0n) {
    digits /= 10n
    scaler++
  }
  return { digits, scaler }
}
