/** What must hold of energy registers: between looks they rise as the power says, and parts make up their totals. */

import type { Nameplate, Point } from '../driver-api/profile.ts'
import { type Finding, factorTold, fail, notEvaluable, pass, told } from './finding.ts'
import { codeOf, isEnergy, type Shown, type Sight } from './looks.ts'

/** Fewer raw steps than these prove no rate. */
export const LEAST_STEPS = 5
/** The power is only known at the looks: between them it may have been another. */
const SURE = 2
/** Halfway to a factor of ten: beyond it another scale fits better. */
const WRONG = Math.sqrt(10)
const HOUR_MS = 3_600_000
/** A share of the parts by which totals may differ from them without being wrong; what differs by more steps than these is not exact. */
const SUM_TOLERANCE = 0.005
const SUM_STEPS = 2
/** What a meter can have counted: its nameplate's current, day and night, for as long as meters last. */
const LIFE_HOURS = 40 * 8766

/** What flows into a register at a look, and the points that tell it; null where the look does not tell. */
type Flow = (sight: Sight) => Power | null

interface Power {
  /** kW, kvar or kVA. */
  readonly kilo: number
  readonly of: readonly Point[]
}

export function counting(sights: readonly Sight[], nameplate: Nameplate): readonly Finding[] {
  const last = sights.at(-1)
  if (last === undefined) return []
  return [
    ...beyondLife(last, nameplate),
    ...sumsOfParts(last, nameplate),
    ...energyCodes(last).flatMap(code => rising(code, sights, nameplate)),
  ]
}

function energyCodes({ all }: Sight): readonly string[] {
  return all.flatMap(({ point }) => (isEnergy(point.obis) ? [codeOf(point)] : []))
}

function beyondLife({ all }: Sight, { volts, amperes, phases }: Nameplate): readonly Finding[] {
  const most = (volts * amperes * phases * LIFE_HOURS) / 1000
  return all.flatMap(({ point, value }): Finding[] => {
    if (!isEnergy(point.obis)) return []
    const text = `${point.name}: ${told(value)} k${point.unit.replace(/^[kM]/, '')}`
    if (value < 0 && !/:16\./.test(point.obis))
      return [fail('limits', point.name, [point], `${text}, less than nothing`)]
    if (value <= most) return []
    return [fail('limits', point.name, [point], `${text}; the nameplate makes ${told(most)} in 40 years`)]
  })
}

interface Part {
  readonly total: string
  readonly parts: readonly string[]
}

function sumsOfParts(sight: Sight, { phases }: Nameplate): readonly Finding[] {
  return partsOf(sight, phases).flatMap(({ total, parts }): Finding[] => {
    const whole = sight.of(total)
    const shown = parts.map(code => sight.of(code)).filter(part => part !== null)
    if (whole === null || shown.length < parts.length || shown.length < 2) return []
    return [added(whole, shown)]
  })
}

/** Tariffs, phases, directions: all that sums up to a register. */
function partsOf(sight: Sight, phases: number): readonly Part[] {
  const codes = energyCodes(sight)
  const kinds = [...new Set(codes.map(code => code.replace(/\.8\.\d+$/, '')))]
  const tariffs = kinds.map(c => ({
    total: `${c}.8.0`,
    parts: codes.filter(code => code.startsWith(`${c}.8.`) && !code.endsWith('.8.0')),
  }))
  const byPhase = [1, 2, 3, 4, 9].map(c => ({
    total: `${c}.8.0`,
    parts: [20, 40, 60].slice(0, phases).map(at => `${c + at}.8.0`),
  }))
  const directions = [0, 1, 2, 3, 4].map(tariff => ({
    total: `15.8.${tariff}`,
    parts: [`1.8.${tariff}`, `2.8.${tariff}`],
  }))
  return [...tariffs, ...byPhase, ...directions, { total: '130.8.0', parts: ['3.8.0', '4.8.0'] }]
}

function added(total: Shown, parts: readonly Shown[]): Finding {
  const sum = parts.reduce((all, { value }) => all + value, 0)
  const points = [total.point, ...parts.map(({ point }) => point)]
  const names = parts.map(({ point }) => point.name).join(' + ')
  const text = `${names} make ${told(sum)}, ${total.point.name} is ${told(total.value)}`
  if (sum === 0 && total.value === 0) return notEvaluable('sums', names, points, `${names} are all 0`)
  const steps = SUM_STEPS * (total.step + parts.reduce((all, { step }) => all + step, 0))
  const off = Math.abs(sum - total.value)
  if (off > SUM_TOLERANCE * Math.max(sum, total.value) + steps) return fail('sums', names, points, text)
  if (off > steps) return notEvaluable('sums', names, points, `${text}: not exactly`)
  const seen = [total, ...parts].filter(({ value }) => value * 0.9 > steps).map(({ point }) => point)
  // A factor common to all of them leaves a sum as it is: one has to be proven otherwise.
  return pass('sums', names, seen, text, { on: seen, how: 'one' })
}

/** One register over all looks: window by window, so that a tariff is held against the hours it counted in. */
function rising(code: string, sights: readonly Sight[], { phases }: Nameplate): readonly Finding[] {
  const flow = flowOf(code, phases)
  const shown = sights.map(sight => sight.of(code))
  const point = shown.find(each => each !== null)?.point
  if (point === undefined) return []
  const isTariff = !code.endsWith('.8.0')
  let expected = 0
  let counted = 0
  let step = 0
  let isKnown = flow !== null
  const powers = new Set<Point>()
  for (let at = 1; at < sights.length; at++) {
    const [before, after, from, to] = [shown[at - 1], shown[at], sights[at - 1], sights[at]]
    if (!before || !after || !from || !to) continue
    step = Math.max(step, before.step, after.step)
    const rise = after.value - before.value
    if (rise < -step)
      return [
        fail(
          'rising',
          point.name,
          [point],
          `${point.name} fell from ${told(before.value)} to ${told(after.value)}`,
        ),
      ]
    // A tariff that stood still may not have been its turn.
    if (isTariff && rise < step) continue
    if (isTariff && othersMoved(code, from, to)) continue
    counted += rise
    const power = meanFlow(flow, from, to)
    if (power === null) isKnown = false
    else expected += (power.kilo * (to.at - from.at)) / HOUR_MS
    for (const used of power?.of ?? []) powers.add(used)
  }
  if (step === 0) return [notEvaluable('rising', point.name, [point], `${point.name} was seen once only`)]
  if (!isKnown)
    return [
      notEvaluable(
        'rising',
        point.name,
        [point],
        `${point.name}: no power is read that would have to make it rise`,
      ),
    ]
  return [judged(point, { expected, counted, step, isTariff, powers: [...powers] })]
}

interface Rate {
  readonly expected: number
  readonly counted: number
  readonly step: number
  readonly isTariff: boolean
  readonly powers: readonly Point[]
}

function judged(point: Point, { expected, counted, step, isTariff, powers }: Rate): Finding {
  const steps = Math.round(counted / step)
  const due = expected / step
  const text = `${point.name} rose by ${steps} steps of ${step}, the power makes ${told(due)}`
  const ratio = counted / expected
  if (steps > WRONG * due + LEAST_STEPS)
    return fail('rising', point.name, [point], `${text}${factorTold(ratio)}`)
  // A tariff is only held against the hours in which it moved.
  if (steps < due / WRONG - LEAST_STEPS)
    return fail('rising', point.name, [point], `${text}${factorTold(ratio)}`)
  if (steps < LEAST_STEPS || due < LEAST_STEPS)
    return notEvaluable(
      'rising',
      point.name,
      [point],
      `${text}: too few to tell${isTariff ? ', or not its hours' : ''}`,
    )
  if (ratio > WRONG || ratio < 1 / WRONG)
    return fail('rising', point.name, [point], `${text}${factorTold(ratio)}`)
  if (ratio > SURE || ratio < 1 / SURE)
    return notEvaluable(
      'rising',
      point.name,
      [point],
      `${text}: look longer, the load changed between the looks`,
    )
  return pass('rising', point.name, [point], text, { on: powers, how: 'every' })
}

function othersMoved(code: string, from: Sight, to: Sight): boolean {
  const stem = code.replace(/\d+$/, '')
  return energyCodes(to).some(other => {
    if (other === code || !other.startsWith(stem) || other.endsWith('.8.0')) return false
    const [before, after] = [from.of(other), to.of(other)]
    return before !== null && after !== null && after.value > before.value
  })
}

function meanFlow(flow: Flow | null, from: Sight, to: Sight): Power | null {
  const [one, other] = [flow?.(from) ?? null, flow?.(to) ?? null]
  if (one === null || other === null) return null
  return { kilo: (one.kilo + other.kilo) / 2, of: [...one.of, ...other.of] }
}

/** Which power, at a look, makes a register rise. */
export function flowOf(code: string, phases: number): Flow | null {
  const c = Number(/^\d+/.exec(code)?.[0])
  const at = c > 20 && c <= 80 ? 20 * Math.floor((c - 1) / 20) : 0
  const quantity = c > 80 ? c : c - at
  const active = (sight: Sight) => powerOf(sight, at, phases, 16, 1)
  const reactive = (sight: Sight) => powerOf(sight, at, phases, 131, 3)
  const as =
    (flow: Flow, turned: (kilo: number) => number): Flow =>
    sight => {
      const power = flow(sight)
      return power === null ? null : { ...power, kilo: turned(power.kilo) }
    }
  const above = (flow: Flow, sign: number) => as(flow, kilo => Math.max(0, kilo * sign))
  switch (quantity) {
    case 1:
      return above(active, 1)
    case 2:
      return above(active, -1)
    case 3:
      return above(reactive, 1)
    case 4:
      return above(reactive, -1)
    case 9:
      return sight => madeOf([sight.of(`${9 + at}.7.0`)])
    case 15:
      return as(active, Math.abs)
    case 130:
      return as(reactive, Math.abs)
    default:
      return null
  }
}

/** What adds up to a power; null where one of it was not read. What stands at zero adds nothing. */
function madeOf(parts: readonly (Shown | null)[]): Power | null {
  const present = parts.filter(part => part !== null)
  if (present.length < parts.length) return null
  return {
    kilo: present.reduce((sum, { value }) => sum + value, 0) / 1000,
    of: present.flatMap(({ value, point }) => (value === 0 ? [] : [point])),
  }
}

/** With its sign, from what there is: itself, by directions, or the sum of its phases. */
function powerOf(sight: Sight, at: number, phases: number, net: number, import_: number): Power | null {
  const { of } = sight
  const own = of(`${net + at}.7.0`) ?? (at === 20 && phases === 1 ? of(`${net}.7.0`) : null)
  if (own !== null) return madeOf([own])
  const [import__, export_] = [of(`${import_ + at}.7.0`), of(`${import_ + at + 1}.7.0`)]
  if (import__ !== null)
    return madeOf([import__, ...(export_ === null ? [] : [{ ...export_, value: -export_.value }])])
  if (at > 0) return null
  return madeOf([20, 40, 60].slice(0, phases).map(each => of(`${net + each}.7.0`)))
}
