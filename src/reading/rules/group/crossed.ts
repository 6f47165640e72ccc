/** V-I6: two meters that were taken for each other from a day on: each goes on as the other did. */

import { isoWithOffset } from '../../../core/time.ts'
import type { RuleFacts, Said } from '../rule.ts'
import { type Days, startOf, WINDOW, weekendsUntil } from './days.ts'

export const CROSSED: RuleFacts = {
  id: 'V-I6',
  version: 1,
  says: "no two meters of a line have a day from which on each fits the other's days before (means of working days and weekends) better than its own: Σ(x − x̂)² exchanged is less than half of Σ(x − x̂)², with 7 to 28 days on each side, both at a level of 4 standard errors from before, at which neither had been for a week earlier; told and not withheld where more than 4 meters and a tenth of the line changed with them",
  why: 'connections or addresses exchanged at a meter box: each pays what the other uses',
  needs: 'daily readings of both for seven days on either side',
  outcomes: [
    { verdict: 'suspect', severity: 1, codes: ['2.5.258'] },
    { verdict: 'flag', severity: 2, codes: ['2.10.0'] },
  ],
}

const LEAST = 7
const MOST = 28
/** On either side where the day is looked for: nearer the ends one day decides. */
const LEAST_TO_LOOK = 3
/** Standard errors between the means of both sides. */
const SHIFT = 4
const RATIO = 0.5
/** By how many days the best split of two meters may differ. */
const APART = 2
const MANY = 4
const MANY_SHARE = 0.1

export interface Crossed {
  readonly meters: readonly [string, string]
  /** The day it happened on begins then, or the day before or after; UTC ms. */
  readonly since: number
  readonly said: Said
}

export function findCrossed(
  all: readonly Days[],
  boundary: number,
  offsetMinutes: number,
): readonly Crossed[] {
  const weekends = weekendsUntil(boundary, offsetMinutes)
  return [...Map.groupBy(all, ({ line }) => line).values()].flatMap(ofLine => {
    const shifted = ofLine.flatMap(days => shiftOf(days.read, days, weekends) ?? [])
    return mutual(shifted, weekends).map(pair =>
      crossed(pair, shifted, ofLine.length, boundary, offsetMinutes),
    )
  })
}

interface Shift {
  readonly days: Days
  readonly split: number
  /** What it used before, by working day or weekend, at each split near its own. */
  readonly before: ReadonlyMap<number, Usual>
}

interface Usual {
  readonly workday: number
  readonly weekend: number
}

interface Pair {
  readonly a: Shift
  readonly b: Shift
  readonly split: number
  readonly ratio: number
}

/** The day between the two levels that lie furthest apart; null where none do, or it is a level it had before. */
function shiftOf(read: Float64Array, days: Days, weekends: readonly boolean[]): Shift | null {
  let split = -1
  let furthest = SHIFT
  for (let day = LEAST_TO_LOOK; day < WINDOW - LEAST_TO_LOOK; day += 1) {
    const far = apart(read, day)
    if (far > furthest) [split, furthest] = [day, far]
  }
  if (split < 0 || !isLongEnough(read, split) || wasThereBefore(read, split)) return null
  const before = new Map<number, Usual>()
  for (let day = split - APART; day <= split + APART; day += 1)
    before.set(day, usualBefore(read, day, weekends))
  return { days, split, before }
}

/** Standard errors between both sides' means; 0 where either has too few days. */
function apart(read: Float64Array, split: number): number {
  const before = momentsOf(read, split - MOST, split)
  const after = momentsOf(read, split + 1, split + 1 + MOST)
  if (before.count < LEAST_TO_LOOK || after.count < LEAST_TO_LOOK) return 0
  const pooled = (before.squares + after.squares) / (before.count + after.count - 2)
  const distance = Math.abs(after.mean - before.mean)
  return distance === 0 ? 0 : distance / Math.sqrt(pooled * (1 / before.count + 1 / after.count))
}

function isLongEnough(read: Float64Array, split: number): boolean {
  return momentsOf(read, 0, split).count >= LEAST && momentsOf(read, split + 1, WINDOW).count >= LEAST
}

/** Of the days from one to before another; what is no number is left out. */
function momentsOf(read: Float64Array, from: number, to: number) {
  let [count, sum] = [0, 0]
  for (let day = Math.max(0, from); day < Math.min(WINDOW, to); day += 1) {
    const kwh = read[day] ?? Number.NaN
    if (Number.isNaN(kwh)) continue
    count += 1
    sum += kwh
  }
  const mean = sum / count
  let squares = 0
  for (let day = Math.max(0, from); day < Math.min(WINDOW, to); day += 1) {
    const kwh = read[day] ?? Number.NaN
    if (!Number.isNaN(kwh)) squares += (kwh - mean) ** 2
  }
  return { count, mean, squares }
}

/** Who comes back from a journey uses what he used before it: that is no other meter. */
function wasThereBefore(read: Float64Array, split: number): boolean {
  const [before, after] = [momentsOf(read, split - LEAST, split), momentsOf(read, split + 1, WINDOW)]
  const near = 0.3 * Math.abs(after.mean - before.mean)
  for (let day = 0; day + LEAST <= split; day += 1) {
    const week = momentsOf(read, day, day + LEAST)
    if (week.count >= LEAST - 2 && Math.abs(week.mean - after.mean) <= near) return true
  }
  return false
}

function usualBefore(read: Float64Array, split: number, weekends: readonly boolean[]): Usual {
  const kinds = { workday: { count: 0, sum: 0 }, weekend: { count: 0, sum: 0 } }
  for (let day = Math.max(0, split - MOST); day < split; day += 1) {
    const kwh = read[day] ?? Number.NaN
    if (Number.isNaN(kwh)) continue
    const kind = kinds[weekends[day] ? 'weekend' : 'workday']
    kind.count += 1
    kind.sum += kwh
  }
  const { workday, weekend } = kinds
  const mean = (workday.sum + weekend.sum) / (workday.count + weekend.count)
  return {
    workday: workday.count > 0 ? workday.sum / workday.count : mean,
    weekend: weekend.count > 0 ? weekend.sum / weekend.count : mean,
  }
}

/** Pairs of which each is the other's best. */
function mutual(shifted: readonly Shift[], weekends: readonly boolean[]): readonly Pair[] {
  const best = new Map<Shift, Pair>()
  for (const [place, a] of shifted.entries())
    for (const b of shifted.slice(place + 1)) {
      const pair = Math.abs(a.split - b.split) <= APART ? exchanged(a, b, weekends) : null
      if (!pair) continue
      for (const one of [a, b]) if (pair.ratio < (best.get(one)?.ratio ?? RATIO)) best.set(one, pair)
    }
  return [...new Set(best.values())].filter(pair => best.get(pair.a) === pair && best.get(pair.b) === pair)
}

/** At the split where they fit best when exchanged. */
function exchanged(a: Shift, b: Shift, weekends: readonly boolean[]): Pair | null {
  let best: Pair | null = null
  for (let split = Math.min(a.split, b.split); split <= Math.max(a.split, b.split); split += 1) {
    const [ofA, ofB] = [a.before.get(split), b.before.get(split)]
    if (!ofA || !ofB) continue
    const read = (one: Shift, as: Usual) => misfit(one.days.read, split, as, weekends)
    const ratio = (read(a, ofB) + read(b, ofA)) / (read(a, ofA) + read(b, ofB))
    if (ratio < (best?.ratio ?? RATIO)) best = { a, b, split, ratio }
  }
  return best
}

function misfit(read: Float64Array, split: number, usual: Usual, weekends: readonly boolean[]): number {
  let sum = 0
  for (let day = split + 1; day < Math.min(WINDOW, split + 1 + MOST); day += 1) {
    const off = (read[day] ?? Number.NaN) - (weekends[day] ? usual.weekend : usual.workday)
    if (!Number.isNaN(off)) sum += off * off
  }
  return sum
}

function crossed(
  { a, b, split, ratio }: Pair,
  shifted: readonly Shift[],
  ofLine: number,
  boundary: number,
  offsetMinutes: number,
): Crossed {
  const since = startOf(split, boundary)
  const together = shifted.filter(one => Math.abs(one.split - split) <= APART).length
  const isEverybody = together > MANY && together > MANY_SHARE * ofLine
  const meanOf = ({ days }: Shift, from: number, to: number) => momentsOf(days.read, from, to).mean.toFixed(2)
  const inWords = (one: Shift) =>
    `${one.days.meter} from ${meanOf(one, split - MOST, split)} to ${meanOf(one, split + 1, split + 1 + MOST)} kWh a day`
  return {
    meters: [a.days.meter, b.days.meter],
    since,
    said: {
      verdict: isEverybody ? 'flag' : 'suspect',
      evidence: `on ${isoWithOffset(since, offsetMinutes).slice(0, 10)}, give or take a day, ${inWords(a)}, ${inWords(b)}: exchanged they are off by ${ratio.toFixed(3)} of what they are as they are${isEverybody ? `; ${together} of the ${ofLine} meters of the line changed then` : ''}`,
      limit: { value: String(RATIO), unit: 'times' },
    },
  }
}
