/** The power triangle: what U, I, P, Q, S and the power factor of one moment say of each other. */

import type { Nameplate, Point } from '../driver-api/profile.ts'
import { type Finding, factorTold, fail, notEvaluable, pass, told } from './finding.ts'
import type { Shown, Sight } from './looks.ts'

/** One phase, or all of them as one. */
export interface Phase {
  readonly name: string
  readonly p: Shown | null
  readonly q: Shown | null
  readonly pf: Shown | null
  /** As the meter has it. */
  readonly s: Shown | null
  readonly u: Shown | null
  readonly i: Shown | null
  /** S as it comes from U and I; null where one of them is missing. */
  readonly ui: Apparent | null
}

/** An apparent power, and whose values it is made of, each with the share of it that is theirs. */
interface Apparent {
  readonly value: number
  readonly coarse: number
  /** What it rests on: voltages, which a nominal value shows to be right, or what the meter says it is. */
  readonly on: readonly Point[]
  readonly of: readonly (readonly [point: Point, share: number])[]
}

/** Values of one reply may be of moments a second apart, and accuracy classes add up. */
export const TOLERANCE = 0.08
/** Harmonics are in the apparent power, and in few meters' reactive power and power factor. */
const DISTORTION = 0.12
/** A difference below this share is any meter's inaccuracy. */
const LEAST_SEEN = 0.015
/** How many times better an explanation must be than the others. */
const BETTER = 3
/** A value whose own steps are coarser than this share of it proves nothing. */
const COARSEST = 0.1
/** Below this share of the largest current, power factors and harmonics of standby loads show anything. */
const LEAST_LOAD = 0.002
/** Loads worth the name do not draw less active power than this share of the apparent. */
const LEAST_FACTOR = 0.25

/** One-phase meters keep their only phase's values under the codes of the total, or of L1. */
export function phaseOf({ of }: Sight, nth: number): Phase {
  const at = 20 * nth
  const single = of('52.7.0') === null && of('51.7.0') === null && of('36.7.0') === null
  const or = (code: string) => (nth === 1 && single ? of(code) : null)
  const u = of(`${12 + at}.7.0`) ?? or('12.7.0')
  const i = of(`${11 + at}.7.0`) ?? or('11.7.0')
  return {
    name: `L${nth}`,
    p: of(`${16 + at}.7.0`) ?? or('16.7.0') ?? or('1.7.0') ?? or('15.7.0'),
    q: of(`${131 + at}.7.0`) ?? of(`${3 + at}.7.0`) ?? or('131.7.0') ?? or('3.7.0'),
    pf: of(`${13 + at}.7.0`) ?? or('13.7.0'),
    s: of(`${9 + at}.7.0`) ?? or('9.7.0'),
    u,
    i,
    ui: u === null || i === null ? null : product(u, i),
  }
}

export function totalOf({ of }: Sight, phases: readonly Phase[]): Phase {
  return {
    name: 'all phases',
    p: of('16.7.0') ?? of('1.7.0') ?? of('15.7.0'),
    q: of('131.7.0') ?? of('3.7.0'),
    pf: of('13.7.0'),
    s: of('9.7.0'),
    u: null,
    i: null,
    ui: together(phases.map(({ s, ui }) => (s === null ? ui : measured(s)))),
  }
}

function product(u: Shown, i: Shown): Apparent {
  return {
    value: Math.abs(u.value * i.value),
    coarse: coarseness(u) + coarseness(i),
    on: [u.point],
    of: [
      [u.point, 1],
      [i.point, 1],
    ],
  }
}

function measured(s: Shown): Apparent {
  return { value: Math.abs(s.value), coarse: coarseness(s), on: [s.point], of: [[s.point, 1]] }
}

function together(parts: readonly (Apparent | null)[]): Apparent | null {
  const present = parts.filter(part => part !== null)
  if (present.length < parts.length) return null
  const value = present.reduce((sum, part) => sum + part.value, 0)
  return {
    value,
    coarse: present.reduce((sum, part) => sum + part.coarse * (value === 0 ? 0 : part.value / value), 0),
    on: present.flatMap(part => (part.value === 0 ? [] : part.on)),
    of: present.flatMap(part =>
      part.of.map(([point, share]) => [point, value === 0 ? 0 : (share * part.value) / value] as const),
    ),
  }
}

/** S = U·I, |P| = S·|PF|, S² = P² + Q², and where there is no more, P between a quarter of S and S. */
export function triangle(phase: Phase, { volts, amperes, phases }: Nameplate): readonly Finding[] {
  const { name, p, q, pf, ui } = phase
  const s = phase.s === null ? ui : measured(phase.s)
  if (s === null) return []
  const load = Math.max(s.value, ui?.value ?? 0, Math.abs(p?.value ?? 0))
  const least = volts * amperes * LEAST_LOAD * (phase.u === null ? phases : 1)
  if (load < least) {
    const involved = [p, q, pf].flatMap(shown => (shown === null ? [] : [shown.point]))
    const all = [...involved, ...s.of.map(([point]) => point), ...(ui?.of ?? []).map(([point]) => point)]
    return [
      notEvaluable(
        'power-triangle',
        `${name}: load`,
        all,
        `${name}: ${told(load)} VA is too little load to tell anything`,
      ),
    ]
  }
  const laws: Law[] = []
  if (phase.s && ui)
    laws.push({ text: `${name}: S = U·I`, one: s.value, other: ui, factor: 1, of: [phase.s] })
  if (p && pf)
    laws.push({
      text: `${name}: |P| = S·|PF|`,
      one: p.value,
      other: s,
      factor: pf.value,
      of: [p, pf],
      // A tenth of both would not be missed.
      unseen: Math.abs(p.value) < LEAST_FACTOR * s.value ? [p.point, pf.point] : [],
      below: DISTORTION,
    })
  if (p && q) {
    const one = Math.hypot(p.value, q.value)
    const unseen = [...(explains(p, q, s) ? [] : [q.point]), ...(isMissed(p, q, s) ? [] : [p.point])]
    laws.push({
      text: `${name}: S² = P² + Q²`,
      one,
      other: s,
      factor: 1,
      of: [p, q],
      unseen,
      below: DISTORTION,
    })
  }
  if (p && laws.length === 0) return [between(name, p, s)]
  return laws.map(equal)
}

/** Whether the reactive power fits the triangle so much better than ten times as much, or a tenth, that it is the one. */
function explains(p: Shown, q: Shown, { value, coarse }: Apparent): boolean {
  const off = (vars: number) => Math.abs(Math.hypot(p.value, vars) / value - 1)
  const others = Math.min(off(10 * q.value), off(q.value / 10))
  return others > LEAST_SEEN + coarse + coarseness(p) && off(q.value) < others / BETTER
}

/** Whether a tenth of the active power, or ten times as much, would break the triangle. */
function isMissed(p: Shown, q: Shown, { value, coarse }: Apparent): boolean {
  const room = TOLERANCE + coarse + coarseness(p) + coarseness(q)
  const [more, less] = [Math.hypot(10 * p.value, q.value), Math.hypot(p.value / 10, q.value)]
  return more * (1 - room) > value && less < value * (1 - room - DISTORTION)
}

/** `one` is `other` times a factor. */
interface Law {
  readonly text: string
  readonly one: number
  readonly other: Apparent
  readonly factor: number
  /** Beside the apparent power. */
  readonly of: readonly Shown[]
  /** Points that could be ten times more or less and nobody would see it. */
  readonly unseen?: readonly Point[]
  /** By what share the one may be below the other beside the tolerance. */
  readonly below?: number
}

function equal({ text: law, one, other, factor, of, unseen = [], below = 0 }: Law): Finding {
  const [left, right] = [Math.abs(one), Math.abs(other.value * factor)]
  const text = `${law}: ${told(left)} and ${told(right)}`
  const points = [...of.map(({ point }) => point), ...other.of.map(([point]) => point)]
  const seen = of.filter(({ point }) => !unseen.includes(point))
  const coarse = other.coarse + seen.reduce((sum, shown) => sum + coarseness(shown), 0)
  const off = Math.abs(left - right) / Math.max(left, right, Number.MIN_VALUE)
  if (off > TOLERANCE + coarse + (left < right ? below : 0))
    return fail('power-triangle', law, points, `${text}${factorTold(left / right)}`)
  if (coarse > COARSEST)
    return notEvaluable('power-triangle', law, points, `${text}; too coarse to prove a scale`)
  const room = TOLERANCE + coarse + below
  // A tenth of a small share in a sum would not be missed.
  const parts = other.of.filter(([, share]) => 0.9 * share > 1.5 * room)
  return pass(
    'power-triangle',
    law,
    [...seen.map(({ point }) => point), ...parts.map(([point]) => point)],
    text,
    { on: other.on, how: 'every' },
  )
}

export function coarseness({ step, value }: Shown): number {
  return value === 0 ? 0 : Math.min(1, step / Math.abs(value))
}

function between(name: string, p: Shown, s: Apparent): Finding {
  const share = Math.abs(p.value) / s.value
  const points = [p.point, ...s.of.map(([point]) => point)]
  const law = `${name}: P of U·I`
  const text = `${name}: P is ${told(Math.abs(p.value))} W of ${told(s.value)} VA`
  const most = 1 + TOLERANCE + coarseness(p) + s.coarse
  if (share > most)
    return fail('power-triangle', law, points, `${text}, which is more than U·I${factorTold(share)}`)
  if (share < LEAST_FACTOR)
    return fail('power-triangle', law, points, `${text}, a power factor no load worth the name has`)
  // Proven is what could be neither ten times more nor a tenth without leaving these bounds.
  const seen = s.of.filter(
    ([, part]) => share / (1 + 9 * part) < LEAST_FACTOR && share / (1 - 0.9 * part) > most,
  )
  return pass('power-triangle', law, [p.point, ...seen.map(([point]) => point)], text, {
    on: s.on,
    how: 'every',
  })
}
