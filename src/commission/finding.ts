/** What a check says of a meter's values. */

import type { Point } from '../driver-api/profile.ts'

/** In the order they are told. */
export const CHECKS = {
  answered: 'every point is answered with a value',
  ident: 'the meter is of the model the profile describes',
  serial: 'the serial number is the one expected',
  ratios: 'the transformer ratios are those of the archive',
  types: 'types that can carry the sign and the marker of what they are for',
  voltage: 'voltages near nominal',
  frequency: 'frequency from 45 to 65 Hz',
  'power-factor': 'no power factor beyond 1',
  limits: 'nothing beyond what the nameplate can carry, or can have counted',
  'power-triangle': 'U, I, P, Q, S and power factor belong together',
  sums: 'phases and tariffs add up to their totals',
  rising: 'energies rise as the power says',
} as const

export type CheckId = keyof typeof CHECKS

/** `not-evaluable` is never `pass`: the value has not shown anything, and a person has to look. */
export type Verdict = 'pass' | 'fail' | 'not-evaluable'

export interface Finding {
  readonly check: CheckId
  /** What of it: the same law of the same values bears the same name at every look. */
  readonly law: string
  readonly verdict: Verdict
  /** What was looked at. A pass proves all of them, order and scale, where it rests on what is proven; a fail doubts all. */
  readonly points: readonly Point[]
  /** Of a pass that only shows how values belong together: what has to be proven first. */
  readonly rests?: Rests
  /** In words, with the numbers. */
  readonly evidence: string
}

/** What a pass rests on: every one of these points, or any one of them. */
export interface Rests {
  readonly on: readonly Point[]
  readonly how: 'every' | 'one'
}

type Tell = (
  check: CheckId,
  law: string,
  points: readonly Point[],
  evidence: string,
  rests?: Rests,
) => Finding

const finding =
  (verdict: Verdict): Tell =>
  (check, law, points, evidence, rests) => ({
    check,
    law,
    verdict,
    points,
    evidence,
    ...(rests && { rests }),
  })

export const pass = finding('pass')
export const fail = finding('fail')
export const notEvaluable = finding('not-evaluable')

/** "2301" of 2301.04: four digits are enough to see what is wrong. */
export function told(value: number): string {
  return Math.abs(value) >= 1e4 ? value.toFixed(0) : String(Number(value.toPrecision(4)))
}

/** How near to a power of ten a ratio is that is told as one. */
const NEAR = 0.2

/** Names the power of ten by which a value is off, where it is one. */
export function factorTold(share: number): string {
  const power = Math.round(Math.log10(Math.abs(share)))
  const rest = Math.abs(share) / 10 ** power
  if (!Number.isFinite(power) || power === 0 || Math.abs(rest - 1) > NEAR) return ''
  return `; ${told(10 ** Math.abs(power))} times too ${power > 0 ? 'much' : 'little'}: is the scale e${power > 0 ? '-' : '+'}${Math.abs(power)} missing?`
}
