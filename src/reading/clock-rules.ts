/** When a meter lets its clock be set: once a day, by little, and not where a day or a freeze might come twice. */

import { civilOf, DAY, instantOf, type MeterTime, MINUTE, SECOND } from '../core/time.ts'

/** DL/T 645-2007 7.6: by no more than five minutes. */
const MOST_CORRECTION_MS = 5 * MINUTE
/** Meters keep this far from midnight and their freezes. */
const AWAY_MS = 5 * MINUTE

export interface ClockFacts {
  /** What the meter's clock shows now. */
  readonly shown: MeterTime
  /** What it should show now. */
  readonly right: MeterTime
  /** When it was set last, by its own clock; null where it does not tell. */
  readonly lastSet: MeterTime | null
  /** Moments at which it freezes or settles: hhmm of every day, or DDhhmm of every month. */
  readonly moments: readonly string[]
  /** The items of these of which it told neither a value nor that it holds none. */
  readonly unknown: readonly string[]
}

export interface ClockObstacle {
  /** `far`: this meter alone does not obey. `moment`: nobody should be told the time now. `unknown`: nobody knows whether. */
  readonly kind: 'far' | 'again' | 'moment' | 'unknown'
  readonly text: string
}

/** What stays known of a meter while time goes by: its rules, and how far its clock is ahead, ms. */
export interface ClockKnown extends Omit<ClockFacts, 'shown' | 'right'> {
  readonly aheadMs: number
}

/** The same at another moment, UTC ms: what could be set when it was looked at may not be when the frame leaves. */
export function whyNotSetAt(known: ClockKnown, now: number, offsetMinutes: number): readonly ClockObstacle[] {
  const shown = civilOf(now + known.aheadMs, offsetMinutes)
  return whyNotSet({ ...known, shown, right: civilOf(now, offsetMinutes) })
}

/** Every reason why the clock should not be set now; none when it may be. */
export function whyNotSet({ shown, right, lastSet, moments, unknown }: ClockFacts): readonly ClockObstacle[] {
  const [is, should] = [instantOf(shown, 0), instantOf(right, 0)]
  if (is === null || should === null)
    return [{ kind: 'far', text: `the clock shows ${shown}, which is no time` }]
  const obstacles: ClockObstacle[] = []
  const off = is - should
  if (Math.abs(off) > MOST_CORRECTION_MS) {
    const text = `the clock is ${Math.round(off / SECOND)} s off; meters let it be set by 300 s at most`
    obstacles.push({ kind: 'far', text })
  }
  if (lastSet !== null && lastSet.slice(0, 10) === shown.slice(0, 10)) {
    const text = `the clock was set at ${lastSet}; meters let it be set once a day`
    obstacles.push({ kind: 'again', text })
  }
  const near = ['0000', ...moments].find(moment =>
    [is, should].some(time => distanceMs(time, moment) <= AWAY_MS),
  )
  if (near !== undefined) {
    const what = near === '0000' ? 'midnight' : `the freeze at ${near}`
    obstacles.push({ kind: 'moment', text: `${shown} is within 5 minutes of ${what}` })
  }
  if (unknown.length > 0) {
    const text = `no usable answer for ${unknown.join(', ')}: nobody knows whether the clock may be set now`
    obstacles.push({ kind: 'unknown', text })
  }
  return obstacles
}

/**
 * Hourly freezes as moments of every day, hhmm. `start` is when they began, null where the meter tells none: then at full
 * hours. `everyMinutes` null is every hour, where there is a start; 0 is never. Where they come at other times on other
 * days, all times they may come at.
 */
export function hourlyMoments(start: MeterTime | null, everyMinutes: number | null): readonly string[] {
  if (everyMinutes === 0 || (everyMinutes === null && start === null)) return []
  const step = commonDivisor(everyMinutes ?? MINUTES_OF_HOUR, MINUTES_OF_DAY)
  const from =
    start === null ? 0 : Number(start.slice(11, 13)) * MINUTES_OF_HOUR + Number(start.slice(14, 16))
  return Array.from({ length: MINUTES_OF_DAY / step }, (_, nth) => {
    const minute = (from % step) + nth * step
    return `${twoDigits(Math.floor(minute / MINUTES_OF_HOUR))}${twoDigits(minute % MINUTES_OF_HOUR)}`
  })
}

const MINUTES_OF_HOUR = 60
const MINUTES_OF_DAY = 24 * MINUTES_OF_HOUR
const twoDigits = (part: number) => String(part).padStart(2, '0')

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other)
}

/** From a time to the nearest return of a moment; months away for a moment of another day of the month. */
function distanceMs(time: number, moment: string): number {
  const clock = moment.slice(-4)
  const ofDay = (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(2))) * MINUTE
  const day = moment.length === 6 ? Number(moment.slice(0, 2)) : null
  const midnight = Math.floor(time / DAY) * DAY
  const candidates = [midnight - DAY, midnight, midnight + DAY]
    .map(start => start + ofDay)
    .filter(at => day === null || new Date(at).getUTCDate() === day)
  return Math.min(...candidates.map(at => Math.abs(at - time)), Number.POSITIVE_INFINITY)
}
