/** What a register counted in intervals, put together as days: the rows of formats that tell intervals. Pure. */

import { assert } from '../core/faults.ts'
import { DAY, slotOf } from '../core/time.ts'
import type { Interval } from '../reading/estimate/intervals.ts'
import type { IntervalDay } from './export-row.ts'

export interface IntervalsTold extends Omit<IntervalDay, 'place' | 'from' | 'intervals'> {
  readonly offsetMinutes: number
  /** As `intervalsOf` gives them: in order, without holes. */
  readonly intervals: readonly Interval[]
}

/**
 * Days by the site's fixed offset, in order. One that is not over is as long as it is known; one whose first interval was not
 * asked for is left out, since nobody knows of what is before whether it is missing.
 */
export function intervalDaysOf({
  offsetMinutes,
  intervals,
  ...register
}: IntervalsTold): readonly Omit<IntervalDay, 'place'>[] {
  const byDay = Map.groupBy(intervals, one => slotOf(one.from, DAY, offsetMinutes))
  return [...byDay]
    .filter(([from, [first]]) => first?.from === from)
    .map(([from, all]) => ({
      ...register,
      from,
      intervals: all.map((one, place) => {
        assert(one.from === from + place * register.everyMs, 'intervals follow each other without holes')
        return { mark: one.mark, value: one.value, method: one.method }
      }),
    }))
}

/** Whether it is known to its midnight, as NEM12 demands. */
export function isWholeDay({ everyMs, intervals }: Pick<IntervalDay, 'everyMs' | 'intervals'>): boolean {
  return intervals.length * everyMs === DAY
}
