/** The clocks on the walls of a zone, by the IANA database this program runs with: which instants show a local time. */

import { DAY, HOUR } from '../../core/time.ts'
import { addDays, dateAt, type LocalDate, midnightOf } from './dates.ts'

/** From `from` on, before `to`; UTC ms. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Zone {
  /** What clocks show at an instant, ms after the epoch as if they were in UTC. */
  localAt(instant: number): number
  dateAt(instant: number): LocalDate
  /** Instants at which clocks show this: none where it is skipped, two where clocks are put back over it. */
  instantsOf(local: number): readonly number[]
  /** Stretches that reach into the span whose local times come twice: before and after clocks are put back. */
  twiceIn(span: Span): readonly Span[]
  /** When the date has begun for good: after clocks are put back over its midnight, where they are. */
  startOf(date: LocalDate): number
  /** Minutes east of UTC. */
  offsetMinutesAt(instant: number): number
}

/** Clocks are put on or back at this instant; offsets in ms east of UTC. */
interface Change {
  readonly at: number
  readonly before: number
  readonly after: number
}

/** No zone changes its offset twice within so short a time. */
const STEP = 6 * HOUR
/** No offset, and no change of one, is longer. */
const FURTHEST = 26 * HOUR

const zones = new Map<string, Zone>()

/** A name of the IANA list; fixed offsets such as "+08:00" are none. */
export function isZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** Throws RangeError for what is no zone. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name) ?? createZone(name)
  zones.set(name, known)
  return known
}

function createZone(name: string): Zone {
  const shownAt = wallClock(name)
  const offsetShown = (instant: number) => shownAt(instant) - Math.floor(instant / 1000) * 1000
  const months = new Map<number, readonly Change[]>()

  /** The last instant of the stretch at which the offset is still that of its beginning. */
  function changeWithin(from: number, to: number): number {
    let [low, high] = [from, to]
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000
      if (offsetShown(middle) === offsetShown(from)) low = middle
      else high = middle
    }
    return high
  }

  function changesOf(month: number): readonly Change[] {
    const known = months.get(month)
    if (known) return known
    const changes: Change[] = []
    const end = Date.UTC(1970, month + 1, 1)
    for (let from = Date.UTC(1970, month, 1); from < end; from += STEP) {
      const [before, after] = [offsetShown(from), offsetShown(from + STEP)]
      if (before !== after) changes.push({ at: changeWithin(from, from + STEP), before, after })
    }
    months.set(month, changes)
    return changes
  }

  function changesIn(from: number, to: number): readonly Change[] {
    const changes: Change[] = []
    for (let month = monthOf(from) - 1; month <= monthOf(to); month++) changes.push(...changesOf(month))
    return changes.filter(({ at }) => at > from && at <= to)
  }

  function offsetAt(instant: number): number {
    const month = monthOf(instant)
    const changes = changesOf(month)
    const last = changes.findLast(({ at }) => at <= instant)
    if (last) return last.after
    return changes[0]?.before ?? steadyOffset(month)
  }

  const steady = new Map<number, number>()
  function steadyOffset(month: number): number {
    const known = steady.get(month) ?? offsetShown(Date.UTC(1970, month, 1))
    steady.set(month, known)
    return known
  }

  function instantsOf(local: number): readonly number[] {
    const around = changesIn(local - FURTHEST, local + FURTHEST)
    const offsets = new Set([offsetAt(local), ...around.flatMap(({ before, after }) => [before, after])])
    return [...offsets]
      .map(offset => local - offset)
      .filter(instant => instant + offsetAt(instant) === local)
      .sort((a, b) => a - b)
  }

  const localAt = (instant: number) => instant + offsetAt(instant)
  return {
    localAt,
    dateAt: instant => dateAt(localAt(instant)),
    instantsOf,
    twiceIn: ({ from, to }) =>
      changesIn(from - DAY, to + DAY)
        .map(({ at, before, after }) => ({ from: at - (before - after), to: at + (before - after) }))
        .filter(twice => twice.from < twice.to && twice.from < to && twice.to > from),
    startOf(date) {
      const midnight = midnightOf(date)
      const skips = ({ at, before, after }: Change) => at + before <= midnight && midnight < at + after
      const skipped = changesIn(midnight - FURTHEST, midnight + FURTHEST).find(skips)
      return skipped?.at ?? instantsOf(midnight).at(-1) ?? Number.NaN
    },
    offsetMinutesAt: instant => offsetAt(instant) / 60_000,
  }
}

/** When the date after that of the instant has begun. */
export function nextDay(zone: Zone, instant: number): number {
  return zone.startOf(addDays(zone.dateAt(instant), 1))
}

/** Months since January 1970. */
function monthOf(instant: number): number {
  const at = new Date(instant)
  return 12 * (at.getUTCFullYear() - 1970) + at.getUTCMonth()
}

/** What clocks show, whole seconds, ms after the epoch as if they were in UTC. */
function wallClock(timeZone: string): (instant: number) => number {
  const clock = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
    second: 'numeric',
  })
  return instant => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (
      clock.format(instant).match(/\d+/g) ?? []
    ).map(Number)
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
}
