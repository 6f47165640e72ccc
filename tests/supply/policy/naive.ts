/** Another way to say when anybody may be cut: minute by minute as clocks show it, and nothing computed from offsets. */

import { MINUTE } from '../../../src/core/time.ts'
import type { Policy } from '../../../src/supply/policy/policy.ts'

/** A minute of a zone: what its clocks show, and how often they show it around there. */
export interface Minute {
  readonly at: number
  readonly date: string
  readonly minuteOfDay: number
  readonly weekday: string
  readonly shown: number
}

export interface Walked {
  readonly minutes: readonly Minute[]
  /** How often clocks show "2026-11-23 540". */
  readonly times: ReadonlyMap<string, number>
}

export function walk(timeZone: string, from: number, minutes: number): Walked {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    hourCycle: 'h23',
  })
  const english = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
  const times = new Map<string, number>()
  const seen: Omit<Minute, 'shown'>[] = []
  for (let at = from; at < from + minutes * MINUTE; at += MINUTE) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = (clock.format(at).match(/\d+/g) ?? []).map(
      Number,
    )
    const date = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
    const minuteOfDay = hour * 60 + minute
    const weekday = english[weekdayNumber(year, month, day)] ?? ''
    const key = `${date} ${minuteOfDay}`
    times.set(key, (times.get(key) ?? 0) + 1)
    seen.push({ at, date, minuteOfDay, weekday })
  }
  return {
    minutes: seen.map(one => ({ ...one, shown: times.get(`${one.date} ${one.minuteOfDay}`) ?? 0 })),
    times,
  }
}

/** Sakamoto's table; 0 is a Sunday. */
function weekdayNumber(year: number, month: number, day: number): number {
  const shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1] ?? 0
  const y = month < 3 ? year - 1 : year
  return (y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + shift + day) % 7
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The date after, by counting days as on paper. */
function tomorrow(date: string): string {
  let [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const length = month === 2 && leap ? 29 : (LENGTHS[month - 1] ?? 0)
  day += 1
  if (day > length) [day, month] = [1, month + 1]
  if (month > 12) [month, year] = [1, year + 1]
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** Every day of a yearly range is listed, so that the new year in the midst of one is nothing special. */
function listed({ from, to }: { readonly from: string; readonly to: string }): (date: string) => boolean {
  if (from.length === 10) return date => date >= from && date <= to
  const days = new Set<string>()
  // So that the February in it has 29 days, whichever year the range begins in.
  for (let date = `${from <= to ? 2024 : 2023}-${from}`; ; date = tomorrow(date)) {
    days.add(date.slice(5))
    if (date.slice(5) === to) break
  }
  return date => days.has(date.slice(5))
}

/** The instants of these minutes at which the policy permits a cut at all. */
export function permitted(policy: Policy, { minutes, times }: Walked): ReadonlySet<number> {
  const holidays = policy.holidays.days.map(listed)
  const noCut = policy.noCut.map(listed)
  const isHoliday = (date: string) => holidays.some(holds => holds(date))
  const isKnown = (date: string) => date >= policy.holidays.known.from && date <= policy.holidays.known.to
  const byDate = new Map<string, boolean>()
  const mayOn = (date: string, weekday: string) => {
    const next = tomorrow(date)
    if (date < policy.accepted.on || !isKnown(date) || isHoliday(date)) return false
    if (policy.holidays.dayBefore && (!isKnown(next) || isHoliday(next))) return false
    return !noCut.some(holds => holds(date)) && !policy.windows.never.some(day => day === weekday)
  }
  const may = ({ date, weekday }: Minute) => {
    const known = byDate.get(date) ?? mayOn(date, weekday)
    byDate.set(date, known)
    return known
  }
  const edge = (date: string, minute: number) =>
    times.get(minute === 1440 ? `${tomorrow(date)} 0` : `${date} ${minute}`) === 1
  const found = minutes.filter(
    one =>
      one.shown === 1 &&
      may(one) &&
      policy.windows.open.some(
        ({ days, from, to }) =>
          days.some(day => day === one.weekday) &&
          from <= one.minuteOfDay &&
          one.minuteOfDay < to &&
          edge(one.date, from) &&
          edge(one.date, to),
      ),
  )
  return new Set(found.map(({ at }) => at))
}
