/** What one meter is expected to give, from its configuration and profile. Slots are in the site's fixed offset. */

import type { MeterConfig, PollConfig } from '../config/config.ts'
import { formatDuration } from '../config/quantities.ts'
import { DAY, HOUR, MINUTE, slotOf } from '../core/time.ts'
import type { Point } from '../driver-api/profile.ts'

interface Periodic {
  /** "daily", "poll-15m"; no two plans of a meter have one name. */
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
  /** How many boundaries back the meter remembers. */
  readonly depth: number
}

export type Plan = PollPlan | FreezePlan

/** Meters freeze at 00:00 by their own clock; none is asked for it earlier than this after ours. */
const FREEZE_SETTLES_MS = 5 * MINUTE
/** Bills of the night are wanted when people come to work. */
const DAILY_DUE_MS = 8 * HOUR

export function plansOf({ daily, profile, polls }: MeterConfig, offsetMinutes: number): readonly Plan[] {
  const names = new Set<string>()
  const nameFor = (every: string): string => {
    let name = `poll-${every}`
    for (let nth = 2; names.has(name); nth += 1) name = `poll-${every}-${nth}`
    names.add(name)
    return name
  }
  const freezes = daily && profile.daily ? [dailyPlan(profile.daily, offsetMinutes)] : []
  return [
    ...freezes,
    ...polls.map(poll => pollPlan(nameFor(formatDuration(poll.everyMs)), poll, offsetMinutes)),
  ]
}

function dailyPlan(
  { points, depth }: NonNullable<MeterConfig['profile']['daily']>,
  offsetMinutes: number,
): FreezePlan {
  return {
    kind: 'freeze',
    name: 'daily',
    everyMs: DAY,
    points,
    depth,
    slotAt: instant => slotOf(instant, DAY, offsetMinutes),
    askableAt: boundary => boundary + FREEZE_SETTLES_MS,
    dueBy: boundary => boundary + DAILY_DUE_MS,
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
