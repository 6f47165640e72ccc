/** Voltage, current and power of each phase, as a round told them. */

import { approximate } from '../../../core/scaled.ts'
import { feedsNothing } from '../../generation.ts'
import type { Reading } from '../../reading.ts'
import type { Remembered } from '../../seen/stood.ts'
import { type Phase, phasesOf } from '../phases.ts'
import { wattsPer } from '../power-units.ts'
import { amperesOf, type Look, lasting, limitsIn, readingIn, type Seen, valueIn } from './standing.ts'

/** One phase, with all a rule compares of it. */
export interface PhaseNow {
  readonly name: string
  readonly volts: number
  readonly amperes: number
  readonly voltage: Reading
  readonly current: Reading
}

/** Several rules ask the same round. */
const phasesSeen = new WeakMap<Seen, readonly PhaseNow[] | null>()

/** Null where the round lacks a voltage or current of any phase. */
export function phasesIn(seen: Seen): readonly PhaseNow[] | null {
  const before = phasesSeen.get(seen)
  if (before !== undefined) return before
  const phases = phasesNow(seen)
  phasesSeen.set(seen, phases)
  return phases
}

function phasesNow(seen: Seen): readonly PhaseNow[] | null {
  const all = phasesOf(seen.of.nameplate).flatMap(({ name, volts, amperes }) => {
    const [u, i] = [valueIn(seen, volts, 'V'), valueIn(seen, amperes, 'A')]
    const [voltage, current] = [readingIn(seen, volts), readingIn(seen, amperes)]
    return u === null || i === null || !voltage || !current
      ? []
      : [{ name, volts: u, amperes: Math.abs(i), voltage, current }]
  })
  return all.length === phasesOf(seen.of.nameplate).length ? all : null
}

/** Those that were told, which may be the voltages alone. */
export function voltagesIn(seen: Seen): readonly Pick<PhaseNow, 'name' | 'volts' | 'voltage'>[] {
  return phasesOf(seen.of.nameplate).flatMap(({ name, volts: codes }) => {
    const volts = valueIn(seen, codes, 'V')
    const voltage = readingIn(seen, codes)
    return volts === null || !voltage ? [] : [{ name, volts, voltage }]
  })
}

/** From which current on a phase is taken to carry something, and below which nothing, A. */
export function currentsFrom(seen: Seen): { readonly something: number; readonly nothing: number } {
  const { carriesPercent, nothingPercent } = limitsIn(seen, 'V-R32')
  return { something: amperesOf(seen.of, carriesPercent), nothing: amperesOf(seen.of, nothingPercent) }
}

/** W of a phase, below zero where it is fed in; null where it was not told. */
export function wattsIn(
  { readings }: Seen,
  { watts }: Phase,
): { readonly watts: number; readonly of: Reading } | null {
  const of = watts.map(code => readings.get(code)).find(one => one !== undefined)
  const per = of ? wattsPer(of.unit) : null
  return of && per !== null ? { watts: approximate(of.value) * per, of } : null
}

export function mayNotFeed({ at, of }: Seen): boolean | null {
  return of.isSignUnsure ? null : feedsNothing(of.generation, at, of.offsetMinutes)
}

/** What under-counts stands with the register; else with what shows it. */
export function energyOr({ readings }: Seen, other: Reading): Reading {
  return readings.get('1-0:1.8.0') ?? other
}

/** With these phases among those that were seen; the same where all of them were. */
export function withSeen(
  at: number,
  phases: readonly { readonly name: string }[],
  memory: Remembered | null,
): Remembered {
  if (memory && phases.every(({ name }) => memory.seen.includes(name))) return memory
  const seen = new Set([...(memory?.seen ?? []), ...phases.map(({ name }) => name)])
  return { since: at, seen: [...seen].sort(), registers: {} }
}

/** Without voltage, as the B of a meter of three wires always is. */
export function isDead(seen: Seen, { volts }: Pick<PhaseNow, 'volts'>): boolean {
  return volts < (seen.of.nameplate.volts * limitsIn(seen, 'V-R31').deadPercent) / 100
}

/** How far the values of three phases lie apart, as a share of the largest. */
export function apart(
  values: readonly (readonly [value: number, of: Reading])[],
  by: { readonly what: string; readonly unit: string; readonly percent: number; readonly over: number },
): Look {
  const sorted = values.toSorted(([a], [b]) => a - b)
  const [[least, lowest] = [0, undefined], , [most] = [0]] = sorted
  if (!lowest) throw new Error('broken promise: there are three phases')
  const share = most === 0 ? 0 : ((most - least) / most) * 100
  return {
    key: '',
    holds: share > by.percent,
    with: lowest,
    tell: () => ({
      patience: lasting(by.over),
      words: `${by.what} of ${values.map(([value]) => value).join(', ')} ${by.unit} are ${share.toFixed(1)} % apart, at most ${by.percent} % is usual`,
      codes: ['2.2.0'],
      samples: values.map(([, of]) => of),
      limit: { value: String(by.percent), unit: '%' },
    }),
  }
}
