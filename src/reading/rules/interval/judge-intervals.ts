/** All rules of intervals over one day of one register. Pure: what was read → what is to be said of it. */

import { isSuspicion } from '../../alarm/alarm.ts'
import type { Finding } from '../../reading.ts'
import { findingOf } from '../rule.ts'
import type { IntervalDay } from './interval-day.ts'
import { type IntervalRule, isLacking } from './interval-rule.ts'
import { OUTAGE_RULES } from './outage.ts'
import { PRESENCE_RULES } from './presence.ts'
import { RUN_RULES } from './runs.ts'
import { SIZE_RULES } from './size.ts'
import { SUM_RULES } from './sum.ts'

export const INTERVAL_RULES: readonly IntervalRule[] = [
  ...PRESENCE_RULES,
  ...SIZE_RULES,
  ...RUN_RULES,
  ...OUTAGE_RULES,
  ...SUM_RULES,
]

export interface IntervalFinding {
  /** When the intervals it speaks of begin. */
  readonly intervals: readonly number[]
  readonly finding: Finding
}

export function judgeIntervals(day: IntervalDay): readonly IntervalFinding[] {
  return INTERVAL_RULES.filter(rule => rule.of(day.channel.obis)).flatMap(rule => {
    const checked = rule.check(day)
    if (isLacking(checked)) return []
    return checked.flatMap(({ intervals, said }) => {
      const finding = findingOf(rule, said)
      return finding ? [{ intervals, finding }] : []
    })
  })
}

/** What of a whole day is worth an alarm where the day before says it too: households jump, and gaps are told elsewhere. */
const TOLD: readonly string[] = ['V-L4', 'V-L6', 'V-L7', 'V-R12']

export function toldOfDay(day: IntervalDay): readonly Finding[] {
  const found = judgeIntervals(day).map(({ finding }) => finding)
  return TOLD.flatMap(rule => found.find(one => one.rule === rule && isSuspicion(one)) ?? [])
}

/** Of the rules that are told, those that could be evaluated and have nothing of the kind to say: by id. */
export function passedOn(day: IntervalDay): readonly string[] {
  const failed = toldOfDay(day).map(({ rule }) => rule)
  return INTERVAL_RULES.filter(({ id, of }) => TOLD.includes(id) && of(day.channel.obis))
    .filter(({ id, check }) => !failed.includes(id) && !isLacking(check(day)))
    .map(({ id }) => id)
}
