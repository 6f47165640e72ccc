/**
 * What a meter's power has come to since its registers were looked at: an account that rounds advance. Physics by floats,
 * for limits only; registers stay exact.
 */

import { compareScaled, type Scaled } from '../core/scaled.ts'
import { HOUR } from '../core/time.ts'

/** One round: what of power and of the registers it told. */
export interface LoadSample {
  readonly at: number
  /** Total active power, W, fed in below zero; null where only registers were told. */
  readonly watts: number | null
  readonly energy: EnergySeen | null
}

export interface EnergySeen {
  readonly forward: Scaled
  /** Null where it is not read. */
  readonly reverse: Scaled | null
}

export interface LoadSeen {
  /** The newest sample, and the newest power. */
  readonly at: number
  readonly watts: number
  readonly energy: EnergySeen | null
  /** Since a register moved last, as far as it was watched. */
  readonly still: Flowed
  /** Since the registers of `from`; null before any were told. */
  readonly window: (Flowed & { readonly from: EnergySeen }) | null
}

export interface Flowed {
  readonly since: number
  /** ∫ P dt, kWh: with its sign, and of its size alone. */
  readonly net: number
  readonly size: number
  /** Powers told, their sum, and that of the squares of their differences one to the next, W and W². */
  readonly samples: number
  readonly sum: number
  readonly jumps: number
}

/** Two powers further apart tell nothing of the time between them. A poll of every hour may come half an hour late. */
const MOST_GAP_MS = 1.5 * HOUR

/** The account with a round added, registers not yet held against it; null where the round begins it anew. */
export function flowedUntil(seen: LoadSeen | null, sample: LoadSample): LoadSeen | null {
  if (!seen || sample.at - seen.at > MOST_GAP_MS || sample.at <= seen.at) return null
  const hours = (sample.at - seen.at) / HOUR
  const watts = sample.watts ?? seen.watts
  const net = ((seen.watts + watts) / 2_000) * hours
  const size = ((Math.abs(seen.watts) + Math.abs(watts)) / 2_000) * hours
  const told = sample.watts
  const add = <Part extends Flowed>(part: Part): Part => ({
    ...part,
    net: part.net + net,
    size: part.size + size,
    ...(told !== null && {
      samples: part.samples + 1,
      sum: part.sum + told,
      jumps: part.jumps + (told - seen.watts) ** 2,
    }),
  })
  return { ...seen, at: sample.at, watts, still: add(seen.still), window: seen.window && add(seen.window) }
}

/** After a round: what has moved is still no more, and a window that `isDone` begins anew. */
export function advanced(
  seen: LoadSeen | null,
  sample: LoadSample,
  isDone: (window: Flowed, until: number) => boolean,
): LoadSeen | null {
  // A late round of the past tells nothing of now.
  if (seen && sample.at <= seen.at) return seen
  const flowed = flowedUntil(seen, sample)
  if (!flowed) return sample.watts === null ? null : begun(sample, sample.watts)
  const { energy } = sample
  if (!energy) return flowed
  const { still, window } = flowed
  return {
    ...flowed,
    energy,
    still: flowed.energy && !hasMoved(flowed.energy, energy) ? still : nothing(sample.at),
    window: window && !isDone(window, sample.at) ? window : { ...nothing(sample.at), from: energy },
  }
}

export function hasMoved(from: EnergySeen, to: EnergySeen): boolean {
  if (compareScaled(from.forward, to.forward) !== 0) return true
  if (from.reverse === null || to.reverse === null) return from.reverse !== to.reverse
  return compareScaled(from.reverse, to.reverse) !== 0
}

function begun({ at, energy }: LoadSample, watts: number): LoadSeen {
  return { at, watts, energy, still: nothing(at), window: energy && { ...nothing(at), from: energy } }
}

function nothing(since: number): Flowed {
  return { since, net: 0, size: 0, samples: 0, sum: 0, jumps: 0 }
}
