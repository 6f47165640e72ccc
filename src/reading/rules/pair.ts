/** Two values of one register in order of time, and how much may have flowed between them. */

import { approximate, compareScaled, formatScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import { HOUR, isoWithOffset } from '../../core/time.ts'
import { factorOf, ONE } from '../ratios.ts'
import type { Kind, Reading, Sample } from '../reading.ts'
import { CLOCK_SUSPECT_MS } from './clock-limits.ts'
import type { Kept, Known } from './known.ts'

/** One of the two is the reading itself: its neighbour may lie before or after it, as old freezes are fetched late. */
export interface Pair {
  readonly from: Kept
  readonly to: Kept
  readonly kinds: readonly [from: Kind, to: Kind]
  readonly step: Scaled
  readonly hours: number
}

/** The reading against the good values of its register next to it on either side. */
export function pairsOf(reading: Reading, known: Known): readonly Pair[] {
  const { readAt, kind } = reading
  const before = lastBefore(known.kept, readAt)
  const after = firstAfter(known.kept, readAt)
  const pairs: Pair[] = []
  if (before && isComparable(before, reading, known)) pairs.push(pairOf(before, kind, reading, kind))
  if (after && isComparable(after, reading, known)) pairs.push(pairOf(reading, kind, after, kind))
  return pairs
}

export function pairOf(from: Kept, fromKind: Kind, to: Kept, toKind: Kind): Pair {
  return {
    from,
    to,
    kinds: [fromKind, toKind],
    step: subtractScaled(to.value, from.value),
    hours: (to.readAt - from.readAt) / HOUR,
  }
}

export function lastBefore(kept: readonly Kept[], instant: number): Kept | undefined {
  return kept.findLast(({ readAt }) => readAt < instant)
}

export function firstAfter(kept: readonly Kept[], instant: number): Kept | undefined {
  return kept.find(({ readAt }) => readAt > instant)
}

/** What was multiplied otherwise is another series (V-I7); what is of the future a clock stamped that is right again. */
export function isComparable(kept: Kept, { unit }: Reading, { now, transformers }: Known): boolean {
  return (
    kept.readAt <= now + CLOCK_SUSPECT_MS &&
    compareScaled(kept.factor ?? ONE, factorOf(unit, transformers ?? null)) === 0
  )
}

/** A register at its capacity starts again at zero; what flowed meanwhile must be possible. */
export function rolledOver({ from, to, step, hours }: Pair, reading: Reading, known: Known): boolean {
  const { capacity, limits } = known
  if (!capacity || step.digits >= 0n) return false
  const full = approximate(capacity)
  const share = limits['V-R2']
  if (approximate(from.value) < share.from * full || approximate(to.value) > share.to * full) return false
  const most = mostEnergy(hours, reading, known)
  return most !== null && full + approximate(step) <= most
}

/** Register units per kWh, kvarh or kVAh. */
const PER_KWH: ReadonlyMap<string, number> = new Map(
  ['Wh', 'varh', 'VAh'].flatMap(
    unit =>
      [
        [unit, 1_000],
        [`k${unit}`, 1],
        [`M${unit}`, 0.001],
      ] as const,
  ),
)

export function unitsPerKwh(unit: string): number | null {
  return PER_KWH.get(unit) ?? null
}

export const ENERGY_UNITS: readonly string[] = [...PER_KWH.keys()]

/** k · Un · Imax · overload, W: phases as separate circuits of the phase voltage. */
export function mostWatts({
  nameplate: { phases, volts, amperes },
  limits,
}: Pick<Known, 'nameplate' | 'limits'>): number {
  return phases * volts * amperes * limits['V-R3'].overload
}

/**
 * Emax(Δt) in the register's unit, plus one step of the register: a count may fall just inside the interval. Null for
 * units of no energy.
 */
export function mostEnergy(hours: number, { unit, value }: Reading, known: Known): number | null {
  const perKwh = PER_KWH.get(unit)
  return perKwh === undefined
    ? null
    : ((mostWatts(known) * hours) / 1_000) * perKwh + stepOf(value, unit, known)
}

/** The least by which the register can grow. */
export function stepOf(
  { scaler }: Scaled,
  unit: string,
  { floatStep, transformers }: Pick<Known, 'floatStep' | 'transformers'>,
): number {
  const factor = factorOf(unit, transformers ?? null)
  const own = floatStep ? approximate(floatStep) : 10 ** (scaler - factor.scaler)
  return own * approximate(factor)
}

export function inWords({ from, to }: Pair, { unit }: Reading, { offsetMinutes }: Known): string {
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return `${formatScaled(from.value)} ${unit} at ${at(from.readAt)}, ${formatScaled(to.value)} at ${at(to.readAt)}`
}

/** Both, the older first. */
export function samplesOf({ from, to, kinds }: Pair, { obis, unit }: Reading): readonly Sample[] {
  const [fromKind, toKind] = kinds
  return [
    { obis, kind: fromKind, value: formatScaled(from.value), unit, at: from.readAt },
    { obis, kind: toKind, value: formatScaled(to.value), unit, at: to.readAt },
  ]
}

/** A reading as evidence. */
export function sampleOf({ obis, kind, value, unit, readAt }: Reading): Sample {
  return { obis, kind, value: formatScaled(value), unit, at: readAt }
}
