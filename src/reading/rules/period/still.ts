/** Registers that stand still, where no power tells whether anything flowed. */

import { approximate, compareScaled, formatScaled } from '../../../core/scaled.ts'
import { DAY, isoWithOffset } from '../../../core/time.ts'
import type { Checked } from '../rule.ts'
import { daysBefore } from './like-days.ts'
import {
  absentMs,
  inWords,
  isForwardTotal,
  lastUsage,
  NOT_READ,
  NOT_RELEASED,
  type PeriodKnown,
  type PeriodRule,
  reverseOf,
  samplesOf,
} from './period.ts'
import type { Series, Stood } from './series.ts'

export const STILL_RULES: readonly PeriodRule[] = [
  {
    id: 'V-R6',
    version: 1,
    says: 'forward and reverse register do not both stand still for longer than `over`, time without supply not counted',
    why: 'a meter nobody polls for power may have stopped; a flat may as well be empty, so it is told and not withheld',
    needs: 'released readings of the register over that time, and no power that V-R5 could go by',
    outcomes: [{ verdict: 'flag', severity: 3, codes: ['2.6.1'] }],
    of: isForwardTotal,
    check: stuck,
  },
  {
    id: 'V-R7',
    version: 1,
    says: 'a meter that counted on `active` of its days, of `days` at least in eight weeks, counts something on each; not where the supply was off or the customer disconnected',
    why: 'a customer who is there and uses nothing is a stopped meter, or one that is bypassed',
    needs: 'released readings at either end of the day, and of the days before',
    outcomes: [{ verdict: 'flag', severity: 3, codes: ['2.6.1'] }],
    of: isForwardTotal,
    check: nothingUsed,
  },
]

function stuck(period: PeriodKnown): Checked {
  const { series, all, absences, boundary, isPowerWatched, limits, offsetMinutes } = period
  if (isPowerWatched) return { lacks: 'anything to judge: V-R5 goes by the power' }
  const now = series.stood.at(-1)
  if (now?.at !== boundary) return NOT_RELEASED
  if (!now.isActual) return NOT_READ
  const reverse = all.get(reverseOf(series.obis))
  const since = stillSince(series, reverse, now)
  const stillMs = boundary - since.at - absentMs(since.at, boundary, absences)
  const { over } = limits['V-R6']
  if (stillMs <= over) return hasMoved(series, reverse) ? null : { lacks: 'a history as long' }
  const days = (ms: number) => (ms / DAY).toFixed(1)
  return {
    verdict: 'flag',
    evidence: `${formatScaled(now.value)} ${series.unit} since ${isoWithOffset(since.at, offsetMinutes)}, ${days(stillMs)} days with supply${reverse ? ', and nothing fed in' : ''}; told after ${days(over)}`,
    samples: samplesOf({ from: since, to: now }, period),
    limit: { value: days(over), unit: 'd' },
  }
}

/** The oldest reading from which on both registers are what they are now. */
function stillSince({ stood }: Series, reverse: Series | undefined, now: Stood): Stood {
  let since = now
  for (const one of stood.toReversed()) {
    if (compareScaled(one.value, now.value) !== 0 || !isStill(reverse, one.at)) break
    if (one.isActual) since = one
  }
  return since
}

function isStill(reverse: Series | undefined, since: number): boolean {
  const after = reverse?.stood.filter(({ at }) => at >= since) ?? []
  const [first] = after
  return first === undefined || after.every(({ value }) => compareScaled(value, first.value) === 0)
}

function hasMoved(...both: readonly (Series | undefined)[]): boolean {
  return both.some(one => {
    const [first] = one?.stood ?? []
    return first !== undefined && one?.stood.some(({ value }) => compareScaled(value, first.value) !== 0)
  })
}

function nothingUsed(period: PeriodKnown): Checked {
  const { absences, limits } = period
  const usage = lastUsage(period)
  if (!usage) return NOT_RELEASED
  if (usage.used.digits !== 0n) return null
  if (!usage.isActual) return NOT_READ
  const { from, to } = usage
  if (absentMs(from.at, to.at, absences) > 0) return { lacks: 'supply all the time' }
  const { active, days } = limits['V-R7']
  const before = daysBefore(usage, period)
  if (before.length < days) return { lacks: 'days enough before it' }
  const counting = before.filter(({ used }) => approximate(used) > 0).length
  if (counting * 100 < active * before.length) return null
  return {
    verdict: 'flag',
    evidence: `${inWords(usage, period)}; it counted on ${counting} of ${before.length} days before`,
    samples: samplesOf(usage, period),
    limit: { value: '0', unit: period.series.unit },
  }
}
