/** How the voltages of a phase lay about the limits of what is compliant, day by day. Floats, for limits only. */

import { DAY, MINUTE } from '../../core/time.ts'

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
  /** How many values it could have told just inside a limit. */
  readonly digits: number
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
  /** And so many percent of them, at least, a pile. */
  readonly percent: number
}

const NONE: AtLimit = { at: 0, inside: 0, beyond: 0 }
const NOTHING: VoltageDay = { samples: 0, digits: 0, low: NONE, high: NONE }
const NO_PILE = { pile: null, piled: 0 }
const NEVER = { at: Number.NEGATIVE_INFINITY, today: NOTHING, isJudged: false, ...NO_PILE }
/** What has not been seen for so long is over. */
const FORGOTTEN_AFTER_DAYS = 7

/** 198 and 235.4 V of 220 V: +7 and -10 % (GB/T 12325). */
export function compliantOf(volts: number): Compliant {
  return { low: 0.9 * volts, high: 1.07 * volts, near: 0.005 * volts }
}

export interface VoltageSample {
  readonly at: number
  readonly volts: number
  /** The least by which it can change. */
  readonly step: number
}

export function voltagesAfter(
  before: VoltageDays | null,
  { at, volts, step }: VoltageSample,
  piling: Piling,
): VoltageDays {
  const day = Math.floor((at + piling.offsetMinutes * MINUTE) / DAY)
  const known = before ?? { ...NEVER, day }
  // A late round of the past tells nothing of now.
  if (at <= known.at) return known
  const now = known.day === day ? known : { ...dayAfter(known, piling), day, today: NOTHING }
  return { ...now, at, today: withSample(now.today, volts, step, piling.compliant) }
}

function withSample(
  { samples, low, high }: VoltageDay,
  volts: number,
  step: number,
  { near, ...limits }: Compliant,
): VoltageDay {
  return {
    samples: samples + 1,
    digits: Math.round(near / step),
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
  if (pileIn(today, percent) !== null)
    return { ...known, isJudged: true, pile: { ...today, day }, piled: piled + 1 }
  const isSmooth = [today.low, today.high].some(({ inside, beyond }) => inside + beyond > 0)
  const isOver = isSmooth || (pile !== null && day - pile.day > FORGOTTEN_AFTER_DAYS)
  return { ...known, isJudged: true, ...(isOver && NO_PILE) }
}

/** So many times as many as lie on each value just inside: voltages of a line thin out towards their least and greatest. */
const DENSER = 3

/** At which limit the voltages of a day pile up, none beyond; null for neither. */
export function pileIn(day: VoltageDay, percent: number): 'low' | 'high' | null {
  const isPiled = ({ at, inside, beyond }: AtLimit) =>
    beyond === 0 && at * 100 >= percent * day.samples && at * day.digits >= DENSER * inside
  return isPiled(day.low) ? 'low' : isPiled(day.high) ? 'high' : null
}
