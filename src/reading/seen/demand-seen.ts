/**
 * What a maximum demand was told as last, and what the energy beside it lets it be: an account that rounds advance. Physics
 * by floats, for limits only.
 */

import { DAY, HOUR, MINUTE } from '../../core/time.ts'

/** One round: the demand, and the register it is measured with. */
export interface DemandSample {
  readonly at: number
  /** Null where no good one was told. */
  readonly watts: number | null
  readonly energy: EnergyAt | null
}

export interface EnergyAt {
  readonly at: number
  readonly kwh: number
  /** Of the other direction; null where it is not read. */
  readonly other: number | null
  /** One step of the register, kWh. */
  readonly step: number
}

export interface DemandSeen {
  /** Oldest first. */
  readonly energies: readonly EnergyAt[]
  readonly top: Top | null
  /** Told once below `top`: a reset, or a misread. */
  readonly low: Told | null
  /** The last fall that was told twice, and when the second time. */
  readonly fell: { readonly from: Top; readonly to: Told; readonly saidAgainAt: number } | null
  /** What a demand period that ended since `top` was told may have had in the mean, W; infinite where nobody knows. */
  readonly most: number
  /** What one that is over had at least since the last reset, W. */
  readonly least: number
  /** When a demand was first told below that: it may have been reset between two rounds, and nobody saw it. */
  readonly below: number
  /** What one had at least of those that began later, W. */
  readonly again: number
  /** Energies of before are of the demand before. */
  readonly since: number
}

interface Told {
  readonly watts: number
  readonly at: number
}

/** The greatest since the last reset, when it was told last, and whether that is all there is to say for it. */
export interface Top extends Told {
  readonly times: 1 | 2
  /** It was reached as energies allow, or stood before one that was doubted; else it may be what was doubted in an earlier life. */
  readonly isProven: boolean
}

/** Demand periods a meter may go by (04000103): each goes into the hour. */
const PERIODS = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60].map(minutes => minutes * MINUTE)

export function periodsBetween(shortest: number, longest: number): readonly number[] {
  return PERIODS.filter(length => length >= shortest && length <= longest)
}

/** Means over more than this say little more of a maximum. */
const REACH_MS = 3 * HOUR
const APART_MS = 4 * MINUTE
/** So long a fall is told of. */
export const FALL_TOLD_MS = DAY

/** What is possible once a round has told its energy. */
export function boundsAt(
  seen: DemandSeen,
  { at, energy }: DemandSample,
  periods: readonly number[],
): Pick<DemandSeen, 'most' | 'least' | 'again'> {
  const { energies, least, again, since, below } = seen
  const last = energies.at(-1)
  if (!last || periods.length === 0) return { most: Number.POSITIVE_INFINITY, least, again }
  const isNew = energy !== null && energy.at > last.at
  const most = isNew ? Math.max(...periods.map(length => mostOf(energies, energy, length))) : 0
  const over = overSince(energies, at, periods)
  return {
    most: Math.max(seen.most, most),
    least: Math.max(least, leastOf(energies, since, over, periods)),
    // What a reset finds begun, some meters measure no further.
    again: Math.max(again, leastOf(energies, below + Math.max(...periods), over, periods)),
  }
}

/** A period that ended after the last energy began that much earlier, and its energy lies between the two around it. */
function mostOf(energies: readonly EnergyAt[], energy: EnergyAt, length: number): number {
  const begun = (energies.at(-1)?.at ?? 0) - length
  const from = energies.findLast(({ at }) => at <= begun)
  if (!from) return Number.POSITIVE_INFINITY
  const flowed = energy.kwh - from.kwh + Math.max(0, (energy.other ?? 0) - (from.other ?? 0))
  return flowed < 0 ? Number.POSITIVE_INFINITY : wattsOf(flowed + 2 * energy.step, length)
}

/** Energies so old that all demand periods they lie in are over, and that were not at the round before. */
function overSince(
  energies: readonly EnergyAt[],
  at: number,
  periods: readonly number[],
): readonly EnergyAt[] {
  const longest = Math.max(...periods)
  const before = (energies.at(-1)?.at ?? 0) - longest
  return energies.filter(one => one.at <= at - longest && one.at > before)
}

/** What flowed between two energies lies in the demand periods they touch. */
function leastOf(
  energies: readonly EnergyAt[],
  since: number,
  over: readonly EnergyAt[],
  periods: readonly number[],
): number {
  let least = 0
  for (const to of over)
    for (const from of energies) {
      // What flows both ways some meters demand together, some apart.
      if (from.at < since || from.at >= to.at || from.other !== to.other) continue
      let touched = 0
      for (const length of periods)
        touched = Math.max(touched, (Math.ceil((to.at - from.at) / length) + 1) * length)
      least = Math.max(least, wattsOf(to.kwh - from.kwh - to.step, touched))
    }
  return least
}

function wattsOf(kwh: number, lasted: number): number {
  return (kwh * 1_000) / (lasted / HOUR)
}

/** After a round. */
export function demandAfter(
  seen: DemandSeen | null,
  sample: DemandSample,
  periods: readonly number[],
): DemandSeen {
  const { at, watts, energy } = sample
  const before = seen && !isOtherRegister(seen, energy) ? seen : nothing(at)
  // A late round of the past tells nothing of now.
  if (energy && energy.at <= (before.energies.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) return before
  const energies = energy ? [...withoutOld(before, at, periods), energy] : before.energies
  const now = { ...before, energies, ...boundsAt(before, sample, periods) }
  if (watts !== null) return withTold(now, { watts, at }, energy !== null)
  return now.top ? { ...now, top: { ...now.top, isProven: true } } : now
}

/** A register that has fallen is another meter's, or has rolled over: what was known ends there. */
export function isOtherRegister({ energies }: DemandSeen, energy: EnergyAt | null): boolean {
  return energy !== null && energy.kwh < (energies.at(-1)?.kwh ?? 0)
}

function withTold(now: DemandSeen, told: Told, hasEnergy: boolean): DemandSeen {
  const { top, low } = now
  const isFirst = top === null || (told.watts < top.watts && top.times === 1)
  if (isFirst) return { ...now, ...begunAt(told.at), top: { ...told, times: 1, isProven: false } }
  if (told.watts >= top.watts) {
    // A rise that the energy of its own round allows is as good as told twice; without one it may be another meter's.
    const isSame = told.watts === top.watts
    const isAllowed = !isSame && hasEnergy && Number.isFinite(now.most)
    const times = isSame || isAllowed ? 2 : 1
    const isProven = isAllowed || (isSame && top.isProven)
    const below = told.watts < now.least ? Math.min(now.below, told.at) : now.below
    return { ...now, top: { ...told, times, isProven }, low: null, most: 0, below }
  }
  // What is reset begins small and rises; two that fall were misread.
  if (low === null || told.watts < low.watts) return { ...now, low: told }
  // The demand of the round that told the fall may have been of the new period already, and so are energies from there.
  return {
    ...now,
    ...begunAt(low.at),
    top: { ...told, times: told.watts === low.watts ? 2 : 1, isProven: true },
    fell: { from: top, to: low, saidAgainAt: told.at },
  }
}

function begunAt(since: number): Omit<DemandSeen, 'energies' | 'top' | 'fell'> {
  return { low: null, most: 0, least: 0, below: Number.POSITIVE_INFINITY, again: 0, since }
}

function nothing(since: number): DemandSeen {
  return { energies: [], top: null, fell: null, ...begunAt(since) }
}

/** Those that what comes is held against, none of them close behind another but the last. */
function withoutOld({ energies }: DemandSeen, at: number, periods: readonly number[]): readonly EnergyAt[] {
  const reach = at - REACH_MS - Math.max(0, ...periods)
  const [before, last] = energies.slice(-2)
  const isClose = before !== undefined && last !== undefined && last.at - before.at < APART_MS
  return (isClose ? energies.toSpliced(-1) : energies).filter(one => one.at >= reach)
}
