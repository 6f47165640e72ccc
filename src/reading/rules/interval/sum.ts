/** V-R12: what the intervals of a day come to, and what its freezes say. */

import { approximate, formatScaled } from '../../../core/scaled.ts'
import { DAY, isoWithOffset } from '../../../core/time.ts'
import type { RegisterRead, Stretch } from '../../estimate/stretches.ts'
import { unitsPerKwh } from '../pair.ts'
import { type IntervalDay, inUnit, kwhOf, leastSteps } from './interval-day.ts'
import { type DayChecked, EVERY_REGISTER, type IntervalRule } from './interval-rule.ts'

export const SUM_RULES: readonly IntervalRule[] = [
  {
    id: 'V-R12',
    version: 1,
    says: 'what two freezes a day apart count lies between the sums of the intervals just inside and just outside of them, two steps of the register more or less; just is as near as the clocks agree (V-T2 `suspectAbove`)',
    why: 'freezes and running registers are told by different questions: who alters one forgets the other; of differences the sum telescopes, so only its ends can be off',
    needs: 'freezes released as read at both ends of the day, and good polls on either side of both',
    outcomes: [{ verdict: 'suspect', severity: 2, codes: ['2.6.0'] }],
    of: EVERY_REGISTER,
    check: sums,
  },
]

function sums(day: IntervalDay): DayChecked {
  const { released, channel, reads, unit, offsetMinutes } = day
  if (released === null) return { lacks: 'freezes released as read at both ends' }
  const apart = channel.limits['V-T2'].suspectAbove
  const ends = [day.from, day.from + DAY].map(end => ({
    before: reads.findLast(({ at }) => at < end - apart),
    after: reads.find(({ at }) => at > end + apart),
  }))
  const [start, end] = ends
  const least = stepsBetween(day, start?.after, end?.before)
  const most = stepsBetween(day, start?.before, end?.after)
  const per = unitsPerKwh(unit)
  if (least === null || most === null || per === null)
    return { lacks: 'polls on either side of both, in one course' }
  const used = approximate(released.used)
  const spare = 2 * leastSteps(day) * (kwhOf(1n, day) ?? 0) * per
  const [low, high] = [least, most].map(steps => (kwhOf(steps, day) ?? 0) * per) as [number, number]
  // What floats leave behind the last digit.
  const hair = 1e-9 * Math.max(1, Math.abs(used))
  if (used >= low - spare - hair && used <= high + spare + hair) return []
  return [
    {
      intervals: day.grid.map(({ from }) => from),
      said: {
        verdict: 'suspect',
        evidence: `the freezes count ${formatScaled(released.used)} ${unit} from ${isoWithOffset(released.from.at, offsetMinutes)} to ${isoWithOffset(released.to.at, offsetMinutes)}, the intervals between them ${inUnit(least, day)} at least and ${inUnit(most, day)} at most`,
        samples: [released.from, released.to].map(({ value, at }) => ({
          ...{ obis: channel.obis, kind: 'freeze' as const, value: formatScaled(value), unit, at },
        })),
        limit: { value: (used < low ? low - spare : high + spare).toFixed(3), unit },
      },
    },
  ]
}

/** All that was counted from one read to another; null where some of it cannot be said. */
function stepsBetween(
  { course }: IntervalDay,
  from: RegisterRead | undefined,
  to: RegisterRead | undefined,
): bigint | null {
  if (!from || !to || to.at <= from.at) return null
  return course
    .filter((one: Stretch) => one.from.at >= from.at && one.to.at <= to.at)
    .reduce<bigint | null>(
      (sum, { steps, setMs }) => (sum === null || steps === null || setMs !== 0 ? null : sum + steps),
      0n,
    )
}
