/** How simulated customers use power over a day, as tables of quarter hours with sums by tariff ready made. */

import { seededRandom } from '../core/random.ts'

export type Habit = 'household' | 'shop' | 'solar'

/** One kind of day. Sums are in percent-quarters: percent of the day's peak, held for a quarter of an hour. */
export interface Shape {
  /** Percent of the day's peak power in each quarter hour; negative where the customer feeds back. */
  readonly percent: Int8Array
  /** Drawn before quarter q in tariff t: `forward[t * 97 + q]`. */
  readonly forward: Uint32Array
  /** Fed back, likewise. */
  readonly reverse: Uint32Array
  /** The quarter of the greatest draw: of the day, then in each tariff; -1 where none is drawn. */
  readonly forwardPeaks: readonly number[]
  /** Of the greatest feed, likewise. */
  readonly reversePeaks: readonly number[]
}

export const QUARTERS = 96
export const QUARTER_SECONDS = 900
export const TARIFFS = 4
/** Entries of a running sum over a day: before each quarter, and after the last. */
export const SUMS = QUARTERS + 1

/** From which hour of the site's day which tariff counts: 1 sharp 尖, 2 peak 峰, 3 flat 平, 4 valley 谷. */
export const TARIFF_HOURS: readonly (readonly [hour: number, tariff: number])[] = [
  [0, 4],
  [7, 3],
  [8, 2],
  [11, 3],
  [18, 2],
  [19, 1],
  [21, 2],
  [23, 4],
]

/** Percent of the peak at each full hour. */
const HOURLY: Readonly<Record<Habit, readonly number[]>> = {
  household: [12, 10, 9, 9, 9, 12, 22, 38, 30, 22, 20, 24, 34, 26, 20, 20, 24, 38, 62, 84, 90, 72, 44, 22],
  shop: [8, 8, 8, 8, 8, 9, 14, 30, 62, 82, 88, 86, 80, 84, 88, 90, 86, 84, 78, 66, 48, 26, 12, 9],
  solar: [12, 10, 9, 9, 9, 12, 20, 22, 4, -18, -38, -52, -58, -55, -44, -26, -6, 18, 58, 84, 90, 70, 42, 22],
}

/** Different days of one habit; enough that neighbours differ. */
export const VARIANTS = 32

/** The tariff, 0 to 3, of each quarter hour of the day. */
const TARIFF_OF_QUARTER = Uint8Array.from({ length: QUARTERS }, (_, quarter) => {
  const hour = Math.floor(quarter / 4)
  return (TARIFF_HOURS.findLast(([from]) => from <= hour)?.[1] ?? 1) - 1
})

/** The same for every seed: seeds choose among days, they do not make them. */
export const SHAPES: Readonly<Record<Habit, readonly Shape[]>> = {
  household: variantsOf('household', 1),
  shop: variantsOf('shop', 2),
  solar: variantsOf('solar', 3),
}

export function tariffOfQuarter(quarter: number): number {
  return TARIFF_OF_QUARTER[quarter] ?? 0
}

function variantsOf(habit: Habit, seed: number): readonly Shape[] {
  const random = seededRandom(seed)
  const hourly = HOURLY[habit]
  return Array.from({ length: VARIANTS }, () => {
    const percent = Int8Array.from({ length: QUARTERS }, (_, quarter) => {
      const hour = Math.floor(quarter / 4)
      const here = hourly[hour] ?? 0
      const next = hourly[(hour + 1) % 24] ?? 0
      const smooth = here + ((next - here) * (quarter % 4)) / 4
      return Math.round((smooth * (85 + random.integer(31))) / 100)
    })
    return {
      percent,
      forward: sums(percent, 1),
      reverse: sums(percent, -1),
      forwardPeaks: peaks(percent, 1),
      reversePeaks: peaks(percent, -1),
    }
  })
}

function sums(percent: Int8Array, sign: 1 | -1): Uint32Array {
  const before = new Uint32Array(TARIFFS * SUMS)
  for (let tariff = 0; tariff < TARIFFS; tariff++)
    for (let quarter = 0; quarter < QUARTERS; quarter++) {
      const counts = tariffOfQuarter(quarter) === tariff ? Math.max(0, (percent[quarter] ?? 0) * sign) : 0
      before[tariff * SUMS + quarter + 1] = (before[tariff * SUMS + quarter] ?? 0) + counts
    }
  return before
}

function peaks(percent: Int8Array, sign: 1 | -1): readonly number[] {
  return Array.from({ length: TARIFFS + 1 }, (_, tariff) => {
    let greatest = -1
    for (let quarter = 0; quarter < QUARTERS; quarter++) {
      if (tariff > 0 && tariffOfQuarter(quarter) !== tariff - 1) continue
      const here = (percent[quarter] ?? 0) * sign
      if (here > Math.max(0, (percent[greatest] ?? 0) * sign)) greatest = quarter
    }
    return greatest
  })
}
