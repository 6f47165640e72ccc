/** Days that are all the same factor off what they were: a wrong multiplier, or a decimal point that moved. */

import { isoWithOffset } from '../../../core/time.ts'
import type { Checked } from '../rule.ts'
import { daysBefore, isDay, median, robustDeviation, weekdayClass } from './like-days.ts'
import {
  isForwardTotal,
  kwhADay,
  lastUsage,
  NOT_RELEASED,
  type PeriodKnown,
  type PeriodRule,
  samplesOf,
} from './period.ts'
import type { Usage } from './series.ts'

/** By which transformers are exchanged for each other, or taken for each other. */
export const TRANSFORMER_STEPS: readonly number[] = [2, 3, 4, 5, 20, 40]
/** Those of ten are transformers' too; V-R20 looks for them at every meter. */
const DECIMAL_STEPS: readonly number[] = [10, 100, 1_000, 10_000]

/** Standard error of a median in those of a mean, of a normal spread. */
const OF_MEDIAN = 1.2533

export const FACTOR_RULES: readonly PeriodRule[] = [
  {
    id: 'V-R20',
    version: 1,
    says: 'the energies of `days` in a row are not 10, 100, 1000 or 10000 times the median of like days before (V-R15), or that part of it: in the median within `percent`, and each nearer to it than to 1',
    why: 'a decimal point that moved, in the meter or in a profile, bills ten times too much or too little',
    needs: 'readings of those days and of like days before, so even that a factor can be told from chance',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.4.6'] }],
    of: isForwardTotal,
    check: period => stepped(period, DECIMAL_STEPS, 'V-R20', 'a decimal point that moved'),
  },
  {
    id: 'V-R38',
    version: 1,
    says: 'the energies of `days` in a row are not 2, 3, 4, 5, 20 or 40 times the median of like days before (V-R15), or that part of it: in the median within `percent`, and each nearer to it than to 1',
    why: 'transformers that were exchanged, or entered wrongly, multiply every bill; V-R18 compares what is written, this what is counted',
    needs:
      'transformers, readings of those days and of like days before, so even that a factor can be told from chance',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.4.6'] }],
    of: isForwardTotal,
    check: period =>
      period.hasTransformers
        ? stepped(period, TRANSFORMER_STEPS, 'V-R38', 'a ratio of transformers')
        : { lacks: 'transformers in front of the meter' },
  },
]

function stepped(
  period: PeriodKnown,
  steps: readonly number[],
  rule: 'V-R20' | 'V-R38',
  what: string,
): Checked {
  const { percent, days } = period.limits[rule]
  const last = lastUsage(period)
  if (!last) return NOT_RELEASED
  const recent = daysUntil(last, days, period)
  const [first] = recent
  if (!first || recent.length < days) return { lacks: `${days} days in a row, all read` }
  const before = daysBefore(first, period)
  const ratios = ratiosOf(recent, before, period)
  if (ratios.length < days) return { lacks: 'like days enough before them, with something used' }
  const ratio = median(ratios)
  const factor = Math.max(ratio, 1 / ratio)
  const step = steps.find(one => Math.abs(factor - one) <= (one * percent) / 100)
  if (step === undefined || !ratios.every(one => (ratio > 1 ? one : 1 / one) > Math.sqrt(step))) return null
  // Of seven days some lie together by chance: days vary by as much as those before did.
  const deviation = Math.max(
    robustDeviation(ratios, ratio),
    ratio * robustDeviation(ratiosOf(before, before, period), 1),
  )
  const error = (OF_MEDIAN * deviation) / Math.sqrt(days)
  if (error > (ratio * percent) / 100) return { lacks: 'days so even that a factor can be told from chance' }
  return {
    verdict: 'suspect',
    evidence: `since ${isoWithOffset(first.from.at, period.offsetMinutes)} each day is ${ratio.toFixed(4)} ± ${error.toFixed(4)} times the median of like days before, which is ${ratio > 1 ? '' : '1/'}${step}: ${what}?`,
    samples: samplesOf({ from: first.from, to: last.to }, period),
    limit: { value: String(percent), unit: '%' },
  }
}

/** So many days with readings, each ending where the next begins; fewer where there are not as many. */
function daysUntil(last: Usage, count: number, { series }: PeriodKnown): readonly Usage[] {
  const days: Usage[] = []
  for (const usage of series.usages.toReversed()) {
    const next = days[0]
    if (days.length === count || !isDay(usage) || !usage.isActual) break
    if (next ? usage.to.at !== next.from.at : usage !== last) break
    days.unshift(usage)
  }
  return days
}

/** Each day by the median of days like it; without those that have too few, and where nothing was used. */
function ratiosOf(days: readonly Usage[], before: readonly Usage[], period: PeriodKnown): readonly number[] {
  const { series, limits, offsetMinutes } = period
  const classOf = ({ from }: Usage) => weekdayClass(from.at, offsetMinutes)
  const kwhOf = (usage: Usage) => kwhADay(usage, series.unit) ?? 0
  const usual = new Map(
    [...Map.groupBy(before, classOf)]
      .filter(([, like]) => like.length >= limits['V-R15'].least)
      .map(([weekday, like]) => [weekday, median(like.map(kwhOf))]),
  )
  return days.flatMap(day => {
    const ratio = kwhOf(day) / (usual.get(classOf(day)) || Number.NaN)
    return ratio > 0 ? [ratio] : []
  })
}
