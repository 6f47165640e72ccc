/** The words of commands in both editions: speeds, outputs, moments of freezes, times. */

import { wireOf } from '../wire/bytes.ts'

/** Bit 1 and up of the speed byte (DL/T 645-2007 7.8, appendix C); bit 7 is a maker's. Bit 0 is reserved. */
export const SPEEDS_2007 = [null, 600, 1200, 2400, 4800, 9600, 19200, 38400] as const
/** The 1997 byte starts one speed lower. */
export const SPEEDS_1997 = [null, 300, 600, 1200, 2400, 4800, 9600, null] as const
export type Speeds = readonly (number | null)[]

/** Null unless the byte is one bit that stands for a speed. */
export function speedOf(byte: number, speeds: Speeds): number | null {
  return speeds.find((speed, bit) => speed !== null && byte === 1 << bit) ?? null
}

export function speedByte(speed: number, speeds: Speeds): number | null {
  const bit = speeds.indexOf(speed)
  return bit < 0 ? null : 1 << bit
}

/** What the multi-function terminal gives out (function 1D of the later rules). */
export const OUTPUTS: ReadonlyMap<string, number> = new Map([
  ['clock-seconds', 0x00],
  ['demand-period', 0x01],
  ['tariff-switch', 0x02],
])

const TIME = /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/

/** "2026-11-22T10:00:00" as ss mm hh DD MM YY; null when it is no such time or of another century. */
export function timeBytes(time: string): Uint8Array | null {
  const fields = time.startsWith('20') ? TIME.exec(time)?.slice(1) : undefined
  return fields && isOfCalendar(time) ? wireOf(fields.join('')) : null
}

/** Whether a calendar has this time: what a later reading of the same fields gives back. */
function isOfCalendar(time: string): boolean {
  const instant = Date.parse(`${time}Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(time)
}

/** 0 Sunday to 6 Saturday. */
export function weekdayOf(time: string): number {
  return new Date(`${time}Z`).getUTCDay()
}

/** The time `seconds` later. */
export function timeAfter(time: string, seconds: number): string {
  return new Date(Date.parse(`${time}Z`) + seconds * 1000).toISOString().slice(0, 19)
}

/**
 * MMDDhhmm with 99 for what is left open (7.7): "now", "hourly:30", "daily:0000", "monthly:010000". Null when it is
 * none of these; the days are those every month has.
 */
export function freezeBytes(text: string): Uint8Array | null {
  if (text === 'now') return wireOf('99999999')
  const match = /^(?:(hourly):(?<minute>\d\d)|(daily):(?<daily>\d{4})|(monthly):(?<monthly>\d{6}))$/.exec(
    text,
  )
  if (!match?.groups) return null
  const { minute, daily, monthly } = match.groups
  const written = monthly ?? (daily === undefined ? `9999${minute}` : `99${daily}`)
  const [day, hour, minutes] = [written.slice(0, 2), written.slice(2, 4), written.slice(4)].map(Number)
  const fits = (value: number | undefined, least: number, most: number) =>
    value === 99 || (value !== undefined && value >= least && value <= most)
  const isReal = minutes !== 99 && fits(day, 1, 28) && fits(hour, 0, 23) && fits(minutes, 0, 59)
  const isWhole =
    (daily === undefined || hour !== 99) && (monthly === undefined || (day !== 99 && hour !== 99))
  return isReal && isWhole ? wireOf(`99${written}`) : null
}

/** How a freeze's MMDDhhmm is told. */
const FREEZES = [
  [/^99{7}$/, 'at once'],
  [/^999999/, 'every hour'],
  [/^9999/, 'every day'],
  [/^99/, 'every month'],
  [/^/, 'once'],
] as const

export function freezeKind(written: string): string {
  return FREEZES.find(([pattern]) => pattern.test(written))?.[1] ?? ''
}

/** First byte of a relay order (N1 of function 1C) and what it asks. */
export const RELAY_ORDERS: ReadonlyMap<number, string> = new Map([
  [0x1a, 'trip'],
  [0x1b, 'close permit'],
  [0x1c, 'close'],
  [0x1d, 'pre-trip'],
  [0x1e, 'pre-trip, other form'],
  [0x2a, 'alarm on'],
  [0x2b, 'alarm off'],
  [0x3a, 'keep power on'],
  [0x3b, 'end keeping power on'],
])
