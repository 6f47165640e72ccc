/** A day of one register as it was read: what interval rules look at. */

import { approximate, formatScaled, type Scaled } from '../../../core/scaled.ts'
import { DAY, HOUR, slotOf } from '../../../core/time.ts'
import type { Nameplate } from '../../../driver-api/profile.ts'
import { type Interval, intervalsOf } from '../../estimate/intervals.ts'
import {
  type Course,
  finestOf,
  nearestToEnds,
  type RegisterRead,
  type Stretch,
  stretchesOf,
} from '../../estimate/stretches.ts'
import type { Sample } from '../../reading.ts'
import { unitsPerKwh } from '../pair.ts'
import type { Limits } from '../parameters.ts'
import type { Absence } from '../period/period.ts'
import type { Usage } from '../period/series.ts'

/** A register of a meter, as it does not change while the daemon lives. */
export interface Channel extends Course {
  /** How often it is polled, ms. */
  readonly everyMs: number
  /** What its values are multiplied with. */
  readonly factor: Scaled
  /** On the side of the transformers the values are of. */
  readonly nameplate: Nameplate
  readonly limits: Limits
  /** Another register of the same poll; null where there is none. */
  readonly sibling: string | null
}

/** What was read of a register. */
export interface ChannelRead {
  readonly channel: Channel
  readonly unit: string
  /** In order of time; of the day, a little before and after it, and of the days before. */
  readonly reads: readonly RegisterRead[]
  /** The meter's clock minus ours, ms; null where nobody has measured it. */
  readonly deviationAt: (instant: number) => number | null
  /** Where the sibling was read, by slot; null where nobody has looked. */
  readonly siblingAt: ReadonlySet<number> | null
  readonly absences: readonly Absence[]
  /** By which the day was released; null where it was not, as read, at both of its ends. */
  readonly released: Usage | null
}

/** What a register counted from near the begin of an interval until near its end. */
export interface Counted {
  /** Of the interval. */
  readonly from: number
  readonly steps: bigint
  readonly hours: number
  /** By a record and a poll: as long as it may have been by clocks that do not agree. */
  readonly hoursAtMost: number
}

export interface IntervalDay extends ChannelRead {
  readonly from: number
  /** The end of the day, or now. */
  readonly to: number
  readonly isOver: boolean
  readonly everyMs: number
  readonly grid: readonly Interval[]
  /** Of all reads next to each other. */
  readonly course: readonly Stretch[]
  /** Those that touch the day. */
  readonly stretches: readonly Stretch[]
  /** By interval, of the day and of days before. */
  readonly counted: ReadonlyMap<number, Counted>
  /** All steps are of 10^scaler of the unit. */
  readonly scaler: number
  readonly offsetMinutes: number
}

export interface DayAsked {
  readonly from: number
  readonly now: number
  readonly everyMs: number
  readonly offsetMinutes: number
  /** As they are told, where that is known already. */
  readonly grid?: readonly Interval[]
}

export function intervalDayOf(read: ChannelRead, asked: DayAsked): IntervalDay {
  const { from, now, everyMs, offsetMinutes } = asked
  const { channel, reads, deviationAt } = read
  const to = Math.min(from + DAY, now)
  const scaler = finestOf(reads)
  const all = stretchesOf(reads, channel, scaler, deviationAt)
  const isOneClock = new Map(all.map(one => [one.to, one.setMs === 0]))
  const areOneCourse = (_: RegisterRead, later: RegisterRead) => isOneClock.get(later) ?? true
  const shape = { ...channel, reads, from, to, everyMs, offsetMinutes, areOneCourse }
  return {
    ...read,
    from,
    to,
    isOver: to === from + DAY,
    everyMs,
    grid: asked.grid ?? intervalsOf(shape),
    course: all,
    stretches: all.filter(one => one.to.at > from && one.from.at < to),
    counted: countedOf(read, scaler, everyMs, offsetMinutes),
    scaler,
    offsetMinutes,
  }
}

/** Of reads next to the ends of each interval, where they are half a length and a half apart. */
function countedOf(
  { reads, channel, deviationAt }: ChannelRead,
  scaler: number,
  everyMs: number,
  offsetMinutes: number,
): ReadonlyMap<number, Counted> {
  const endNear = (at: number) => slotOf(at + everyMs / 2, everyMs, offsetMinutes)
  const ends = [...nearestToEnds(reads, endNear, everyMs / 2)]
  const slots = new Map(ends.map(([end, read]) => [read, end]))
  const disagreed = (at: number) => Math.abs(deviationAt(at) ?? channel.limits['V-T2'].suspectAbove)
  return new Map(
    stretchesOf([...slots.keys()], channel, scaler, deviationAt).flatMap(({ from, to, steps, setMs }) => {
      const slot = slots.get(from) ?? 0
      const lasted = to.at - from.at
      const isOfInterval = slots.get(to) === slot + everyMs && Math.abs(lasted - everyMs) <= everyMs / 2
      if (!isOfInterval || steps === null || setMs !== 0) return []
      const hoursAtMost = (lasted + (from.stamped === to.stamped ? 0 : disagreed(to.at))) / HOUR
      return [[slot, { from: slot, steps, hours: lasted / HOUR, hoursAtMost }] as const]
    }),
  )
}

/** The intervals of the day that were counted, in order. */
export function countedIn({ grid, counted }: IntervalDay): readonly Counted[] {
  return grid.flatMap(({ from }) => counted.get(from) ?? [])
}

/** kWh (kvarh, kVAh) in so many steps; null for units of no energy. For limits only. */
export function kwhOf(steps: bigint, { scaler, unit }: Pick<IntervalDay, 'scaler' | 'unit'>): number | null {
  const per = unitsPerKwh(unit)
  return per === null ? null : approximate({ digits: steps, scaler }) / per
}

/** Mean power; 0 for units of no energy. */
export function wattsOf({ steps, hours }: Pick<Counted, 'steps' | 'hours'>, day: IntervalDay): number {
  return (1_000 * (kwhOf(steps, day) ?? 0)) / hours
}

/** The least the register can grow by, in steps: at least 1. */
export function leastSteps({ channel: { factor }, reads, scaler }: IntervalDay): number {
  const coarsest = reads.reduce((most, { value }) => Math.max(most, value.scaler), scaler)
  return Math.max(1, approximate(factor) * 10 ** (coarsest - factor.scaler - scaler))
}

/** Intervals of the day that lie within two instants, or partly. */
export function slotsWithin({ grid }: IntervalDay, from: number, to: number): readonly number[] {
  return grid.filter(one => one.to > from && one.from < to).map(one => one.from)
}

/** Intervals of the day in which no good value of the register was read. */
export function slotsUnread({
  grid,
  reads,
  everyMs,
  offsetMinutes,
}: Pick<IntervalDay, 'grid' | 'reads' | 'everyMs' | 'offsetMinutes'>): readonly number[] {
  const read = new Set(reads.map(({ at }) => slotOf(at, everyMs, offsetMinutes)))
  return grid.map(({ from }) => from).filter(slot => !read.has(slot))
}

/** What was counted, as evidence: true at its end. */
export function sampleOf(day: IntervalDay, steps: bigint, at: number): Sample {
  const { channel, unit } = day
  return { obis: channel.obis, kind: 'poll', value: inUnit(steps, day), unit, at }
}

/** Steps as an exact decimal. */
export function inUnit(steps: bigint, { scaler }: Pick<IntervalDay, 'scaler'>): string {
  return formatScaled({ digits: steps, scaler })
}
