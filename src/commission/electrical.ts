/** What must hold of the values of one moment: nominal values, limits, sums over phases, and the power triangle. */

import type { Nameplate } from '../driver-api/profile.ts'
import { type Finding, factorTold, fail, notEvaluable, pass, told } from './finding.ts'
import type { Shown, Sight } from './looks.ts'
import { type Phase, phaseOf, TOLERANCE, totalOf, triangle } from './power-triangle.ts'

/** Wider than EN 50160 allows a supply: what is outside is no measurement of this nominal voltage. */
const VOLTAGE_SHARE = 0.2
const LEAST_HERTZ = 45
const MOST_HERTZ = 65
/** Of the nameplate's largest current: what no meter carries for long. */
const OVERLOAD = 1.5

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
  if (Math.abs(share - 1) <= VOLTAGE_SHARE) return pass('voltage', u.point.name, [u.point], text)
  const isOff = Math.abs(u.value) < 5 && (i === null || i.value === 0)
  if (isOff) return notEvaluable('voltage', u.point.name, [u.point], `${text}: is this phase connected?`)
  return fail('voltage', u.point.name, [u.point], `${text}${factorTold(share)}`)
}

function frequency({ of }: Sight): readonly Finding[] {
  const hertz = of('14.7.0')
  if (hertz === null) return []
  const text = `${hertz.point.name}: ${told(hertz.value)} Hz`
  const inRange = hertz.value >= LEAST_HERTZ && hertz.value <= MOST_HERTZ
  return inRange
    ? [pass('frequency', hertz.point.name, [hertz.point], text)]
    : [fail('frequency', hertz.point.name, [hertz.point], `${text}${factorTold(hertz.value / 50)}`)]
}

function factors({ of }: Sight): readonly Finding[] {
  return ['13.7.0', '33.7.0', '53.7.0', '73.7.0'].flatMap((code): Finding[] => {
    const factor = of(code)
    if (factor === null || Math.abs(factor.value) <= 1 + factor.step) return []
    return [
      fail(
        'power-factor',
        factor.point.name,
        [factor.point],
        `${factor.point.name}: ${told(factor.value)} is beyond 1`,
      ),
    ]
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
        point.name,
        [point],
        `${point.name}: ${told(value)} ${unit} where ${told(limit)} is ${OVERLOAD} × the nameplate`,
      ),
    ]
  })
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
  if (size === 0 && total.value === 0) return notEvaluable('sums', what, points, `${what} are all 0`)
  if (Math.abs(sum - total.value) > TOLERANCE * Math.max(size, Math.abs(total.value)) + steps)
    return fail('sums', what, points, text)
  // What is hidden in the tolerance is not proven by the sum, and a factor common to all of them leaves it as it is.
  const seen = [total, ...parts]
    .filter(({ value }) => Math.abs(value) * 0.9 > TOLERANCE * size + steps)
    .map(({ point }) => point)
  return pass('sums', what, seen, text, { on: seen, how: 'one' })
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
