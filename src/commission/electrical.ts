/** What must hold between the values of one moment: nominal values, the power triangle, sums over phases. */

import type { Nameplate, Point } from '../driver-api/profile.ts'
import { type Finding, fail, notEvaluable, pass, told } from './finding.ts'
import type { Shown, Sight } from './looks.ts'

/** Wider than EN 50160 allows a supply: what is outside is no measurement of this nominal voltage. */
const VOLTAGE_SHARE = 0.2
const LEAST_HERTZ = 45
const MOST_HERTZ = 65
/** Values of one reply may be of moments a second apart, and accuracy classes add up. */
const TOLERANCE = 0.08
/** Harmonics are in the apparent power, and in few meters' reactive power and power factor. */
const DISTORTION = 0.12
/** A value whose own steps are coarser than this share of it proves nothing. */
const COARSEST = 0.1
/** Below this share of the largest current, power factors and harmonics of standby loads show anything. */
const LEAST_LOAD = 0.002
/** Loads worth the name do not draw less active power than this share of the apparent. */
const LEAST_FACTOR = 0.25
/** Of the nameplate's largest current: what no meter carries for long. */
const OVERLOAD = 1.5

interface Phase {
  readonly name: string
  readonly u: Shown | null
  readonly i: Shown | null
  readonly p: Shown | null
  readonly q: Shown | null
  readonly s: Shown | null
  readonly pf: Shown | null
  /** What its apparent power is made of where it is not measured. */
  readonly currents: readonly Point[]
}

export function electrical(sight: Sight, nameplate: Nameplate): readonly Finding[] {
  const phases = [1, 2, 3].slice(0, nameplate.phases).map(nth => phaseOf(sight, nth))
  const total = totalOf(sight, phases)
  return [
    ...voltages(sight, phases, nameplate),
    ...frequency(sight),
    ...factors(sight),
    ...limits(sight, nameplate),
    ...phases.flatMap(phase => triangle(phase, nameplate)),
    ...(nameplate.phases === 1 ? [] : triangle(total, nameplate)),
    ...sumsOverPhases(sight, phases),
  ]
}

/** One-phase meters keep their only phase's values under the codes of the total, or of L1. */
function phaseOf(sight: Sight, nth: number): Phase {
  const at = 20 * nth
  const { of } = sight
  const single = of('52.7.0') === null && of('51.7.0') === null && of('36.7.0') === null
  const or = (code: string) => (nth === 1 && single ? of(code) : null)
  const u = of(`${12 + at}.7.0`) ?? or('12.7.0')
  const i = of(`${11 + at}.7.0`) ?? or('11.7.0')
  return {
    name: `L${nth}`,
    u,
    i,
    p: of(`${16 + at}.7.0`) ?? or('16.7.0') ?? or('1.7.0') ?? or('15.7.0'),
    q: of(`${131 + at}.7.0`) ?? of(`${3 + at}.7.0`) ?? or('131.7.0') ?? or('3.7.0'),
    s: of(`${9 + at}.7.0`) ?? or('9.7.0'),
    pf: of(`${13 + at}.7.0`) ?? or('13.7.0'),
    currents: [u, i].flatMap(shown => (shown === null ? [] : [shown.point])),
  }
}

/** The three phases as one: the sum of U·I stands where no apparent power does. */
function totalOf({ of }: Sight, phases: readonly Phase[]): Phase {
  const measured = of('9.7.0')
  return {
    name: 'all phases',
    u: null,
    i: null,
    p: of('16.7.0') ?? of('1.7.0') ?? of('15.7.0'),
    q: of('131.7.0') ?? of('3.7.0'),
    s: measured ?? sumOf(phases.map(({ s }) => s)) ?? sumOf(phases.map(product)),
    pf: of('13.7.0'),
    currents:
      measured === null ? phases.flatMap(({ s, currents }) => (s === null ? currents : [s.point])) : [],
  }
}

/** U·I as a value that stands for its current: that is what its coarseness and its mistakes come from. */
function product({ u, i }: Phase): Shown | null {
  if (u === null || i === null) return null
  return { point: i.point, value: Math.abs(u.value * i.value), step: i.step * u.value }
}

function sumOf(parts: readonly (Shown | null)[]): Shown | null {
  const present = parts.filter(part => part !== null)
  const [first] = present
  if (first === undefined || present.length < parts.length) return null
  return {
    point: first.point,
    value: present.reduce((sum, { value }) => sum + Math.abs(value), 0),
    step: Math.max(...present.map(({ step }) => step)),
  }
}

function voltages(sight: Sight, phases: readonly Phase[], { volts }: Nameplate): readonly Finding[] {
  const of = phases.flatMap(({ u, i }): Finding[] => (u === null ? [] : [nearNominal(u, volts, i)]))
  const mean = sight.of('12.7.0')
  if (mean === null || phases.some(({ u }) => u === mean)) return of
  // Some makers mean the mean between lines by it.
  const lines = nearNominal(mean, volts * Math.sqrt(3), null)
  return [...of, lines.verdict === 'pass' ? lines : nearNominal(mean, volts, null)]
}

function nearNominal(u: Shown, nominal: number, i: Shown | null): Finding {
  const share = u.value / nominal
  const text = `${u.point.name}: ${told(u.value)} V where ${told(nominal)} V is nominal`
  if (Math.abs(share - 1) <= VOLTAGE_SHARE) return pass('voltage', [u.point], text)
  const isOff = Math.abs(u.value) < 5 && (i === null || i.value === 0)
  if (isOff) return notEvaluable('voltage', [u.point], `${text}: is this phase connected?`)
  return fail('voltage', [u.point], `${text}${factorTold(share)}`)
}

/** Names the power of ten by which a value is off, where it is one. */
function factorTold(share: number): string {
  const power = Math.round(Math.log10(Math.abs(share)))
  const rest = Math.abs(share) / 10 ** power
  if (!Number.isFinite(power) || power === 0 || Math.abs(rest - 1) > VOLTAGE_SHARE) return ''
  return `; ${told(10 ** Math.abs(power))} times too ${power > 0 ? 'much' : 'little'}: is the scale e${power > 0 ? '-' : '+'}${Math.abs(power)} missing?`
}

function frequency({ of }: Sight): readonly Finding[] {
  const hertz = of('14.7.0')
  if (hertz === null) return []
  const text = `${hertz.point.name}: ${told(hertz.value)} Hz`
  const inRange = hertz.value >= LEAST_HERTZ && hertz.value <= MOST_HERTZ
  return inRange
    ? [pass('frequency', [hertz.point], text)]
    : [fail('frequency', [hertz.point], `${text}${factorTold(hertz.value / 50)}`)]
}

function factors({ of }: Sight): readonly Finding[] {
  return ['13.7.0', '33.7.0', '53.7.0', '73.7.0'].flatMap((code): Finding[] => {
    const factor = of(code)
    if (factor === null || Math.abs(factor.value) <= 1 + factor.step) return []
    return [fail('power-factor', [factor.point], `${factor.point.name}: ${told(factor.value)} is beyond 1`)]
  })
}

/** Currents and powers no meter of this nameplate carries. */
function limits({ all }: Sight, { volts, amperes, phases }: Nameplate): readonly Finding[] {
  const most: Readonly<Record<string, number>> = {
    A: amperes * OVERLOAD * phases,
    W: amperes * OVERLOAD * volts * phases,
    var: amperes * OVERLOAD * volts * phases,
    VA: amperes * OVERLOAD * volts * phases,
  }
  return all.flatMap(({ point, value }): Finding[] => {
    const unit = point.unit.replace(/^[kM](?=W|var|VA|A)/, '')
    const limit = most[unit]
    if (limit === undefined || Math.abs(value) <= limit) return []
    return [
      fail(
        'limits',
        [point],
        `${point.name}: ${told(value)} ${unit} where ${told(limit)} is ${OVERLOAD} × the nameplate`,
      ),
    ]
  })
}

/** S = U·I, |P| = S·|PF|, S² = P² + Q², and where there is no more, P between a quarter of S and S. */
function triangle(phase: Phase, { volts, amperes, phases }: Nameplate): readonly Finding[] {
  const { name, u, i, p, q, pf } = phase
  const measured = product(phase)
  const s = phase.s ?? measured
  if (s === null) return []
  const sPoints =
    u === null && phase.currents.length > 0 ? phase.currents : phase.s ? [phase.s.point] : phase.currents
  const load = Math.max(s.value, measured?.value ?? 0, Math.abs(p?.value ?? 0))
  const least = volts * amperes * LEAST_LOAD * (u === null ? phases : 1)
  const involved = [u, i, p, q, pf, phase.s].flatMap(shown => (shown === null ? [] : [shown.point]))
  if (load < least)
    return [
      notEvaluable(
        'power-triangle',
        involved,
        `${name}: ${told(load)} VA is too little load to tell anything`,
      ),
    ]
  const laws: Law[] = []
  if (phase.s && measured && u && i)
    laws.push({
      text: `${name}: S = U·I`,
      one: phase.s.value,
      other: measured.value,
      of: [phase.s, u, i],
      proves: [phase.s.point, u.point, i.point],
    })
  if (p && pf)
    laws.push({
      text: `${name}: |P| = S·|PF|`,
      one: p.value,
      other: s.value * pf.value,
      of: [p, s, pf],
      proves: [p.point, pf.point, ...sPoints],
      below: DISTORTION,
    })
  if (p && q)
    laws.push({
      text: `${name}: S² = P² + Q²`,
      one: Math.hypot(p.value, q.value),
      other: s.value,
      of: [p, s, ...(isSeen(p, q, s) ? [q] : [])],
      proves: [p.point, ...sPoints, ...(isSeen(p, q, s) ? [q.point] : [])],
      below: DISTORTION,
    })
  if (p && laws.length === 0) return [between(name, p, s, [p.point, ...sPoints])]
  return laws.map(equal)
}

/** Two ways to the same number. */
interface Law {
  readonly text: string
  readonly one: number
  readonly other: number
  /** What it is made of; their steps are what it can be off by. */
  readonly of: readonly Shown[]
  readonly proves: readonly Point[]
  /** By what share the one may be below the other beside the tolerance. */
  readonly below?: number
}

/** Whether a tenth of the reactive power, or ten times as much, would break the law it stands in. */
function isSeen(p: Shown, q: Shown, s: Shown): boolean {
  const breaks = (value: number) => {
    const share = Math.hypot(p.value, value) / s.value
    return share > 1 + TOLERANCE || share < 1 - TOLERANCE - DISTORTION
  }
  return breaks(10 * q.value) && breaks(q.value / 10)
}

function equal({ text: law, one, other, of, proves, below = 0 }: Law): Finding {
  const [left, right] = [Math.abs(one), Math.abs(other)]
  const text = `${law}: ${told(left)} and ${told(right)}`
  const coarse = of.reduce((sum, shown) => sum + coarseness(shown), 0)
  const off = Math.abs(left - right) / Math.max(left, right, Number.MIN_VALUE)
  if (off > TOLERANCE + coarse + (left < right ? below : 0))
    return fail('power-triangle', proves, `${text}${factorTold(left / right)}`)
  return coarse > COARSEST
    ? notEvaluable('power-triangle', proves, `${text}; too coarse to prove a scale`)
    : pass('power-triangle', proves, text)
}

function coarseness({ step, value }: Shown): number {
  return value === 0 ? 0 : Math.min(1, step / Math.abs(value))
}

function between(name: string, p: Shown, s: Shown, points: readonly Point[]): Finding {
  const share = Math.abs(p.value) / s.value
  const text = `${name}: P is ${told(Math.abs(p.value))} W of ${told(s.value)} VA`
  if (share > 1 + TOLERANCE + coarseness(p) + coarseness(s))
    return fail('power-triangle', points, `${text}, which is more than U·I${factorTold(share)}`)
  if (share < LEAST_FACTOR)
    return fail('power-triangle', points, `${text}, a power factor no load worth the name has`)
  return pass('power-triangle', points, text)
}

/** Totals of power and current against their phases. */
function sumsOverPhases(sight: Sight, phases: readonly Phase[]): readonly Finding[] {
  if (phases.length < 2) return []
  const { of } = sight
  const parts = (pick: (phase: Phase) => Shown | null) => phases.map(pick)
  const sums: readonly (readonly [string, Shown | null, readonly (Shown | null)[]])[] = [
    ['P', of('16.7.0'), parts(({ p }) => p)],
    ['Q', of('131.7.0'), parts(({ q }) => q)],
    ['S', of('9.7.0'), parts(({ s }) => s)],
    ['I', of('90.7.0'), parts(({ i }) => i)],
  ]
  const found = sums.flatMap(([name, total, each]): Finding[] => {
    const present = each.filter(part => part !== null)
    if (total === null || present.length < phases.length) return []
    return [summed(`${name} of the phases`, total, present)]
  })
  return [
    ...found,
    ...meanCurrent(
      of('11.7.0'),
      parts(({ i }) => i),
    ),
    ...direction(sight),
  ]
}

function summed(what: string, total: Shown, parts: readonly Shown[]): Finding {
  const sum = parts.reduce((all, { value }) => all + value, 0)
  const size = parts.reduce((all, { value }) => all + Math.abs(value), 0)
  const points = [total.point, ...parts.map(({ point }) => point)]
  const text = `${what} make ${told(sum)}, the total is ${told(total.value)}`
  const steps = total.step + parts.reduce((all, { step }) => all + step, 0)
  if (size === 0 && total.value === 0) return notEvaluable('sums', points, `${what} are all 0`)
  if (Math.abs(sum - total.value) > TOLERANCE * Math.max(size, Math.abs(total.value)) + steps)
    return fail('sums', points, text)
  // What is hidden in the tolerance is not proven by the sum.
  const seen = parts.filter(({ value }) => Math.abs(value) * 0.9 > TOLERANCE * size + steps)
  return pass('sums', [total.point, ...seen.map(({ point }) => point)], text)
}

/** Of three phases, a current without a phase is their mean or their sum. */
function meanCurrent(total: Shown | null, parts: readonly (Shown | null)[]): readonly Finding[] {
  const present = parts.filter(part => part !== null)
  if (total === null || present.length < parts.length) return []
  const sum = summed('I of the phases', total, present)
  if (sum.verdict === 'pass') return [sum]
  const third = (shown: Shown) => ({ ...shown, value: shown.value / parts.length })
  return [summed('I of the phases, in the mean,', total, present.map(third))]
}

/** Power by direction against power with a sign. */
function direction({ of }: Sight): readonly Finding[] {
  const [net, import_, export_] = [of('16.7.0'), of('1.7.0'), of('2.7.0')]
  if (net === null || import_ === null || export_ === null) return []
  return [summed('import less export', net, [import_, { ...export_, value: -export_.value }])]
}
