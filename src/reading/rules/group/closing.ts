/** Which single change of one meter closes the difference between what an area was supplied and what it used. */

import type { Balance } from './balance.ts'
import type { Days } from './days.ts'

export interface Candidate {
  readonly meter: string
  readonly change: Change
  /** By how much of it the difference falls, Σ of squares; 1 is all. */
  readonly closes: number
}

/** Counted so many times, or a part; a day late or early; of another area, or of this one. */
export type Change =
  | `times ${number}`
  | `times 1/${number}`
  | 'a day later'
  | 'a day earlier'
  | 'of another area'
  | 'of this area'

/** A person looks at these, no more. */
const MOST = 3
const LEAST_CLOSED = 0.5
/** Ratios of transformers as they are made, and those of one to another; a decimal point. */
const FACTORS = [
  ...[1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 16, 20, 25, 30, 40, 50, 60, 80],
  ...[100, 120, 150, 160, 200, 300, 400, 1_000],
]

interface Parties {
  readonly supply: readonly Days[]
  readonly users: readonly Days[]
  /** Meters that are not of the area. */
  readonly others: readonly Days[]
}

/** Best first, of each meter the best; none that closes less than half. `loss`: what the area usually loses. */
export function candidatesOf(
  { supply, users, others }: Parties,
  off: readonly Balance[],
  loss: number,
): readonly Candidate[] {
  const left = off.map(({ supplied, used }) => supplied * (1 - loss) - used)
  const whole = squares(left)
  const best = (meter: Days, changes: readonly (readonly [Change, number[]])[]): Candidate[] => {
    const each = changes.map(([change, more]) => ({
      meter: meter.meter,
      change,
      closes: 1 - squares(left.map((one, nth) => one - (more[nth] ?? 0))) / whole,
    }))
    const [first] = each.sort((a, b) => b.closes - a.closes)
    return first && first.closes >= LEAST_CLOSED ? [first] : []
  }
  const times = (kwh: readonly number[]) =>
    FACTORS.flatMap(factor => [
      [`times ${factor}`, kwh.map(one => (factor - 1) * one)] as const,
      [`times 1/${factor}`, kwh.map(one => (1 / factor - 1) * one)] as const,
    ])
  const found = [
    ...supply.flatMap(meter => best(meter, times(energies(meter, off).map(kwh => (loss - 1) * kwh)))),
    ...users.flatMap(meter => {
      const kwh = energies(meter, off)
      const instead = (days: 1 | -1) =>
        off.map(({ day }) => (meter.net[day + days] ?? Number.NaN) - (meter.net[day] ?? Number.NaN) || 0)
      return best(meter, [
        ...times(kwh),
        ['of another area', kwh.map(one => -one)],
        ['a day later', instead(-1)],
        ['a day earlier', instead(1)],
      ])
    }),
    ...others.flatMap(meter => best(meter, [['of this area', energies(meter, off)]])),
  ]
  return found.sort((a, b) => b.closes - a.closes).slice(0, MOST)
}

/** Of the days that are off; nothing where nothing is known. */
function energies({ net }: Days, off: readonly Balance[]): number[] {
  return off.map(({ day }) => net[day] || 0)
}

function squares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0)
}
