/**
 * When on a day somebody may be cut, by clocks that are put on and back: an hour that comes twice is in no window, and a
 * window with an edge that does not come just once that day is not open that day.
 */

import { MINUTE, two } from '../../core/time.ts'
import { addDays, type LocalDate, midnightOf, showDate, weekdayOf } from './dates.ts'
import { type Interlock, pass, refuse, showTime } from './interlock.ts'
import type { Policy, Window } from './policy.ts'
import { type Span, zoneOf } from './zone.ts'

/** A window may be missed where clocks are changed on its weekday; not week after week. */
const MOST_DAYS = 30

/** In order, apart from each other; whatever else speaks against the date. */
export function openOn(policy: Policy, date: LocalDate): readonly Span[] {
  const zone = zoneOf(policy.zone)
  const spans = windowsOf(policy, date).flatMap(window => {
    const whole = spanOf(policy.zone, date, window)
    return whole === null ? [] : without(zone.twiceIn(whole), whole)
  })
  return joined(spans)
}

export function window(policy: Policy, now: number): Interlock {
  const { open, source } = policy.windows
  if (open.length === 0) return refuse('window', 'NO_WINDOW', source, 'the policy has no window')
  const zone = zoneOf(policy.zone)
  const date = zone.dateAt(now)
  const at = showTime(policy.zone, now)
  const here = openOn(policy, date).find(({ from, to }) => from <= now && now < to)
  if (here) return pass('window', source, `${at} is in the window until ${showTime(policy.zone, here.to)}`)
  const next = nextOpen(policy, now)
  if (zone.twiceIn({ from: now, to: now + 1 }).length > 0)
    return refuse('window', 'HOUR_COMES_TWICE', source, `${at}: the clocks show this time twice`, next)
  const unclear = windowsOf(policy, date).find(one => spanOf(policy.zone, date, one) === null)
  if (unclear) {
    const text = `${at}: ${shown(unclear)} does not begin and end just once on ${date}, when clocks are changed`
    return refuse('window', 'WINDOW_EDGE_UNCLEAR', source, text, next)
  }
  const windows = windowsOf(policy, date).map(shown).join(', ') || 'no window'
  return refuse('window', 'OUTSIDE_WINDOW', source, `${at}: ${showDate(date)} has ${windows}`, next)
}

/** When the next window opens; null where none does. */
function nextOpen(policy: Policy, now: number): number | null {
  const today = zoneOf(policy.zone).dateAt(now)
  for (let away = 0; away <= MOST_DAYS; away++) {
    const next = openOn(policy, addDays(today, away)).find(({ from }) => from > now)
    if (next) return next.from
  }
  return null
}

function windowsOf({ windows }: Policy, date: LocalDate): readonly Window[] {
  const day = weekdayOf(date)
  return windows.open.filter(({ days }) => days.includes(day)).sort((a, b) => a.from - b.from)
}

/** Null where an edge does not exist on this day, or exists twice. */
function spanOf(zone: string, date: LocalDate, { from, to }: Window): Span | null {
  const [first, last] = [from, to].map(minute => {
    const [instant, ...more] = zoneOf(zone).instantsOf(midnightOf(date) + minute * MINUTE)
    return more.length === 0 ? instant : undefined
  })
  return first === undefined || last === undefined ? null : { from: first, to: last }
}

function without(taken: readonly Span[], whole: Span): readonly Span[] {
  return taken.reduce(
    (left, { from, to }) =>
      left.flatMap(span =>
        [
          { from: span.from, to: Math.min(span.to, from) },
          { from: Math.max(span.from, to), to: span.to },
        ].filter(part => part.from < part.to),
      ),
    [whole],
  )
}

function joined(spans: readonly Span[]): readonly Span[] {
  const apart: Span[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1)
    if (last && span.from <= last.to) apart.splice(-1, 1, { from: last.from, to: Math.max(last.to, span.to) })
    else apart.push(span)
  }
  return apart
}

/** "09:00–15:00". */
function shown({ from, to }: Window): string {
  const text = (minute: number) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
  return `${text(from)}–${text(to)}`
}
