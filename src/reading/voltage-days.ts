/** How the voltages of a phase lay about the limits of what is compliant, day by day. Floats, for limits only. */

import { DAY, MINUTE } from '../core/time.ts'

export interface VoltageDays {
  /** Civil day, since 1970. */
  readonly day: number
  readonly at: number
  readonly today: VoltageDay
  /** A day had samples enough. */
  readonly isJudged: boolean
  /** The last day that piled up at a limit; null once one since had voltages beyond a limit, or leading up to it. */
  readonly pile: (VoltageDay & { readonly day: number }) | null
  /** Days that did, since the last that did not. */
  readonly piled: number
}

export interface VoltageDay {
  readonly samples: number
  readonly low: AtLimit
  readonly high: AtLimit
}

/** Samples exactly at a limit, just inside it, and beyond it. */
export interface AtLimit {
  readonly at: number
  readonly inside: number
  readonly beyond: number
}

export interface Compliant {
  readonly low: number
  readonly high: number
  /** Just inside is nearer than so. */
  readonly near: number
}

export interface Piling {
  readonly offsetMinutes: number
  readonly compliant: Compliant
  /** So many samples make a day. */
  readonly samples: number
  /** And so many percent of them lie exactly at the limit. */
  readonly percent: number
}

const NONE: AtLimit = { at: 0, inside: 0, beyond: 0 }
const NOTHING: VoltageDay = { samples: 0, low: NONE, high: NONE }
const NO_PILE = { pile: null, piled: 0 }
const NEVER = { at: Number.NEGATIVE_INFINITY, today: NOTHING, isJudged: false, ...NO_PILE }
/** What has not been seen for so long is over. */
const FORGOTTEN_AFTER_DAYS = 7

/** 198 and 235.4 V of 220 V: +7 and -10 % (GB/T 12325). */
export function compliantOf(volts: number): Compliant {
  return { low: 0.9 * volts, high: 1.07 * volts, near: 0.005 * volts }
}

export function voltagesAfter(
  before: VoltageDays | null,
  { at, volts }: { readonly at: number; readonly volts: number },
  piling: Piling,
): VoltageDays {
  const day = Math.floor((at + piling.offsetMinutes * MINUTE) / DAY)
  const known = before ?? { ...NEVER, day }
  // A late round of the past tells nothing of now.
  if (at <= known.at) return known
  const now = known.day === day ? known : { ...dayAfter(known, piling), day, today: NOTHING }
  return { ...now, at, today: withSample(now.today, volts, piling.compliant) }
}

function withSample(
  { samples, low, high }: VoltageDay,
  volts: number,
  { near, ...limits }: Compliant,
): VoltageDay {
  return {
    samples: samples + 1,
    low: withDistance(low, volts - limits.low, near),
    high: withDistance(high, limits.high - volts, near),
  }
}

/** Digits of a meter are hundredths of a volt at the finest. */
const EXACT = 0.001

function withDistance(limit: AtLimit, inside: number, near: number): AtLimit {
  if (Math.abs(inside) < EXACT) return { ...limit, at: limit.at + 1 }
  if (inside < 0) return { ...limit, beyond: limit.beyond + 1 }
  return inside < near ? { ...limit, inside: limit.inside + 1 } : limit
}

/** A day that never came near a limit says nothing of it. */
function dayAfter(known: VoltageDays, { samples, percent }: Piling): VoltageDays {
  const { day, today, pile, piled } = known
  if (today.samples < samples) return known
  const limits = [today.low, today.high]
  if (limits.some(limit => isPiledAt(limit, today.samples, percent)))
    return { ...known, isJudged: true, pile: { ...today, day }, piled: piled + 1 }
  const isSmooth = limits.some(({ inside, beyond }) => inside + beyond > 0)
  const isOver = isSmooth || (pile !== null && day - pile.day > FORGOTTEN_AFTER_DAYS)
  return { ...known, isJudged: true, ...(isOver && NO_PILE) }
}

/** More samples at the limit than in all the volts next to it, and none beyond. */
export function isPiledAt({ at, inside, beyond }: AtLimit, samples: number, percent: number): boolean {
  return beyond === 0 && at > inside && at * 100 >= percent * samples
}
