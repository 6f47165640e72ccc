/** How much flowed in single intervals: more than can, more than usual, and less than nothing. */

import { onlyGrows } from '../../../core/obis.ts'
import { formatScaled } from '../../../core/scaled.ts'
import { HOUR, isoWithOffset, MINUTE } from '../../../core/time.ts'
import { mostWatts, unitsPerKwh } from '../pair.ts'
import { isForwardTotal } from '../period/period.ts'
import {
  type Counted,
  countedIn,
  type IntervalDay,
  inUnit,
  kwhOf,
  leastSteps,
  sampleOf,
  slotsWithin,
  wattsOf,
} from './interval-day.ts'
import { type DayChecked, EVERY_REGISTER, type IntervalRule } from './interval-rule.ts'

export const SIZE_RULES: readonly IntervalRule[] = [
  {
    id: 'V-L3',
    version: 1,
    says: '(v₁ − v₃) / v₃ ≤ `percent` of the highest and the third highest interval of a day, or v₁ is of at most `fromWatts`; not of intervals within an hour after an outage',
    why: 'one interval far above all others of its day may hold the energy of others; households jump, so it only informs',
    needs: 'three intervals of a day with something counted',
    outcomes: [{ verdict: 'flag', severity: 3, codes: ['2.6.5'] }],
    of: isForwardTotal,
    check: spike,
  },
  {
    id: 'V-L4',
    version: 1,
    says: 'an interval is at most k · Un · Imax · `overload` of V-R3 for as long as it lasted, and one step of the register',
    why: 'what no connection can carry did not flow',
    needs: 'a register of energy, read at both ends of an interval',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.6.3'] }],
    of: EVERY_REGISTER,
    check: tooMuch,
  },
  {
    id: 'V-L7',
    version: 1,
    says: 'of a register that only grows no good value is below the one before it, unless it has rolled over',
    why: 'less than nothing flowed (示度下降): one of the two is of another meter or moment; what V-R1 met on its way in is suspect already and not here',
    needs: 'two good values',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.5.256'] }],
    of: onlyGrows,
    check: fallen,
  },
  {
    id: 'V-L13',
    version: 1,
    says: '|v − v₀| / v₀ of an interval and the last one before it with something counted is at most `percent`',
    why: 'for who watches customers of an even load',
    needs: 'two intervals of a day with something counted',
    outcomes: [{ verdict: 'flag', severity: 3, codes: ['2.6.5'] }],
    of: isForwardTotal,
    check: jumped,
  },
]

/** What was switched on while the supply was off starts all at once. */
const COLD_START_MS = HOUR

function spike(day: IntervalDay): DayChecked {
  const { percent, fromWatts } = day.channel.limits['V-L3']
  const isAfterOutage = ({ from }: Counted) =>
    day.absences.some(one => from < (one.to ?? day.to) + COLD_START_MS && from + day.everyMs > one.from)
  const sorted = countedIn(day)
    .filter(one => !isAfterOutage(one))
    .toSorted((a, b) => wattsOf(b, day) - wattsOf(a, day))
  const [highest, , third] = sorted
  if (!highest || !third || third.steps <= 0n) return { lacks: 'three intervals with something counted' }
  const [most, usual] = [wattsOf(highest, day), wattsOf(third, day)]
  if (100 * (most - usual) <= percent * usual || most <= fromWatts) return []
  return [
    {
      intervals: [highest.from],
      said: {
        verdict: 'flag',
        evidence: `${inWords(highest, day)} is ${((100 * (most - usual)) / usual).toFixed(0)} % above ${inWords(third, day)}, the third highest of the day`,
        samples: [highest, third].map(one => sampleOf(day, one.steps, one.from + day.everyMs)),
        limit: { value: String(percent), unit: '%' },
      },
    },
  ]
}

function tooMuch(day: IntervalDay): DayChecked {
  const all = countedIn(day)
  const least = kwhOf(1n, day)
  if (least === null || all.length === 0) return { lacks: 'a register of energy, read at both ends' }
  const mostOf = ({ hoursAtMost }: Counted) =>
    (mostWatts(day.channel) / 1_000) * hoursAtMost + least * leastSteps(day)
  const sizeOf = ({ steps }: Counted) => Math.abs(kwhOf(steps, day) ?? 0)
  // What floats leave behind the last digit.
  const beyond = all.filter(one => sizeOf(one) > mostOf(one) * (1 + 1e-9))
  const worst = beyond.toSorted((a, b) => sizeOf(b) / mostOf(b) - sizeOf(a) / mostOf(a))[0]
  if (!worst) return []
  const most = (mostOf(worst) * (unitsPerKwh(day.unit) ?? 1)).toFixed(3)
  return [
    {
      intervals: beyond.map(({ from }) => from),
      said: {
        verdict: 'suspect',
        evidence: `${inWords(worst, day)}: in ${(worst.hours * (HOUR / MINUTE)).toFixed(1)} min at most ${most} can flow; ${beyond.length} such intervals`,
        samples: [sampleOf(day, worst.steps, worst.from + day.everyMs)],
        limit: { value: most, unit: day.unit },
      },
    },
  ]
}

function fallen(day: IntervalDay): DayChecked {
  const { channel, unit, stretches, offsetMinutes } = day
  if (stretches.length === 0) return { lacks: 'two good values' }
  return stretches
    .filter(({ steps }) => steps === null)
    .map(({ from, to }) => {
      const [earlier, later] = [from, to].map(
        ({ value, at }) => `${formatScaled(value)} ${unit} at ${isoWithOffset(at, offsetMinutes)}`,
      )
      return {
        intervals: slotsWithin(day, from.at, to.at),
        said: {
          verdict: 'suspect',
          evidence: `${earlier}, ${later}`,
          samples: [from, to].map(({ value, at }) => ({
            ...{ obis: channel.obis, kind: 'poll' as const, value: formatScaled(value), unit, at },
          })),
        },
      }
    })
}

function jumped(day: IntervalDay): DayChecked {
  const { percent } = day.channel.limits['V-L13']
  const all = countedIn(day).filter(({ steps }) => steps > 0n)
  if (all.length < 2) return { lacks: 'two intervals with something counted' }
  const changeOf = (one: Counted, place: number) => {
    const before = wattsOf(all[place - 1] ?? one, day)
    return (100 * Math.abs(wattsOf(one, day) - before)) / before
  }
  const far = all.filter((one, place) => changeOf(one, place) > percent)
  const [first] = far
  if (!first) return []
  return [
    {
      intervals: far.map(({ from }) => from),
      said: {
        verdict: 'flag',
        evidence: `${far.length} intervals differ more from the one before, the first ${inWords(first, day)}`,
        samples: [sampleOf(day, first.steps, first.from + day.everyMs)],
        limit: { value: String(percent), unit: '%' },
      },
    },
  ]
}

function inWords({ steps, from }: Counted, day: IntervalDay): string {
  return `${inUnit(steps, day)} ${day.unit} from ${isoWithOffset(from, day.offsetMinutes)}`
}
