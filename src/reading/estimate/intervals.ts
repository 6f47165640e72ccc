/** What flowed in each interval, from a register that was read now and then: measured, estimated in between, or missing. */

import { addScaled, type Scaled } from '../../core/scaled.ts'
import { DAY, HOUR, MINUTE, slotOf } from '../../core/time.ts'
import { apportion } from './apportion.ts'
import { areAlike, LIKE_DAYS } from './like-days.ts'
import { type Course, finestOf, flowed, nearestToEnds, type RegisterRead } from './stretches.ts'

export interface IntervalsAsked extends Course {
  /** In order of time, no two of one moment; also those `INTERVALS_REST_ON` names. */
  readonly reads: readonly RegisterRead[]
  /** Intervals that lie within, counted from the site's midnight, UTC ms. */
  readonly from: number
  readonly to: number
  /** Divides a day. */
  readonly everyMs: number
  readonly offsetMinutes: number
  /** One meter by one clock gave both: else nothing is said of what lies between. */
  readonly areOneCourse: (earlier: RegisterRead, later: RegisterRead) => boolean
}

export interface Interval {
  readonly from: number
  readonly to: number
  /** `measured`: the register was read at both ends. */
  readonly mark: 'measured' | 'estimated' | 'missing'
  /** Null where missing. */
  readonly value: Scaled | null
  readonly method: IntervalMethod | null
}

/** What a register counted between two reads was divided by: time, or what like days counted in the same intervals. */
export type IntervalMethod = 'linear' | 'like-days'

/** A gap is divided evenly up to here (California), and not at all beyond. */
const LINEAR_WITHIN_MS = 2 * HOUR
const DIVIDED_WITHIN_MS = 3 * DAY

/** Like days are looked for in so long before a gap. */
const PATTERN_MS = 28 * DAY

/** A read stands for the end of an interval when it is no further off than a twentieth of it, and never than this. */
const STANDS_WITHIN = 20
const MOST_OFF_MS = 5 * MINUTE

/** How far around what is asked reads count, and how much further back where `needsPattern` says so. */
export const INTERVALS_REST_ON = { aroundMs: DIVIDED_WITHIN_MS + DAY, patternMs: PATTERN_MS + DAY } as const

export interface GroundedIntervals {
  readonly intervals: readonly Interval[]
  readonly ground: readonly Ground[]
}

/** Intervals rest on the reads within: from the first to the last, both included, UTC ms; some may lie in several. */
export interface Ground {
  readonly from: number
  readonly to: number
}

export function intervalsOf(asked: IntervalsAsked): readonly Interval[] {
  return groundedIntervals(asked).intervals
}

/** Intervals begin at the site's midnight and every so often after it. */
export function groundedIntervals(asked: IntervalsAsked): GroundedIntervals {
  const { from, to, everyMs, offsetMinutes } = asked
  const reads = standing(asked)
  const before = slotOf(from, everyMs, offsetMinutes)
  const first = before < from ? before + everyMs : before
  const count = Math.max(0, Math.floor((to - first) / everyMs))
  const tallies = Array.from({ length: count }, (): Tally => ({ value: NOTHING, ms: 0, method: null }))
  const pattern = patternOf(reads, asked)
  const ground: Ground[] = []
  for (const [place, later] of reads.entries()) {
    const earlier = reads[place - 1]
    if (earlier === undefined || later.at <= first || earlier.at >= to) continue
    const pieces = piecesOf(earlier, later, asked, pattern)
    if (pieces.length > 0) groundOn(ground, asked.reads, place, pieces.length > 1)
    for (const piece of pieces) {
      const tally = tallies[Math.floor((piece.from - first) / everyMs)]
      if (tally) take(tally, piece)
    }
  }
  const intervals = tallies.map((tally, place) => told(tally, first + place * everyMs, everyMs))
  return { intervals, ground }
}

/** The gap before a read, by when its ends were read; where like days are asked about, with the weeks before it. */
function groundOn(ground: Ground[], reads: readonly RegisterRead[], place: number, isDivided: boolean): void {
  const [start, end] = [reads[place - 1]?.at ?? 0, reads[place]?.at ?? 0]
  const from = isDivided && end - start > LINEAR_WITHIN_MS ? start - INTERVALS_REST_ON.patternMs : start
  const last = ground.at(-1)
  if (last === undefined || last.to < from) ground.push({ from, to: end })
  else ground[ground.length - 1] = { from: Math.min(last.from, from), to: end }
}

/** Whether like days are asked about in what is asked: a gap too long to be divided evenly. */
export function needsPattern({ reads, from, to }: Pick<IntervalsAsked, 'reads' | 'from' | 'to'>): boolean {
  return reads.some((later, place) => {
    const earlier = reads[place - 1]
    if (earlier === undefined || later.at <= from || earlier.at >= to) return false
    return later.at - earlier.at > LINEAR_WITHIN_MS && later.at - earlier.at <= DIVIDED_WITHIN_MS
  })
}

const NOTHING: Scaled = { digits: 0n, scaler: 0 }

interface Tally {
  value: Scaled
  /** What is known of it. */
  ms: number
  method: IntervalMethod | null
}

/** The part of a gap between two reads that lies in one interval. */
interface Piece {
  readonly from: number
  readonly ms: number
  readonly value: Scaled
  /** Null where the whole gap lies in it. */
  readonly method: IntervalMethod | null
}

function take(tally: Tally, { value, ms, method }: Piece): void {
  tally.value = addScaled(tally.value, value)
  tally.ms += ms
  tally.method = tally.method === 'like-days' ? 'like-days' : (method ?? tally.method)
}

function told({ value, ms, method }: Tally, from: number, everyMs: number): Interval {
  const to = from + everyMs
  if (ms < everyMs) return { from, to, mark: 'missing', value: null, method: null }
  return { from, to, mark: method ? 'estimated' : 'measured', value, method }
}

/** Reads near the end of an interval stand for it: of several the nearest. */
function standing({ reads, everyMs, offsetMinutes }: IntervalsAsked): readonly RegisterRead[] {
  const within = Math.min(everyMs / STANDS_WITHIN, MOST_OFF_MS)
  const endNear = (at: number) => slotOf(at + everyMs / 2, everyMs, offsetMinutes)
  const nearest = nearestToEnds(reads, endNear, within)
  return reads.map(read => {
    const end = endNear(read.at)
    return nearest.get(end) === read ? { ...read, at: end } : read
  })
}

/**
 * Nothing where nobody can say how a gap is to be divided, or what flowed in it. It is divided in steps of its own two reads: what
 * else is read, or asked, changes nothing of it.
 */
function piecesOf(
  earlier: RegisterRead,
  later: RegisterRead,
  asked: IntervalsAsked,
  pattern: Pattern,
): readonly Piece[] {
  const scaler = finestOf([earlier, later])
  const steps = flowed(earlier, later, asked, scaler)
  if (steps === null || !asked.areOneCourse(earlier, later)) return []
  const parts = cut(earlier.at, later.at, asked)
  const [only] = parts
  if (parts.length === 1 && only) return [{ ...only, value: { digits: steps, scaler }, method: null }]
  const gapMs = later.at - earlier.at
  if (gapMs > DIVIDED_WITHIN_MS) return []
  const usual = gapMs > LINEAR_WITHIN_MS ? pattern(parts, earlier.at) : null
  const shares = apportion(steps < 0n ? -steps : steps, usual ?? parts.map(({ ms }) => BigInt(ms)))
  return parts.map((part, place) => {
    const share = shares[place] ?? 0n
    const value = { digits: steps < 0n ? -share : share, scaler }
    return { ...part, value, method: usual ? 'like-days' : 'linear' }
  })
}

type Part = Pick<Piece, 'from' | 'ms'>

function cut(from: number, to: number, { everyMs, offsetMinutes }: IntervalsAsked): readonly Part[] {
  const parts: Part[] = []
  for (let start = from; start < to; ) {
    const end = Math.min(slotOf(start, everyMs, offsetMinutes) + everyMs, to)
    parts.push({ from: start, ms: end - start })
    start = end
  }
  return parts
}

/** What the parts of a gap usually come to, by the days before it; null where too few of those were measured. */
type Pattern = (parts: readonly Part[], gapFrom: number) => readonly bigint[] | null

function patternOf(reads: readonly RegisterRead[], asked: IntervalsAsked): Pattern {
  const { everyMs, offsetMinutes } = asked
  // Days are weighed against each other: in steps of one size.
  const scaler = finestOf(reads)
  const at = new Map(reads.map(read => [read.at, read]))
  const measured = (slot: number): bigint | null => {
    const [start, end] = [at.get(slot), at.get(slot + everyMs)]
    const steps = start && end ? flowed(start, end, asked, scaler) : null
    return steps !== null && steps >= 0n ? steps : null
  }
  const usual = (slot: number, gapFrom: number): bigint | null => {
    const same = daysBefore(slot, gapFrom - PATTERN_MS).filter(day => measured(day) !== null)
    const like = same.filter(day => areAlike(day, slot, offsetMinutes))
    const days = (like.length < LIKE_DAYS ? same : like).slice(0, LIKE_DAYS)
    return days.length < LIKE_DAYS ? null : days.reduce((all, day) => all + (measured(day) ?? 0n), 0n)
  }
  return (parts, gapFrom) => {
    const weights = parts.map(({ from, ms }) => {
      const steps = usual(slotOf(from, everyMs, offsetMinutes), gapFrom)
      return steps === null ? null : steps * BigInt(ms)
    })
    const known = weights.filter(weight => weight !== null)
    return known.length < parts.length || known.every(weight => weight === 0n) ? null : known
  }
}

/** The same time of day, the last first; days within a gap were not measured. */
function daysBefore(slot: number, since: number): readonly number[] {
  const days: number[] = []
  for (let day = slot - DAY; day >= since; day -= DAY) days.push(day)
  return days
}
