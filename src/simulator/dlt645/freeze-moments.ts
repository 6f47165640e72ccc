/** When a meter froze its registers: by order, by the hour and the day, and when it changed its tables. */

import { DAY, HOUR } from '../../core/time.ts'
import type { Device, FreezeOrder } from './device.ts'
import { fromBcd } from './frame.ts'
import { dailyMoment, hourlyMoment, keptInstant } from './moments.ts'
import { parameterOf } from './parameters-2007.ts'

/** A freeze that is kept: when, by the world's clock and by the meter's. */
export interface Frozen {
  readonly instant: number
  readonly civil: number
}

/** DI2 of the identifiers of Annex A.6; 04 to 07 are of the later rules. */
export const FREEZE = {
  timed: 0x00,
  immediate: 0x01,
  zones: 0x02,
  periods: 0x03,
  hourly: 0x04,
  prices: 0x05,
  daily: 0x06,
  ladders: 0x07,
} as const

/** How many are kept, by DI2. */
const DEPTHS = [12, 3, 2, 2, 254, 2, 62, 2]

/** The parameter that says when the tables of a kind change. */
export const SWITCH_TIMES: ReadonlyMap<number, string> = new Map([
  [FREEZE.zones, '04000106'],
  [FREEZE.periods, '04000107'],
  [FREEZE.prices, '04000108'],
  [FREEZE.ladders, '04000109'],
])

/** The freeze of a kind `nth` back; null where none is kept. */
export function frozen(kind: number, nth: number, device: Device, now: number): Frozen | null {
  if (nth < 1 || nth > (DEPTHS[kind] ?? 0)) return null
  if (kind === FREEZE.immediate) {
    const instant = device.meter.frozenAt[nth - 1]
    if (instant === undefined || instant < device.meter.clearedAt) return null
    return { instant, civil: device.meter.clock.shownAt(instant) }
  }
  const civil = civilMoment(kind, nth, device, now)
  const instant = civil === null ? null : keptInstant(device, civil)
  return civil === null || instant === null ? null : { instant, civil }
}

function civilMoment(kind: number, nth: number, device: Device, now: number): number | null {
  if (kind === FREEZE.daily) return dailyMoment(device, now, nth)
  if (kind === FREEZE.hourly) return hourlyMoment(device, now, nth)
  if (kind === FREEZE.timed) return orderedMoment(device, now, nth)
  return switchesDone(kind, device, now)[nth - 1] ?? null
}

/** Civil times at which tables of a kind changed, latest first; a time already past when written changes nothing. */
export function switchesDone(kind: number, device: Device, now: number): readonly number[] {
  const orders = device.switchOrders.get(SWITCH_TIMES.get(kind) ?? '') ?? []
  const { clock } = device.meter
  return orders
    .filter(({ due, from }, index) => {
      const until = orders[index + 1]?.from ?? now
      return due > clock.shownAt(from) && due <= clock.shownAt(until)
    })
    .map(({ due }) => due)
    .toReversed()
}

const ANY = 0x99

/** Civil moments that fit a pattern mm hh DD MM, `nth` back from now, as far as the orders reach. */
function orderedMoment(device: Device, now: number, nth: number): number | null {
  const { clock } = device.meter
  let left = nth
  let until = clock.shownAt(now)
  for (const order of device.freezeOrders.toReversed()) {
    const from = clock.shownAt(order.from)
    for (let civil = lastMatch(order, until); civil > from; civil = lastMatch(order, civil - 1)) {
      left -= 1
      if (left === 0) return civil
    }
    until = from
  }
  return null
}

/** The latest moment of a pattern that is not after a civil time. */
function lastMatch({ pattern }: FreezeOrder, until: number): number {
  const [minute = ANY, hour = ANY, day = ANY] = pattern
  const past = digits(minute) * 60_000
  if (hour === ANY) return latest(until, HOUR, past)
  if (day === ANY) return latest(until, DAY, digits(hour) * HOUR + past)
  const date = new Date(until)
  const inMonth = (back: number) =>
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back, digits(day)) + digits(hour) * HOUR + past
  return inMonth(0) <= until ? inMonth(0) : inMonth(1)
}

function latest(until: number, every: number, past: number): number {
  return Math.floor((until - past) / every) * every + past
}

/**
 * Whether mm hh DD MM is a pattern of clause 7.7: 99999999 at once, 999999mm hourly, 9999hhmm daily, 99DDhhmm
 * monthly on days 1 to 28.
 */
export function isFreezePattern(pattern: readonly number[]): boolean {
  const [minute = ANY, hour = ANY, day = ANY, month = 0] = pattern
  if (pattern.length !== 4 || month !== ANY) return false
  const isHeld = (value: number, least: number, most: number) => {
    const read = fromBcd(Uint8Array.of(value))
    return read !== null && read >= least && read <= most
  }
  if (minute === ANY) return hour === ANY && day === ANY
  if (!isHeld(minute, 0, 59)) return false
  if (hour === ANY) return day === ANY
  return isHeld(hour, 0, 23) && (day === ANY || isHeld(day, 1, 28))
}

/** The mode word of a kind of freeze: which of its items are kept. */
export function freezeMode(kind: number, device: Device): number {
  return parameterOf(MODE_WORDS[kind] ?? MODE_WORDS[FREEZE.zones] ?? '', device)[0] ?? 0
}

const MODE_WORDS = [
  '04000902',
  '04000903',
  '04000904',
  '04000904',
  '04000905',
  '04000904',
  '04000906',
  '04000904',
]

function digits(bcd: number): number {
  return fromBcd(Uint8Array.of(bcd)) ?? 0
}
