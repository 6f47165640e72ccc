/** What is planted, in words that a judge can hold the gateway to. */

import type { Random } from '../../src/core/random.ts'
import type { Town, TownMeter } from './load.ts'
import type { Asked, Twist } from './world.ts'

export type FaultClass = 'communication' | 'meter' | 'archive' | 'forgery'

/** The archive's row of a meter: what the gateway is told instead of what is there. */
export interface Row {
  readonly number: string
  readonly constant: number
  readonly ratio: number
  /** Power of ten by which the archive reads registers wrongly: 1 where it believes a decimal too few. */
  readonly misplaced: number
  /** The archive has no row for it. */
  readonly isMissing: boolean
}

export interface Label {
  readonly id: string
  readonly kind: string
  readonly class: FaultClass
  /** Indices; the first is the one that is judged first. */
  readonly meters: readonly number[]
  readonly from: number
  readonly to: number
  /** Of what registers the value is wrong: "forward", "forward.0" …; empty where none is. */
  readonly registers: readonly string[]
  readonly about: string
  /** Nothing is wrong: an alarm would be false. */
  readonly isHonest: boolean
  /** Of forgeries: the redundancies that the forger left to be found by. */
  readonly leaves: readonly string[]
  /** Every redundancy inside the meter's own answers agrees: only other meters or a person can tell. */
  readonly isConsistent: boolean
  /** Of the line: the question that is hit, and how many attempts of its slot. */
  readonly hits: { readonly what: Asked['what']; readonly attempts: number } | null
}

export interface Planted {
  readonly label: Label
  readonly twists: ReadonlyMap<number, Twist>
  /** Rows of the archive that are wrong. */
  readonly rows: ReadonlyMap<number, Partial<Row>>
  /** Of the line: how many answers it has changed so far; a fault that never struck proves nothing. */
  struck(): number
}

/** What a kind has to work with. */
export interface Site {
  readonly town: Town
  readonly random: Random
  readonly meter: TownMeter
  /** When it begins; of the archive's faults that stand from the start, the start. */
  readonly from: number
  readonly to: number
  /** Another meter without faults, which this one takes with it. */
  readonly other: TownMeter
}

/** One kind of lasting fault. */
export interface Kind {
  readonly kind: string
  readonly class: Exclude<FaultClass, 'communication'>
  readonly about: string
  readonly registers: readonly string[]
  readonly fits?: (meter: TownMeter) => boolean
  readonly takesOther?: true
  readonly fromStart?: true
  readonly isHonest?: true
  readonly isConsistent?: true
  readonly leaves?: readonly string[]
  plant(site: Site): {
    readonly twist?: Twist
    readonly other?: Twist
    readonly row?: Partial<Row>
    readonly otherRow?: Partial<Row>
  }
}

/** From an instant on, increments by flow × a factor. */
export function scaledSince(from: number, factor: (flow: number) => number): NonNullable<Twist['flows']> {
  return (passed, at, passedAt) => {
    if (at <= from) return passed
    const before = passedAt(from)
    return passed.map((value, flow) => {
      const was = before[flow] ?? 0
      return was + Math.floor((value - was) * factor(flow))
    })
  }
}
