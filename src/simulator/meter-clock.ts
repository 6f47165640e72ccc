/** The clock of a simulated meter: a little wrong, perhaps drifting, set by broadcast; its past stays known. */

import { DAY, HOUR, MINUTE } from '../core/time.ts'

/** A clock without a zone. Civil times are milliseconds as if the clock ran in UTC. */
export interface MeterClock {
  shownAt(instant: number): number
  /** The first instant at which the clock showed this civil time or had passed it. */
  instantOf(civil: number): number
  /** A broadcast time (function 08): obeyed within ±5 min, once a day, not around midnight. */
  broadcast(civil: number, instant: number): boolean
  /** Set by a write to this meter alone, to any time. */
  set(civil: number, instant: number): void
}

const LARGEST_CORRECTION = 5 * MINUTE

/** What the clock followed from an instant on. */
interface Setting {
  readonly from: number
  readonly offsetMs: number
  readonly driftPpm: number
}

export function createMeterClock(offsetMinutes: number, first: Setting): MeterClock {
  const zone = offsetMinutes * MINUTE
  const settings: Setting[] = [first]
  let lastBroadcast: number | null = null

  const shownBy = ({ from, offsetMs, driftPpm }: Setting, instant: number) =>
    instant + zone + offsetMs + Math.round(((instant - from) * driftPpm) / 1e6)

  function settingAt(instant: number): Setting {
    return settings.findLast(({ from }) => from <= instant) ?? first
  }

  function set(civil: number, instant: number): void {
    const { driftPpm } = settingAt(instant)
    settings.push({ from: instant, offsetMs: civil - instant - zone, driftPpm })
  }

  return {
    set,
    shownAt: instant => shownBy(settingAt(instant), instant),
    instantOf(civil) {
      for (const [index, setting] of settings.entries()) {
        const { from, offsetMs, driftPpm } = setting
        const elapsed = (civil - zone - offsetMs - from) / (1 + driftPpm / 1e6)
        const until = settings[index + 1]?.from ?? Number.POSITIVE_INFINITY
        const instant = from + Math.ceil(elapsed)
        // A clock set forward past `civil` showed it at the moment it was set.
        if (instant < until) return index === 0 ? instant : Math.max(from, instant)
      }
      return civil - zone - first.offsetMs
    },
    broadcast(civil, instant) {
      const setting = settingAt(instant)
      const shown = shownBy(setting, instant)
      const today = (at: number) => Math.floor(shownBy(settingAt(at), at) / DAY)
      if (lastBroadcast !== null && today(lastBroadcast) === today(instant)) return false
      if (Math.abs(civil - shown) > LARGEST_CORRECTION) return false
      // Setting a clock across midnight would freeze a day twice or not at all (7.6).
      if (isNearMidnight(shown) || isNearMidnight(civil)) return false
      set(civil, instant)
      lastBroadcast = instant
      return true
    },
  }
}

function isNearMidnight(civil: number): boolean {
  const sinceMidnight = ((civil % DAY) + DAY) % DAY
  return sinceMidnight <= LARGEST_CORRECTION || sinceMidnight >= DAY - LARGEST_CORRECTION
}

/** The civil midnight `nth` back: 1 the last one the clock has shown, whose instant is where day D begins. */
export function midnight(clock: MeterClock, now: number, nth: number): number {
  return (Math.floor(clock.shownAt(now) / DAY) - (nth - 1)) * DAY
}

/** The full hour `nth` back. */
export function fullHour(clock: MeterClock, now: number, nth: number): number {
  return (Math.floor(clock.shownAt(now) / HOUR) - (nth - 1)) * HOUR
}
