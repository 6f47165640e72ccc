/** A day's energy against days like it, against what was set for its class, and against the week before. */

import { DAY } from '../../../core/time.ts'
import type { Checked, Said } from '../rule.ts'
import { daysBefore, isDay, likeDays, median, robustDeviation } from './like-days.ts'
import {
  absentMs,
  inWords,
  isForwardTotal,
  kwhADay,
  lastUsage,
  NOT_READ,
  NOT_RELEASED,
  type PeriodKnown,
  type PeriodRule,
  samplesOf,
} from './period.ts'
import type { Usage } from './series.ts'

export const USUAL_RULES: readonly PeriodRule[] = [
  {
    id: 'V-R15',
    version: 1,
    says: 'a day is not above the largest of `high` · median, median + `spread` · MAD / 0.6745 and `floor`, nor below `low` · median where that is `floor` or more; of `least` days of its class (working day, Saturday, Sunday) in eight weeks, MAD the median distance from the median',
    why: 'what no rule of physics forbids is looked at where it is not as usual',
    needs: 'readings at either end of the day and of like days, and supply all the time',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['2.6.5', '2.6.6'] }],
    of: isForwardTotal,
    check: unusual,
  },
  {
    id: 'V-R16',
    version: 1,
    says: 'what flowed a day lies from `least` to `most`, as set for the class of the meter',
    why: 'who knows the customers of a class knows what none of them uses',
    needs: 'a released value at either end, and a unit of energy',
    outcomes: [{ verdict: 'suspect', severity: 2, codes: ['2.6.3', '2.6.4'] }],
    of: isForwardTotal,
    check: outOfBounds,
  },
  {
    id: 'V-R17',
    version: 1,
    says: '100 · |E − E₀| / E of a day and the same day a week before is at most `flagAbove`, and `suspectAbove`',
    why: 'the change from one equal period to the next, for who bills such customers by it',
    needs: 'readings at either end of both days, and something used',
    outcomes: [
      { verdict: 'suspect', severity: 2, codes: ['2.6.5'] },
      { verdict: 'flag', severity: 3, codes: ['2.6.5'] },
    ],
    of: isForwardTotal,
    check: changed,
  },
]

function unusual(period: PeriodKnown): Checked {
  const { series, absences, limits, offsetMinutes } = period
  const usage = lastUsage(period)
  if (!usage) return NOT_RELEASED
  if (!usage.isActual) return NOT_READ
  if (!isDay(usage)) return { lacks: 'a period of one day' }
  if (absentMs(usage.from.at, usage.to.at, absences) > 0) return { lacks: 'supply all the time' }
  const kwh = kwhADay(usage, series.unit)
  const like = likeDays(usage, daysBefore(usage, period), offsetMinutes)
  const { high, spread, low, floor, least } = limits['V-R15']
  if (kwh === null || like.length < least) return { lacks: 'like days enough' }
  const history = like.map(one => kwhADay(one, series.unit) ?? 0)
  const middle = median(history)
  const deviation = robustDeviation(history, middle)
  const most = Math.max(high * middle, middle + spread * deviation, floor)
  const fewest = middle >= floor ? low * middle : 0
  const rests = `the median of ${like.length} like days is ${middle.toFixed(3)} kWh, their robust deviation ${deviation.toFixed(3)}`
  if (kwh > most)
    return told(usage, period, `at most ${most.toFixed(3)} kWh is usual: ${rests}`, most, '2.6.5')
  if (kwh < fewest)
    return told(usage, period, `at least ${fewest.toFixed(3)} kWh is usual: ${rests}`, fewest, '2.6.6')
  return null
}

function told(usage: Usage, period: PeriodKnown, rests: string, limit: number, code: string): Said {
  return {
    verdict: 'flag',
    codes: [code],
    evidence: `${inWords(usage, period)}; ${rests}`,
    samples: samplesOf(usage, period),
    limit: { value: limit.toFixed(3), unit: 'kWh' },
  }
}

function outOfBounds(period: PeriodKnown): Checked {
  const usage = lastUsage(period)
  if (!usage) return NOT_RELEASED
  const kwh = kwhADay(usage, period.series.unit)
  if (kwh === null) return { lacks: 'a unit of energy' }
  const { least, most } = period.limits['V-R16']
  if (kwh >= least && kwh <= most) return null
  const limit = kwh > most ? most : least
  return {
    verdict: 'suspect',
    codes: [kwh > most ? '2.6.3' : '2.6.4'],
    evidence: `${inWords(usage, period)}, ${kwh.toFixed(3)} kWh a day; set for its class are ${least} to ${most}`,
    samples: samplesOf(usage, period),
    limit: { value: String(limit), unit: 'kWh' },
  }
}

function changed(period: PeriodKnown): Checked {
  const { series, limits } = period
  const usage = lastUsage(period)
  if (!usage) return NOT_RELEASED
  const before = series.usages.find(one => isDay(one) && one.to.at === usage.to.at - 7 * DAY)
  const now = kwhADay(usage, series.unit)
  const then = before && kwhADay(before, series.unit)
  if (!isDay(usage) || !usage.isActual || !before?.isActual) return { lacks: 'readings of both days' }
  if (!now || then === null || then === undefined) return { lacks: 'something used' }
  const percent = (100 * Math.abs(now - then)) / now
  const { flagAbove, suspectAbove } = limits['V-R17']
  if (percent <= Math.min(flagAbove, suspectAbove)) return null
  const isSuspect = percent > suspectAbove
  return {
    verdict: isSuspect ? 'suspect' : 'flag',
    evidence: `${inWords(usage, period)}, a week before ${then.toFixed(3)} kWh: ${percent.toFixed(1)} % of the later`,
    samples: samplesOf(usage, period),
    limit: { value: String(isSuspect ? suspectAbove : flagAbove), unit: '%' },
  }
}
