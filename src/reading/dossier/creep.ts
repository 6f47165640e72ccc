/** Creep (潜动): what a register counted while nothing flowed, in the quietest windows of a period (V-R9). Pure. */

import { approximate, compareScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import { HOUR } from '../../core/time.ts'
import type { Nameplate } from '../../driver-api/profile.ts'
import { startingAmperes } from '../rules/load.ts'

/** What one round told together. */
export interface MeterRound {
  /** UTC ms. */
  readonly at: number
  readonly forward: Scaled
  /** Of every phase, A. */
  readonly amperes: readonly Scaled[]
  /** Null where it was not told. */
  readonly watts: Scaled | null
  /** Ids of the register's, the currents' and the power's readings. */
  readonly readings: readonly string[]
}

export interface QuietWindow {
  readonly from: number
  readonly to: number
  readonly rounds: number
  /** Of these so many showed the register further than the round before. */
  readonly moved: number
  readonly start: Scaled
  readonly end: Scaled
  readonly counted: Scaled
  /** What may flow unseen meanwhile, kWh. */
  readonly most: number
  readonly largestAmperes: Scaled
  readonly largestWatts: Scaled | null
  readonly isOver: boolean
  /** Of its first round and its last. */
  readonly readings: readonly string[]
}

/** `creeps`: V-R9 · `suspected`: as much in less time than V-R9 asks for · `none` · `not-shown`: it was never quiet for long. */
export type CreepVerdict = 'creeps' | 'suspected' | 'none' | 'not-shown'

export interface CreepLook {
  readonly verdict: CreepVerdict
  /** The longest first. */
  readonly windows: readonly QuietWindow[]
  /** How long it was quiet in all, ms. */
  readonly quietMs: number
}

export interface CreepFacts {
  /** In order of time. */
  readonly rounds: readonly MeterRound[]
  readonly nameplate: Nameplate
  /** For so long no current must have been told (V-R9). */
  readonly overMs: number
  /** Units of the register in one kWh. */
  readonly perKwh: number
}

const MOST_SHOWN = 5
/** Rounds further apart tell nothing of the time between. */
const MOST_APART_MS = 2 * HOUR
const LEAST_MS = HOUR
/** Less is no look at all. */
const TELLING_MS = 6 * HOUR

export function creepLook(facts: CreepFacts): CreepLook {
  const windows = quietRuns(facts)
    .flatMap(run => windowOf(run, facts) ?? [])
    .sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)
  const quietMs = windows.reduce((sum, { from, to }) => sum + to - from, 0)
  const over = windows.filter(({ isOver }) => isOver)
  const lasts = (ms: number) => over.some(({ from, to }) => to - from >= ms)
  const verdict: CreepVerdict = lasts(facts.overMs)
    ? 'creeps'
    : lasts(TELLING_MS)
      ? 'suspected'
      : quietMs >= TELLING_MS
        ? 'none'
        : 'not-shown'
  return { verdict, windows: windows.slice(0, MOST_SHOWN), quietMs }
}

/** Rounds in a row that told no current. */
function quietRuns({ rounds, nameplate }: CreepFacts): readonly (readonly MeterRound[])[] {
  const runs: MeterRound[][] = []
  const run: MeterRound[] = []
  for (const round of rounds) {
    const isNear = round.at - (run.at(-1)?.at ?? round.at) <= MOST_APART_MS
    if (run.length > 0 && (!isQuiet(round, nameplate) || !isNear)) runs.push(run.splice(0))
    if (isQuiet(round, nameplate)) run.push(round)
  }
  return [...runs, run].filter(({ length }) => length > 1)
}

function isQuiet({ amperes }: MeterRound, nameplate: Nameplate): boolean {
  const starts = startingAmperes(nameplate)
  return amperes.length === nameplate.phases && amperes.every(one => Math.abs(approximate(one)) < starts)
}

function windowOf(run: readonly MeterRound[], { nameplate, perKwh }: CreepFacts): QuietWindow | null {
  const [first, last] = [run[0] as MeterRound, run.at(-1) as MeterRound]
  const counted = subtractScaled(last.forward, first.forward)
  // It rolled over, or another meter hangs there: no window.
  if (last.at - first.at < LEAST_MS || counted.digits < 0n) return null
  const moved = run.filter((one, place) => place > 0 && isAbove(one, run[place - 1] as MeterRound)).length
  const step = 10 ** last.forward.scaler / perKwh
  const watts = nameplate.phases * nameplate.volts * startingAmperes(nameplate)
  const most = Math.max(2 * step, (watts * (last.at - first.at)) / HOUR / 1_000)
  const kwh = approximate(counted) / perKwh
  const powers = run.flatMap(one => one.watts ?? [])
  return {
    from: first.at,
    to: last.at,
    rounds: run.length,
    moved,
    start: first.forward,
    end: last.forward,
    counted,
    most,
    largestAmperes: largestOf(run.flatMap(one => one.amperes)) ?? { digits: 0n, scaler: 0 },
    largestWatts: largestOf(powers),
    isOver: kwh > most && moved >= Math.min(run.length - 1, kwh / step) / 2,
    readings: [...first.readings, ...last.readings],
  }
}

function isAbove(one: MeterRound, before: MeterRound): boolean {
  return compareScaled(one.forward, before.forward) > 0
}

function largestOf(values: readonly Scaled[]): Scaled | null {
  const sizes = values.map(one => (one.digits < 0n ? { ...one, digits: -one.digits } : one))
  return sizes.reduce<Scaled | null>(
    (most, one) => (most && compareScaled(most, one) >= 0 ? most : one),
    null,
  )
}
