/**
 * Customers of a model town: what each draws in every quarter hour, in whole watts, as a function of a seed. Within a
 * quarter a customer draws a base, and an appliance for some seconds of it, so that no momentary power is the mean.
 */

import { mix, seededRandom } from '../../src/core/random.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { QUARTER_SECONDS, QUARTERS, SHAPES, VARIANTS } from '../../src/simulator/shapes.ts'

export type Habit = 'household' | 'shop' | 'industry' | 'prosumer' | 'empty-flat' | 'street-light' | 'cottage'

/**
 * A quarter hour: `base` throughout, `pulse` more from one of its seconds to another; beyond its end that is at its
 * beginning. Negative where fed back.
 */
export interface Draw {
  base: number
  pulse: number
  from: number
  to: number
}

/** Of 64 customers: a town's mixture. */
const MIXTURE: readonly (readonly [habit: Habit, of64: number])[] = [
  ['household', 34],
  ['shop', 8],
  ['industry', 5],
  ['prosumer', 6],
  ['empty-flat', 5],
  ['street-light', 3],
  ['cottage', 3],
]

/** Percent of the peak at each full hour of a working day in two shifts. */
const WORKS = [22, 20, 20, 20, 22, 30, 58, 84, 92, 95, 96, 88, 72, 90, 96, 95, 92, 86, 80, 76, 70, 60, 40, 26]
/** Civil quarters at which lamps go off and on; spring of a mild latitude, a minute or two earlier each day. */
const LAMPS = { off: 23, on: 74 }

export interface Customer {
  readonly habit: Habit
  readonly peakWatts: number
  /** Power factor × 1000. */
  readonly permille: number
  /** Fills `draw` for a quarter of a civil day (days since 1970 as the site counts them). */
  drawIn(day: number, quarter: number, draw: Draw): void
}

export function habitOf(seed: number, index: number): Habit {
  let left = mix(seed + Math.imul(index, 0x9e3779b1)) % 64
  for (const [habit, of64] of MIXTURE) {
    if (left < of64) return habit
    left -= of64
  }
  return 'household'
}

export function createCustomer(identity: number, habit: Habit): Customer {
  const random = seededRandom(identity)
  const peakWatts = peakOf(habit, () => random.fraction())
  const standing = 6 + random.integer(habit === 'empty-flat' ? 6 : 20)
  const isDark = habit === 'empty-flat' && random.integer(2) === 0
  return {
    habit,
    peakWatts,
    permille: 880 + random.integer(115),
    drawIn(day, quarter, draw) {
      const chance = mix(identity + Math.imul(day, 0x85ebca6b) + Math.imul(quarter, 0xc2b2ae35))
      draw.pulse = 0
      draw.from = 0
      draw.to = 0
      if (habit === 'empty-flat') {
        draw.base = isDark ? 0 : standing
        return
      }
      if (habit === 'street-light') {
        const earlier = Math.floor(((day % 365) - 60) / 12)
        const isLit = quarter < LAMPS.off - earlier || quarter >= LAMPS.on + earlier
        draw.base = isLit ? peakWatts : 0
        return
      }
      const dayChance = mix(identity ^ Math.imul(day, 0x27d4eb2f))
      if (habit === 'cottage' && !isStay(identity, day)) {
        draw.base = standing
        return
      }
      const percent = percentOf(habit, day, quarter, dayChance)
      const mean = Math.trunc((percent * peakWatts * (75 + ((dayChance >>> 8) % 51))) / 10_000)
      draw.base = mean
      addAppliance(draw, habit, peakWatts, chance)
    },
  }
}

/** Whole watts of the greatest ordinary draw, at the meter's own terminals (behind transformers: of their secondary). */
function peakOf(habit: Habit, fraction: () => number): number {
  const between = (from: number, to: number) => Math.round(from + fraction() * (to - from))
  switch (habit) {
    case 'shop':
      return between(4_000, 13_000)
    case 'industry':
      return between(500, 1_500)
    case 'street-light':
      return between(600, 6_000)
    case 'cottage':
      return between(1_500, 4_000)
    default:
      return between(1_500, 5_000)
  }
}

/** Mondays are 4 days after the epoch's Thursday. */
function isWeekend(day: number): boolean {
  const weekday = (day + 3) % 7
  return weekday >= 5
}

/** Two weekends of three, and a week of holidays in eight. */
function isStay(identity: number, day: number): boolean {
  const week = Math.floor((day + 3) / 7)
  const chance = mix(identity ^ Math.imul(week, 0x165667b1))
  return chance % 8 === 0 || (isWeekend(day) && chance % 3 !== 0)
}

function percentOf(habit: Habit, day: number, quarter: number, dayChance: number): number {
  const weekend = isWeekend(day)
  if (habit === 'industry') {
    const hour = Math.floor(quarter / 4)
    return weekend ? 14 + (dayChance % 7) : (WORKS[hour] ?? 0) + ((dayChance >>> (quarter % 16)) % 5)
  }
  const shapes = SHAPES[habit === 'shop' ? 'shop' : habit === 'prosumer' ? 'solar' : 'household']
  const percent = shapes[dayChance % VARIANTS]?.percent[quarter % QUARTERS] ?? 0
  if (habit === 'shop') return weekend ? Math.round(percent * 1.15) : percent
  const isDaytime = quarter > 36 && quarter < 68
  return weekend && isDaytime && percent > 0 ? Math.round(percent * 1.4) : percent
}

/** Kettles, ovens, compressors: the shorter the stronger; the quarter's mean changes with them. */
function addAppliance(draw: Draw, habit: Habit, peakWatts: number, chance: number): void {
  const every = habit === 'industry' ? 3 : 6
  if (chance % every !== 0) return
  const seconds = 60 + ((chance >>> 4) % 600)
  // At any second alike: nothing people do begins with the quarters at which they are polled.
  draw.from = (chance >>> 14) % QUARTER_SECONDS
  draw.to = draw.from + seconds
  draw.pulse = Math.round((peakWatts * (10 + ((chance >>> 24) % 50))) / 100)
}

/** An area without power, from and to. */
export interface Outage {
  readonly area: number
  readonly from: number
  readonly to: number
}

/** About one in six weeks for an area: ten minutes to three hours. */
export function outagesOf(seed: number, areas: number, from: number, days: number): readonly Outage[] {
  const random = seededRandom(mix(seed ^ 0x0b7a6e))
  return Array.from({ length: areas }, (_, area) => area).flatMap(area => {
    const count = Math.floor(days / 42 + random.fraction())
    return Array.from({ length: count }, () => {
      const begins = from + Math.floor(random.fraction() * days * DAY)
      return { area, from: begins, to: begins + (10 + random.integer(170)) * MINUTE }
    })
  })
}
