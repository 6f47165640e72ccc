/**
 * Ladder prices: the more of a register was used since a day of the year or month, the dearer the next kWh. What crosses a step within a
 * span is split exactly. Pure.
 */

import { addScaled, compareScaled, multiplyScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import { MINUTE } from '../../core/time.ts'

export interface Ladder {
  /** OBIS code of the register that climbs it. */
  readonly register: string
  readonly every: 'year' | 'month'
  /** The day on which it begins anew: "01-01" of each year, "01" of each month; no later than the 28th. */
  readonly begins: string
  /** In order; the first is above nothing. */
  readonly steps: readonly Step[]
}

export interface Step {
  /** kWh used since the ladder began. */
  readonly above: Scaled
  /** For each kWh above it, up to the next step; beside what the register costs by itself. */
  readonly price: Scaled
}

/** What a span cost by a step. */
export interface Climbed {
  readonly price: Scaled
  readonly quantity: Scaled
}

/** As people write the day; 29 February is no day of every year. */
export const LADDER_BEGINS = {
  year: /^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/,
  month: /^(0[1-9]|1\d|2[0-8])$/,
} as const

const NOTHING: Scaled = { digits: 0n, scaler: 0 }

/** The parts of it by the steps it lies in, in order, where `used` were used before; none of nothing. */
export function climbed({ steps }: Ladder, used: Scaled, quantity: Scaled): readonly Climbed[] {
  const end = addScaled(used, quantity)
  return steps.flatMap(({ above, price }, place): readonly Climbed[] => {
    const next = steps[place + 1]?.above
    const from = larger(used, above)
    const to = next && compareScaled(next, end) < 0 ? next : end
    const part = subtractScaled(to, from)
    return part.digits > 0n ? [{ price, quantity: part }] : []
  })
}

function larger(a: Scaled, b: Scaled): Scaled {
  return compareScaled(a, b) >= 0 ? a : b
}

export function climbedAmount(parts: readonly Climbed[]): Scaled {
  return parts.reduce((sum, { price, quantity }) => addScaled(sum, multiplyScaled(price, quantity)), NOTHING)
}

type Days = Pick<Ladder, 'every' | 'begins'>

/** When it began last, at or before an instant; UTC ms. */
export function ladderBegan(ladder: Days, instant: number, offsetMinutes: number): number {
  return beginOf(ladder, instant, offsetMinutes, 0)
}

/** When it begins next, after an instant. */
export function ladderEnds(ladder: Days, instant: number, offsetMinutes: number): number {
  return beginOf(ladder, instant, offsetMinutes, 1)
}

/** The last begin at or before an instant, or so many after it. */
function beginOf({ every, begins }: Days, instant: number, offsetMinutes: number, later: number): number {
  const offsetMs = offsetMinutes * MINUTE
  const local = new Date(instant + offsetMs)
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()]
  const numbers = begins.split('-').map(Number)
  const day = numbers.at(-1) ?? 1
  const at = (away: number) =>
    every === 'year' ? Date.UTC(year + away, (numbers[0] ?? 1) - 1, day) : Date.UTC(year, month + away, day)
  return at(at(0) <= local.getTime() ? later : later - 1) - offsetMs
}

/** Why it cannot be a ladder, in words; null where it can. */
export function ladderRefused({ every, begins, steps }: Ladder): string | null {
  if (!LADDER_BEGINS[every].test(begins))
    return `a ladder of every ${every} begins on ${every === 'year' ? 'a day such as "01-01"' : 'a day such as "01"'}, not on "${begins}"; no later than the 28th`
  if (steps[0]?.above.digits !== 0n) return 'the first step of a ladder is above "0"'
  const isInOrder = steps.every(
    ({ above }, place) => place === 0 || compareScaled(above, steps[place - 1]?.above ?? above) > 0,
  )
  return isInOrder ? null : 'the steps of a ladder go up: each is above more than the one before'
}
