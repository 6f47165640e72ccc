/** What one meter is expected to give, from its configuration and profile. Slots are in the site's fixed offset. */

import type { MeterConfig, PollConfig } from '../config/config.ts'
import { formatDuration } from '../config/quantities.ts'
import { DAY, HOUR, MINUTE, slotOf } from '../core/time.ts'
import type { FreezePlan as Frozen, Point } from '../driver-api/profile.ts'
import type { Periods } from '../reading/freeze-period.ts'

interface Periodic {
  /** "daily", "hourly", "poll-15m"; no two plans of a meter have one name. */
  readonly name: string
  readonly everyMs: number
  readonly points: readonly Point[]
  /** The period that holds an instant; a freeze's is the boundary it is of. */
  slotAt(instant: number): number
  /** Nobody asks earlier. */
  askableAt(slot: number): number
  /** It should be here by then. */
  dueBy(slot: number): number
}

export interface PollPlan extends Periodic {
  readonly kind: 'poll'
  readonly poll: PollConfig
}

export interface FreezePlan extends Periodic {
  readonly kind: 'freeze'
  readonly stamp: Point
  /** How many boundaries back the meter remembers. */
  readonly depth: number
  /** What divides one of its freezes from the next. */
  readonly periods: Periods
  /** Bills are made of it: it goes before all else. */
  readonly bills: boolean
  /** Whether a boundary is asked for; where not, another plan's freeze of it stands for this one's too. */
  asks(boundary: number): boolean
  /** When those before the newest boundary may be asked for: a meter that is freezing tells nothing. */
  olderAskableAt(newest: number): number
}

export type Plan = PollPlan | FreezePlan

/** Meters freeze at 00:00 by their own clock; none is asked for it earlier than this after ours. */
const FREEZE_SETTLES_MS = 5 * MINUTE
/** Bills of the night are wanted when people come to work. */
const DAILY_DUE_MS = 8 * HOUR

export function plansOf(meter: MeterConfig, offsetMinutes: number): readonly Plan[] {
  const { polls } = meter
  const names = new Set<string>()
  const nameFor = (every: string): string => {
    let name = `poll-${every}`
    for (let nth = 2; names.has(name); nth += 1) name = `poll-${every}-${nth}`
    names.add(name)
    return name
  }
  return [
    ...freezePlansOf(meter, offsetMinutes),
    ...polls.map(poll => pollPlan(nameFor(formatDuration(poll.everyMs)), poll, offsetMinutes)),
  ]
}

export function freezePlansOf(
  { daily, hourly, profile }: MeterConfig,
  offsetMinutes: number,
): readonly FreezePlan[] {
  const byDay = daily && profile.daily ? dailyPlan(profile.daily, offsetMinutes) : null
  const byHour = hourly && profile.hourly ? hourlyPlan(profile.hourly, offsetMinutes, byDay) : null
  return [byDay, byHour].filter(plan => plan !== null)
}

function dailyPlan(frozen: Frozen, offsetMinutes: number): FreezePlan {
  return {
    ...frozen,
    kind: 'freeze',
    name: 'daily',
    everyMs: DAY,
    periods: { every: 'day', at: 0 },
    bills: true,
    asks: () => true,
    olderAskableAt: newest => newest,
    slotAt: instant => slotOf(instant, DAY, offsetMinutes),
    askableAt: boundary => boundary + FREEZE_SETTLES_MS,
    dueBy: boundary => boundary + DAILY_DUE_MS,
  }
}

/**
 * A freeze of midnight has one identity, whichever of its freezes the meter was asked for, and a bill rests on it: two
 * that differ in the last digit would doubt each other. So midnight is the daily freeze's alone, where that is read.
 */
function hourlyPlan(frozen: Frozen, offsetMinutes: number, byDay: FreezePlan | null): FreezePlan {
  return {
    ...frozen,
    kind: 'freeze',
    name: 'hourly',
    everyMs: HOUR,
    periods: { every: 'hour' },
    bills: false,
    asks: boundary => byDay?.slotAt(boundary) !== boundary,
    olderAskableAt: newest => newest + FREEZE_SETTLES_MS,
    slotAt: instant => slotOf(instant, HOUR, offsetMinutes),
    askableAt: boundary => boundary + FREEZE_SETTLES_MS,
    dueBy: boundary => boundary + HOUR,
  }
}

/** What a poll misses no meter remembers, unless it writes load records (fill-slots.ts). */
function pollPlan(name: string, poll: PollConfig, offsetMinutes: number): PollPlan {
  const { everyMs, points } = poll
  return {
    kind: 'poll',
    name,
    everyMs,
    points,
    poll,
    slotAt: instant => slotOf(instant, everyMs, offsetMinutes),
    askableAt: slot => slot,
    dueBy: slot => slot + everyMs,
  }
}
