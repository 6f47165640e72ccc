/** How one register went between its ends, exactly: in steps, by the days' weights. */

import { formatScaled } from '../../core/scaled.ts'
import { DAY, isoWithOffset, slotOf } from '../../core/time.ts'
import type { Usual } from './like-days.ts'

/** One end of what is divided. */
export interface End {
  readonly at: number
  readonly steps: bigint
}

export interface Stretch {
  readonly from: End
  /** What the register shows later, without a roll-over; null where that is not known. */
  readonly to: End | null
  readonly unit: string
  readonly scaler: number
  readonly offsetMinutes: number
}

/** `weight / per` of what lies between the ends, or of one step where the later end is not known. */
export interface Course extends Stretch {
  readonly weight: (instant: number) => bigint
  readonly per: bigint
  /** Ends and weights, for an engineer to recheck. */
  readonly inWords: (instant: number) => string
}

/** Null where neither the later end is known nor what is usual. */
export function courseOf(stretch: Stretch, usual: Usual | null): Course | null {
  const { from, to, offsetMinutes } = stretch
  if (usual === null) return to && straight(stretch, to)
  const weight = (instant: number) => weightOf(from.at, instant, usual, offsetMinutes)
  const days = (end: number) => daysInWords(from.at, end, usual, offsetMinutes)
  if (to === null)
    return {
      ...stretch,
      weight,
      per: usual.per,
      inWords: instant => `${startInWords(stretch)}, and what like days count: ${days(instant)}`,
    }
  const per = weight(to.at)
  if (per === 0n) return straight(stretch, to)
  return {
    ...stretch,
    weight,
    per,
    inWords: instant =>
      `${endsInWords(stretch, to)}; of that ${days(instant)} to ${days(to.at)}, as like days count`,
  }
}

function straight(stretch: Stretch, to: End): Course {
  const { from } = stretch
  return {
    ...stretch,
    weight: instant => BigInt(instant - from.at),
    per: BigInt(to.at - from.at),
    inWords: instant =>
      `${endsInWords(stretch, to)}; of that ${inDays(instant - from.at)} to ${inDays(to.at - from.at)} d, all days alike`,
  }
}

/** So many steps, `grain` to each, the register has grown since `from`, rounded down. */
export function grownBy({ from, to, weight, per }: Course, instant: number, grain = 1n): bigint {
  return ((to ? to.steps - from.steps : 1n) * weight(instant) * grain) / per
}

/** Of each site's day the part that lies within. */
function weightOf(from: number, to: number, usual: Usual, offsetMinutes: number): bigint {
  return daysIn(from, to, offsetMinutes).reduce(
    (all, { start, lasts }) => all + usual.steps(start) * BigInt(lasts),
    0n,
  )
}

/** Days that count alike together: "2 d of (1.20 + 1.31 + 1.25)/3". */
function daysInWords(from: number, to: number, usual: Usual, offsetMinutes: number): string {
  const lasting = new Map<string, number>()
  for (const { start, lasts } of daysIn(from, to, offsetMinutes)) {
    const words = usual.inWords(start)
    lasting.set(words, (lasting.get(words) ?? 0) + lasts)
  }
  return `[${[...lasting].map(([words, lasts]) => `${inDays(lasts)} d of ${words}`).join(' + ')}]`
}

function daysIn(from: number, to: number, offsetMinutes: number): { start: number; lasts: number }[] {
  const days: { start: number; lasts: number }[] = []
  for (let start = from; start < to; ) {
    const end = Math.min(slotOf(start, DAY, offsetMinutes) + DAY, to)
    days.push({ start, lasts: end - start })
    start = end
  }
  return days
}

function startInWords({ from, unit, scaler, offsetMinutes }: Stretch): string {
  return `${formatScaled({ digits: from.steps, scaler })} ${unit} at ${isoWithOffset(from.at, offsetMinutes)}`
}

function endsInWords(stretch: Stretch, to: End): string {
  const { from, scaler, offsetMinutes } = stretch
  const words = (steps: bigint) => formatScaled({ digits: steps, scaler })
  return `${startInWords(stretch)} and ${words(to.steps - from.steps)} more until ${isoWithOffset(to.at, offsetMinutes)}`
}

function inDays(ms: number): string {
  return `${Math.round((ms / DAY) * 10_000) / 10_000}`
}
