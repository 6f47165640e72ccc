/** What is switched on when (问电器): hours of the day, what always runs, the largest steps, and where a rise comes from. Pure. */

import { addScaled, approximate, compareScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import { DAY, HOUR, slotOf } from '../../core/time.ts'
import { increase } from '../billing/continuity.ts'

/** A register as it was read at a full hour. */
export interface HourRead {
  /** UTC ms. */
  readonly at: number
  readonly value: Scaled
  readonly reading: string
}

/** What was counted from one full hour to the next; both were read. */
export interface HourCounted {
  readonly from: number
  readonly value: Scaled
}

export interface HourOfDay {
  readonly hour: number
  /** Of so many days this hour is known. */
  readonly days: number
  readonly sum: Scaled
  readonly most: Scaled
}

export interface DayCounted {
  readonly from: number
  readonly value: Scaled
}

export interface Step {
  /** The hour that counted more than the one before it. */
  readonly from: number
  readonly before: Scaled
  readonly after: Scaled
}

/** From a day on a day counts more than before it. */
export interface Rise {
  /** UTC ms, a midnight. */
  readonly since: number
  /** Means of a day, in the register's unit. */
  readonly before: number
  readonly after: number
  /** The hours in a row that hold the most of it; `to` may be below `from`, across midnight. Null where it is in no hours. */
  readonly run: {
    readonly from: number
    readonly to: number
    readonly more: number
    readonly share: number
  } | null
}

export interface Appliances {
  readonly hours: readonly HourOfDay[]
  /** Whole days, in order. */
  readonly days: readonly DayCounted[]
  /** What the quietest hour of a day counted, of the middle one of the days; null where no day is whole. */
  readonly standing: Scaled | null
  readonly steps: readonly Step[]
  readonly rise: Rise | null
}

const STEPS_SHOWN = 3
/** Fewer days on either side tell nothing. */
const LEAST_DAYS = 2
/** A rise is so many times what it was, at least. */
const RISE_TIMES = 1.3
/** Hours of a load that was added count this share of the hour that counts most of it. */
const RUN_SHARE = 0.35

export function countedByHour(reads: readonly HourRead[], capacity: Scaled | null): readonly HourCounted[] {
  return reads.flatMap(({ at, value }, place) => {
    const before = reads[place - 1]
    if (!before || at - before.at !== HOUR) return []
    const used = increase(before.value, value, capacity)
    return used === null ? [] : [{ from: before.at, value: used }]
  })
}

/** `before` are hours before the period: what a rise is held against. */
export function appliancesIn(
  counted: readonly HourCounted[],
  before: readonly HourCounted[],
  offsetMinutes: number,
): Appliances {
  const hourOf = ({ from }: HourCounted) => (from - slotOf(from, DAY, offsetMinutes)) / HOUR
  const byHour = Map.groupBy(counted, hourOf)
  const hours = [...byHour]
    .sort(([a], [b]) => a - b)
    .map(([hour, own]) => {
      const values = own.map(({ value }) => value)
      return { hour, days: own.length, sum: values.reduce(addScaled), most: values.reduce(larger) }
    })
  const days = wholeDays(counted, offsetMinutes)
  const all = [...before, ...counted]
  return {
    hours,
    days: days.map(({ from, hours: own }) => ({ from, value: own.reduce(addScaled) })),
    standing: middleOf(days.map(({ hours: own }) => own.reduce(smaller))),
    steps: stepsIn(counted),
    rise: riseIn(wholeDays(all, offsetMinutes)),
  }
}

interface WholeDay {
  readonly from: number
  /** Of each hour. */
  readonly hours: readonly Scaled[]
}

function wholeDays(counted: readonly HourCounted[], offsetMinutes: number): readonly WholeDay[] {
  return [...Map.groupBy(counted, ({ from }) => slotOf(from, DAY, offsetMinutes))]
    .filter(([, own]) => own.length === DAY / HOUR)
    .map(([from, own]) => ({ from, hours: own.map(({ value }) => value) }))
    .sort((a, b) => a.from - b.from)
}

function stepsIn(counted: readonly HourCounted[]): readonly Step[] {
  return counted
    .flatMap(({ from, value }, place) => {
      const last = counted[place - 1]
      return last && from - last.from === HOUR ? [{ from, before: last.value, after: value }] : []
    })
    .filter(({ before, after }) => compareScaled(after, before) > 0)
    .sort((a, b) => compareScaled(sizeOf(b), sizeOf(a)) || a.from - b.from)
    .slice(0, STEPS_SHOWN)
}

function sizeOf({ before, after }: Step): Scaled {
  return subtractScaled(after, before)
}

/** Where the days are best told apart into fewer and more: the least squares on both sides. */
function riseIn(days: readonly WholeDay[]): Rise | null {
  const sums = days.map(({ hours }) => hours.reduce((sum, one) => sum + approximate(one), 0))
  let best: { place: number; off: number } | null = null
  for (let place = LEAST_DAYS; place <= sums.length - LEAST_DAYS; place += 1) {
    const off = spreadOf(sums.slice(0, place)) + spreadOf(sums.slice(place))
    if (!best || off < best.off) best = { place, off }
  }
  if (!best) return null
  const [before, after] = [meanOf(sums.slice(0, best.place)), meanOf(sums.slice(best.place))]
  const first = days[best.place]
  if (!first || after < RISE_TIMES * before) return null
  const more = hoursMore(days.slice(0, best.place), days.slice(best.place))
  return { since: first.from, before, after, run: runIn(more, after - before) }
}

/** By how much the mean of each hour of the day is above what it was. */
function hoursMore(before: readonly WholeDay[], after: readonly WholeDay[]): readonly number[] {
  const meanAt = (days: readonly WholeDay[], hour: number) =>
    meanOf(days.map(({ hours }) => approximate(hours[hour] ?? { digits: 0n, scaler: 0 })))
  return Array.from({ length: DAY / HOUR }, (_, hour) => meanAt(after, hour) - meanAt(before, hour))
}

/** The hours in a row, round midnight too, that hold the most. */
function runIn(more: readonly number[], rise: number): Rise['run'] {
  const most = Math.max(...more)
  const isIn = (hour: number) => (more[hour % more.length] ?? 0) >= RUN_SHARE * most
  if (most <= 0 || rise <= 0) return null
  const runs = more.flatMap((_, from) => {
    if (!isIn(from) || isIn(from + more.length - 1)) return []
    let length = 1
    while (length < more.length && isIn(from + length)) length += 1
    const sum = Array.from({ length }, (__, nth) => more[(from + nth) % more.length] ?? 0).reduce(
      (a, b) => a + b,
    )
    return [{ from, to: (from + length) % more.length, more: sum / length, share: sum / rise }]
  })
  return runs.sort((a, b) => b.share - a.share)[0] ?? null
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, one) => sum + one, 0) / values.length
}

function spreadOf(values: readonly number[]): number {
  const mean = meanOf(values)
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0)
}

function middleOf(values: readonly Scaled[]): Scaled | null {
  return values.toSorted(compareScaled)[Math.floor((values.length - 1) / 2)] ?? null
}

function larger(a: Scaled, b: Scaled): Scaled {
  return compareScaled(a, b) >= 0 ? a : b
}

function smaller(a: Scaled, b: Scaled): Scaled {
  return compareScaled(a, b) <= 0 ? a : b
}
