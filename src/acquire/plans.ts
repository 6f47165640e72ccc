/** What one meter is expected to give, from its configuration and profile. Slots are in the site's fixed offset. */

import type { Config, MeterConfig, PollConfig } from '../config/config.ts'
import { formatDuration } from '../config/quantities.ts'
import { boundaryAt, type Calendar, isBoundary, longestPeriod, writeDays } from '../core/calendar.ts'
import { isBilled } from '../core/obis.ts'
import { HOUR, MINUTE } from '../core/time.ts'
import type { FreezePlan as Frozen, Point } from '../driver-api/profile.ts'
import { calendarOf, type Periods } from '../reading/freeze-period.ts'
import type { BillingMoments } from '../reading/worth.ts'

interface Periodic {
  /** "daily", "settlement", "hourly", "poll-15m"; no two plans of a meter have one name. */
  readonly name: string
  /** Where its periods begin; a freeze's boundaries. */
  readonly calendar: Calendar
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
  readonly everyMs: number
  /** It reads registers: a curve that a bill may lean on, and not only what is true for a moment. */
  readonly isCurve: boolean
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
  /** Plans whose freeze stands for this one's too, at boundaries they share. */
  readonly elders: readonly FreezePlan[]
  /** Whether a freeze held of this boundary tells that this plan was read then: it may have come by another. */
  showsItWasRead(boundary: number): boolean
  /** When those before the newest boundary may be asked for: a meter that is freezing tells nothing. */
  olderAskableAt(newest: number): number
}

export type Plan = PollPlan | FreezePlan

/** Meters freeze at 00:00 by their own clock; none is asked for it earlier than this after ours. */
const FREEZE_SETTLES_MS = 5 * MINUTE
/** Bills of the night are wanted when people come to work. */
const BILLS_DUE_MS = 8 * HOUR

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

/**
 * A freeze of one instant has one identity, whichever of its freezes the meter was asked for, and a bill rests on it: two
 * that differ in the last digit would doubt each other. So midnight is the daily freeze's alone, where that is read, and a
 * settlement's hour the settlement's, as long as the elder has it (freeze-days.ts).
 */
export function freezePlansOf(
  { daily, settlement, hourly, profile }: MeterConfig,
  offsetMinutes: number,
): readonly FreezePlan[] {
  const plans: FreezePlan[] = []
  const add = (name: string, frozen: Frozen | undefined | false, periods: Periods, manner: Manner) => {
    if (frozen) plans.push(freezePlan(name, frozen, periods, manner, plans.slice(), offsetMinutes))
  }
  const settles = (boundary: number) => isBoundary({ on: settlement ?? [], offsetMinutes }, boundary)
  const byDay = { ...BILLED, showsItWasRead: (boundary: number) => !settles(boundary) }
  add('daily', daily && profile.daily, { every: 'day', at: 0 }, byDay)
  if (settlement) add('settlement', profile.settlement, { every: 'month', on: settlement }, BILLED)
  add('hourly', hourly && profile.hourly, { every: 'hour' }, CURVE)
  return plans
}

interface Manner
  extends Pick<FreezePlan, 'bills' | 'olderAskableAt'>,
    Partial<Pick<FreezePlan, 'showsItWasRead'>> {
  readonly dueWithinMs: number
}

const BILLED: Manner = {
  bills: true,
  dueWithinMs: BILLS_DUE_MS,
  olderAskableAt: newest => newest,
}
const CURVE: Manner = {
  bills: false,
  dueWithinMs: HOUR,
  olderAskableAt: newest => newest + FREEZE_SETTLES_MS,
}

function freezePlan(
  name: string,
  frozen: Frozen,
  periods: Periods,
  manner: Manner,
  elders: readonly FreezePlan[],
  offsetMinutes: number,
): FreezePlan {
  const { bills, dueWithinMs, olderAskableAt } = manner
  const calendar = calendarOf(periods, offsetMinutes)
  return {
    ...frozen,
    kind: 'freeze',
    name,
    calendar,
    periods,
    bills,
    elders,
    // That midnights were read says of bills how long they have been, and nothing of hours.
    showsItWasRead: manner.showsItWasRead ?? (boundary => bills || isItsOwn({ elders }, boundary)),
    olderAskableAt,
    slotAt: instant => boundaryAt(calendar, instant),
    askableAt: boundary => boundary + FREEZE_SETTLES_MS,
    dueBy: boundary => boundary + dueWithinMs,
  }
}

/** Whether a boundary is none of its elders'. */
export function isItsOwn({ elders }: Pick<FreezePlan, 'elders'>, boundary: number): boolean {
  return elders.every(({ calendar }) => !isBoundary(calendar, boundary))
}

/** How long after a boundary the meter may still tell it, ms. */
export function rememberedMs({ calendar, depth }: Pick<FreezePlan, 'calendar' | 'depth'>): number {
  return depth * longestPeriod(calendar)
}

/** What a poll misses no meter remembers, unless it writes load records (fill-slots.ts). */
function pollPlan(name: string, poll: PollConfig, offsetMinutes: number): PollPlan {
  const { everyMs, points } = poll
  const calendar = { everyMs, from: -offsetMinutes * MINUTE }
  return {
    kind: 'poll',
    name,
    calendar,
    everyMs,
    points,
    poll,
    isCurve: points.some(({ obis }) => isBilled(obis)),
    slotAt: instant => boundaryAt(calendar, instant),
    askableAt: slot => slot,
    dueBy: slot => slot + everyMs,
  }
}

/** Of all meters, for what is never given up. */
export function billingMomentsOf({ meters, site }: Pick<Config, 'meters' | 'site'>): BillingMoments {
  const on = meters.flatMap(({ settlement = [] }) => settlement)
  const settlement = [...new Map(on.map(one => [writeDays([one]), one])).values()]
  return { offsetMinutes: site.offsetMinutes, settlement }
}
