/**
 * Which count back leads to a boundary. Meters count the freezes they have made, and make none without power: behind such a
 * gap each is so much nearer than the calendar says. What a count has led to before tells how much.
 */

import { type Calendar, stepsBetween } from '../core/calendar.ts'

export interface FreezeCount {
  /** The count back of a boundary, 1 the newest there is. */
  nthOf(boundary: number, newest: number): number
  /** Asked for `boundary` the meter told the freeze of `slot`. */
  saw(boundary: number, slot: number): void
  /** A boundary has passed: a meter that was ahead of us is no longer. */
  moves(): void
}

/** From `slot` back to the next of these freezes are nearer by so many. */
interface Shift {
  readonly slot: number
  readonly by: number
}

export function createFreezeCount(calendar: Calendar): FreezeCount {
  /** Newest first. */
  let shifts: readonly Shift[] = []

  function shiftOf(boundary: number): number {
    return shifts.findLast(({ slot }) => slot >= boundary)?.by ?? 0
  }

  return {
    nthOf: (boundary, newest) =>
      Math.max(1, stepsBetween(calendar, boundary, newest) - shiftOf(boundary) + 1),
    saw(boundary, slot) {
      const by = stepsBetween(calendar, slot, boundary) + shiftOf(boundary)
      // The further back the more may be missing, never less: what says otherwise is older news.
      const stands = (one: Shift) => (one.slot > slot ? one.by <= by : one.slot < slot && one.by >= by)
      shifts = [...shifts.filter(stands), { slot, by }].sort((a, b) => b.slot - a.slot)
    },
    moves() {
      shifts = shifts.filter(({ by }) => by > 0)
    },
  }
}
