/** A rule that judges the intervals of a day of one register. */

import type { NotEvaluated, RuleFacts, Said } from '../rule.ts'
import type { IntervalDay } from './interval-day.ts'

/** Pure. */
export interface IntervalRule extends RuleFacts {
  /** Whether it has anything to say of such a register. */
  of(obis: string): boolean
  check(day: IntervalDay): DayChecked
}

/** Nothing said is passed. */
export type DayChecked = readonly OfIntervals[] | NotEvaluated

export interface OfIntervals {
  /** When the intervals it speaks of begin; none where it speaks of the whole day. */
  readonly intervals: readonly number[]
  readonly said: Said
}

export const EVERY_REGISTER = () => true

export function isLacking(checked: DayChecked): checked is NotEvaluated {
  return 'lacks' in checked
}
