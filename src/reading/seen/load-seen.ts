/**
 * What a meter's power has come to since its registers were looked at: an account that rounds advance. Physics by floats,
 * for limits only; registers stay exact.
 */

import { addScaled, approximate, compareScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import { DAY, HOUR } from '../../core/time.ts'

/** One round: what of power and of the registers it told. */
export interface LoadSample {
  readonly at: number
  /** Total active power, W, fed in below zero; null where only registers were told. */
  readonly watts: number | null
  readonly energy: EnergySeen | null
  /** No phase carries as much current as a meter must start at; null where currents were not told. */
  readonly idle: boolean | null
}

export interface EnergySeen {
  readonly forward: Scaled
  /** Null where it is not read. */
  readonly reverse: Scaled | null
  /** Units of it to a kWh. */
  readonly perKwh: number
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
  /** All windows of late together; null before the first is over. */
  readonly weeks: Weeks | null
  /** Since currents were last told, as long as all were as good as none; null where one was not. */
  readonly quiet: Quiet | null
}

/** What registers and powers came to over many windows; a window without powers enough is in neither. */
export interface Weeks extends Omit<Flowed, 'since'> {
  readonly lasted: number
  /** kWh by the registers, forward less reverse, and both together. */
  readonly counted: number
  readonly countedBoth: number
}

export interface Quiet {
  readonly since: number
  readonly from: EnergySeen
  /** Rounds with currents since, and those of them in which a register had moved. */
  readonly rounds: number
  readonly moved: number
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
  const quiet = quietAfter(seen, sample)
  const weeks = seen?.weeks ?? null
  if (!flowed) return sample.watts === null ? null : { ...begun(sample, sample.watts), weeks, quiet }
  const { energy } = sample
  if (!energy) return { ...flowed, quiet }
  const { still, window } = flowed
  const isOver = window !== null && isDone(window, sample.at)
  return {
    ...flowed,
    energy,
    quiet,
    still: flowed.energy && !hasMoved(flowed.energy, energy) ? still : nothing(sample.at),
    window: window && !isOver ? window : { ...nothing(sample.at), from: energy },
    weeks: isOver ? withWindow(weeks, window, energy, sample.at) : weeks,
  }
}

/** A gap between two rounds ends it: what flowed meanwhile nobody saw. */
function quietAfter(seen: LoadSeen | null, { at, idle, energy }: LoadSample): Quiet | null {
  const before = seen && at - seen.at <= MOST_GAP_MS ? seen.quiet : null
  if (idle === null) return before
  if (!idle || !energy) return null
  if (!before) return { since: at, from: energy, rounds: 0, moved: 0 }
  const isMoved = seen?.energy ? hasMoved(seen.energy, energy) : false
  return { ...before, rounds: before.rounds + 1, moved: before.moved + (isMoved ? 1 : 0) }
}

/** Four weeks at most: then what is known counts half, so that what begins today shows. */
const MOST_WEEKS_MS = 28 * DAY

/** A register that fell in it has rolled over, or is another: the window is left out. */
function withWindow(
  weeks: Weeks | null,
  window: NonNullable<LoadSeen['window']>,
  energy: EnergySeen,
  at: number,
): Weeks | null {
  const { from, since, net, size, samples, sum, jumps } = window
  const took = kwhBetween(from.forward, energy.forward, energy.perKwh)
  const isOneSided = from.reverse === null || energy.reverse === null
  const gave = isOneSided ? 0 : kwhBetween(from.reverse ?? ZERO, energy.reverse ?? ZERO, energy.perKwh)
  if (took < 0 || gave < 0 || (isOneSided && net < size)) return weeks
  const before = weeks ?? NO_WEEKS
  const all = {
    lasted: before.lasted + at - since,
    net: before.net + net,
    size: before.size + size,
    samples: before.samples + samples,
    sum: before.sum + sum,
    jumps: before.jumps + jumps,
    counted: before.counted + took - gave,
    countedBoth: before.countedBoth + took + gave,
  }
  return all.lasted < MOST_WEEKS_MS ? all : halved(all)
}

const ZERO: Scaled = { digits: 0n, scaler: 0 }
const NO_WEEKS: Weeks = {
  lasted: 0,
  net: 0,
  size: 0,
  samples: 0,
  sum: 0,
  jumps: 0,
  counted: 0,
  countedBoth: 0,
}

function halved(weeks: Weeks): Weeks {
  const { lasted, net, size, samples, sum, jumps, counted, countedBoth } = weeks
  return {
    lasted: lasted / 2,
    net: net / 2,
    size: size / 2,
    samples: samples / 2,
    sum: sum / 2,
    jumps: jumps / 2,
    counted: counted / 2,
    countedBoth: countedBoth / 2,
  }
}

/** A register that has fallen has rolled over, where its capacity is known; where it has not, V-R1 says so. */
export function kwhBetween(from: Scaled, to: Scaled, perKwh: number, capacity: Scaled | null = null): number {
  const step = subtractScaled(to, from)
  return approximate(step.digits < 0n && capacity ? addScaled(step, capacity) : step) / perKwh
}

export function hasMoved(from: EnergySeen, to: EnergySeen): boolean {
  if (compareScaled(from.forward, to.forward) !== 0) return true
  if (from.reverse === null || to.reverse === null) return from.reverse !== to.reverse
  return compareScaled(from.reverse, to.reverse) !== 0
}

function begun({ at, energy }: LoadSample, watts: number): Omit<LoadSeen, 'weeks' | 'quiet'> {
  return { at, watts, energy, still: nothing(at), window: energy && { ...nothing(at), from: energy } }
}

function nothing(since: number): Flowed {
  return { since, net: 0, size: 0, samples: 0, sum: 0, jumps: 0 }
}
