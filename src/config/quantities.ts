/** Text of settings → numbers with units: lengths of time, places to listen on, servers. */

import { DAY, HOUR, MINUTE, SECOND } from '../core/time.ts'

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
