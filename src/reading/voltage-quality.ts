/**
 * Voltage qualification of one register over a span (K-08; B-01, B-02): derived from its samples alone. What is missing is
 * never taken for good, and below the share of samples agreed on there is no figure at all.
 */

import { compareScaled, type Scaled } from '../core/scaled.ts'
import { MINUTE } from '../core/time.ts'
import type { Quality } from './reading.ts'

/** Bounds are part of the good range, as in 198 V … 235.4 V of 220 V (GB/T 12325: +7 %, -10 %). */
export interface VoltageLimits {
  readonly low: Scaled
  readonly high: Scaled
  /** What lies outside these is no voltage of a supply but an outage, or another scale (V-R28): it is not valid. */
  readonly plausible: { readonly low: Scaled; readonly high: Scaled }
  /** Valid samples of those expected, in hundredths of a percent: 9000 is 90 %. */
  readonly complete: number
}

export interface VoltageSample {
  readonly slot: number
  readonly value: Scaled
  readonly quality: Quality
  /** What it stands for, ms: the period it was polled in. */
  readonly everyMs: number
}

/** An extreme and the slot it was first seen in. */
export interface Extreme {
  readonly value: Scaled
  readonly slot: number
}

export interface VoltageQuality {
  /** Samples due, those that came, and those of them that are good and can be a supply's voltage. */
  readonly expected: number
  readonly received: number
  readonly valid: number
  /** Of the valid ones. */
  readonly within: number
  readonly over: number
  readonly under: number
  readonly overMinutes: number
  readonly underMinutes: number
  readonly lowest: Extreme | null
  readonly highest: Extreme | null
  /** Hundredths of a percent, rounded down: 99.99 % is not 100 %. */
  readonly completeness: number
  /** Null where the samples are too few to say. */
  readonly compliance: number | null
  /** Samples that lie exactly on a limit so often, and never beyond it, as no supply does: somebody clamps them. */
  readonly piledUpAt: readonly ('low' | 'high')[]
}

export interface VoltageTally {
  /** In order of their slots; of one slot the best counts. */
  add(sample: VoltageSample): void
  /** `expected`: how many slots were due. */
  quality(expected: number): VoltageQuality
}

/** So many samples on a limit at least, and so many times those of any of the next steps inside it. */
const PILE_LEAST = 10
const PILE_TIMES = 5
const STEPS_INSIDE = 3n

const BEST_FIRST: readonly Quality[] = ['good', 'suspect', 'quarantined']

export function createVoltageTally({ low, high, plausible, complete }: VoltageLimits): VoltageTally {
  const counts = { received: 0, valid: 0, within: 0, over: 0, under: 0, overMs: 0, underMs: 0 }
  /** Valid samples by value, in steps of the resolution they come in. */
  const byDigits = new Map<string, number>()
  let lowest: Extreme | null = null
  let highest: Extreme | null = null
  let last: VoltageSample | null = null

  function count({ slot, value, quality, everyMs }: VoltageSample): void {
    counts.received += 1
    if (quality !== 'good' || !isPlausible(value)) return
    counts.valid += 1
    if (compareScaled(value, high) > 0) {
      counts.over += 1
      counts.overMs += everyMs
    } else if (compareScaled(value, low) < 0) {
      counts.under += 1
      counts.underMs += everyMs
    } else counts.within += 1
    if (!lowest || compareScaled(value, lowest.value) < 0) lowest = { value, slot }
    if (!highest || compareScaled(value, highest.value) > 0) highest = { value, slot }
    const key = keyOf(value.digits, value.scaler)
    byDigits.set(key, (byDigits.get(key) ?? 0) + 1)
  }

  function isPlausible(value: Scaled): boolean {
    return compareScaled(value, plausible.low) >= 0 && compareScaled(value, plausible.high) <= 0
  }

  function flush(): void {
    if (last) count(last)
    last = null
  }

  /** `inward`: 1 from the low limit, -1 from the high one. */
  function isPiledUp(limit: Scaled, inward: 1n | -1n, extreme: Extreme | null): boolean {
    if (!extreme || compareScaled(extreme.value, limit) !== 0) return false
    const { digits, scaler } = extreme.value
    const onLimit = byDigits.get(keyOf(digits, scaler)) ?? 0
    const inside = [1n, 2n, STEPS_INSIDE].map(
      step => byDigits.get(keyOf(digits + inward * step, scaler)) ?? 0,
    )
    return onLimit >= PILE_LEAST && onLimit >= PILE_TIMES * Math.max(...inside)
  }

  return {
    add(sample) {
      const isAgain = last?.slot === sample.slot
      if (!isAgain) flush()
      if (!last || BEST_FIRST.indexOf(sample.quality) <= BEST_FIRST.indexOf(last.quality)) last = sample
    },
    quality(expected) {
      flush()
      const { received, valid, within, over, under, overMs, underMs } = counts
      const completeness = shareOf(valid, expected)
      return {
        ...{ expected, received, valid, within, over, under },
        overMinutes: overMs / MINUTE,
        underMinutes: underMs / MINUTE,
        lowest,
        highest,
        completeness,
        compliance: valid > 0 && completeness >= complete ? shareOf(within, valid) : null,
        piledUpAt: [
          ...(isPiledUp(low, 1n, lowest) ? (['low'] as const) : []),
          ...(isPiledUp(high, -1n, highest) ? (['high'] as const) : []),
        ],
      }
    },
  }
}

/** Hundredths of a percent, rounded down and never above the whole; of nothing none. */
function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(10_000, Math.floor((part * 10_000) / whole))
}

function keyOf(digits: bigint, scaler: number): string {
  return `${digits}e${scaler}`
}

/** Phase voltages as they stand: any phase, or each of the three (C = 12, 32, 52, 72; D = 7). */
export function isPhaseVoltage(obis: string): boolean {
  return /^\d+-\d+:(12|32|52|72)\.7\.0$/.test(obis)
}

/** A nominal voltage, and how far below and above it is good, in hundredths of a percent. Exact. */
export function limitsAround(
  nominal: Scaled,
  { below, above, complete }: { readonly below: number; readonly above: number; readonly complete: number },
): VoltageLimits {
  const times = (share: number): Scaled => ({
    digits: nominal.digits * BigInt(share),
    scaler: nominal.scaler - 4,
  })
  const plausible = { low: times(5_000), high: times(13_000) }
  return { low: times(10_000 - below), high: times(10_000 + above), plausible, complete }
}
