/** What a date says of cutting: known at all, weekday, holiday, no-cut days. Pure; dates of the policy's zone. */

import { addDays, isIn, type LocalDate, showDate, weekdayOf } from './dates.ts'
import { type Interlock, pass, refuse } from './interlock.ts'
import type { Policy } from './policy.ts'
import { zoneOf } from './zone.ts'

/** How far a day is looked for that would do. */
const MOST_DAYS = 800

/** All that is decided by the date alone. */
export function interlocksOfDate(policy: Policy, date: LocalDate): readonly Interlock[] {
  return [
    accepted(policy, date),
    calendarKnown(policy, date),
    weekday(policy, date),
    holiday(policy, date),
    ...noCut(policy, date),
  ]
}

function accepted({ accepted: { by, on }, zone }: Policy, date: LocalDate): Interlock {
  if (date >= on) return pass('accepted', null, `accepted by ${by}, holds since ${on}`)
  const text = `the policy holds from ${on} on`
  return refuse('accepted', 'NOT_YET_ACCEPTED', null, text, zoneOf(zone).startOf(on))
}

/** The day before a holiday is known only where the holidays of the next day are. */
function calendarKnown({ holidays: { known, dayBefore, source }, zone }: Policy, date: LocalDate): Interlock {
  const last = dayBefore ? addDays(known.to, -1) : known.to
  if (known.from <= date && date <= last)
    return pass('calendar', source, `holidays are known from ${known.from} to ${known.to}`)
  const text = `holidays are known from ${known.from} to ${known.to} only, so nobody knows what ${date} is`
  const earliest = date < known.from ? zoneOf(zone).startOf(known.from) : null
  return refuse('calendar', 'CALENDAR_UNKNOWN', source, text, earliest)
}

function weekday({ windows: { never, source }, zone }: Policy, date: LocalDate): Interlock {
  const day = weekdayOf(date)
  if (!never.includes(day)) return pass('weekday', source, `${showDate(date)} is a day for it`)
  const free = (other: LocalDate) => !never.includes(weekdayOf(other))
  const text = `${showDate(date)}: nobody is cut on this weekday`
  return refuse('weekday', 'WEEKDAY_NEVER', source, text, startOfFirst(zone, date, free))
}

function holiday(policy: Policy, date: LocalDate): Interlock {
  const { source } = policy.holidays
  const met = holidayOn(policy, date)
  if (!met) return pass('holiday', source, `${date} is no holiday`)
  const [code, text] =
    met.day === date
      ? (['HOLIDAY', `${date} is a holiday, ${met.name}`] as const)
      : (['DAY_BEFORE_HOLIDAY', `${date} is the day before a holiday, ${met.name}`] as const)
  const free = (other: LocalDate) => holidayOn(policy, other) === null
  return refuse('holiday', code, source, text, startOfFirst(policy.zone, date, free))
}

/** The holiday on this date, or on the next where the day before counts. */
function holidayOn({ holidays }: Policy, date: LocalDate): { name: string; day: LocalDate } | null {
  for (const day of holidays.dayBefore ? [date, addDays(date, 1)] : [date]) {
    const met = holidays.days.find(range => isIn(range, day))
    if (met) return { name: met.name, day }
  }
  return null
}

/** One for each calendar that holds the date; one that passes where none does. */
function noCut({ noCut: calendars, zone }: Policy, date: LocalDate): readonly Interlock[] {
  const met = calendars.filter(range => isIn(range, date))
  if (met.length === 0) return [pass('no_cut', null, `${date} is in none of ${calendars.length} calendars`)]
  return met.map(range => {
    const text = `${date} is in ${range.name}, ${range.from} to ${range.to}`
    const free = (other: LocalDate) => !isIn(range, other)
    return refuse('no_cut', 'NO_CUT_CALENDAR', range.source, text, startOfFirst(zone, date, free))
  })
}

/** Null where there is none for two years. */
function startOfFirst(zone: string, after: LocalDate, isFree: (date: LocalDate) => boolean): number | null {
  for (let away = 1; away <= MOST_DAYS; away++) {
    const date = addDays(after, away)
    if (isFree(date)) return zoneOf(zone).startOf(date)
  }
  return null
}
