/** Many seeds as one: what was planted and what became of it, rule by rule, and whether that is what is aimed at. */

import { DAY } from '../../src/core/time.ts'
import type { Result } from '../run.ts'
import type { KeptFate, SeedResult } from './seed-result.ts'

/** Told of before the bill, %. */
const TOLD_AIM = 99
/** A 10,000 meter-days. */
const FALSE_AIM = 1

type Group = readonly [name: string, isIn: (fate: KeptFate) => boolean]

const isLasting = ({ class: of, isHonest, isConsistent }: KeptFate) =>
  (of === 'meter' || of === 'archive') && !isHonest && !isConsistent

/** What nothing inside a meter's own answers tells, and what somebody alters on purpose, stand apart from the aim. */
const GROUPS: readonly Group[] = [
  ['communication', fate => fate.class === 'communication'],
  ['meter', fate => fate.class === 'meter' && isLasting(fate)],
  ['archive', fate => fate.class === 'archive' && isLasting(fate)],
  ['nothing wrong', fate => fate.isHonest],
  ['no redundancy inside the meter', fate => fate.isConsistent],
  ['forgery', fate => fate.class === 'forgery' && !fate.isConsistent],
]

const isInTime = ({ caughtAt, settledAt }: KeptFate) => caughtAt !== null && caughtAt <= settledAt
const isLater = ({ caughtAt, settledAt }: KeptFate) => caughtAt !== null && caughtAt > settledAt
const isMissed = ({ caughtAt, isHarmless }: KeptFate) => caughtAt === null && !isHarmless

export function shownSums(results: readonly SeedResult[]): string {
  const fates = results.flatMap(one => one.fates)
  const lines = [
    `seeds ${results.map(({ seed }) => seed).join(' ')}: ${sumOf(results, 'meterDays')} meter-days`,
  ]
  for (const [name, isIn] of GROUPS) {
    const own = fates.filter(isIn)
    if (own.length === 0) continue
    lines.push('', `${name.padEnd(32)} planted in time   later  missed harmless    out    days  left intact`)
    for (const [kind, those] of Map.groupBy(own, one => one.kind)) lines.push(kindRow(kind, those))
    lines.push(kindRow('all', own))
  }
  lines.push('', 'rule      right  wrong  precision  recall', ...rulesOf(results).map(ruleRow))
  const perDays = (falseAlarmsOf(results) * 10_000).toFixed(3)
  lines.push('', `false alarms ${sumOf(results, 'falseAlarms')}, ${perDays} per 10,000 meter-days`)
  lines.push(...missedAims(results).map(aim => `aim missed: ${aim}`))
  return lines.join('\n')
}

function kindRow(kind: string, fates: readonly KeptFate[]): string {
  const count = (is: (fate: KeptFate) => boolean) => String(fates.filter(is).length).padStart(7)
  const days = fates.flatMap(({ caughtAt, from }) => (caughtAt === null ? [] : [(caughtAt - from) / DAY]))
  const middle = days.sort((a, b) => a - b)[Math.floor(days.length / 2)]
  const told = (middle === undefined ? '–' : middle.toFixed(1)).padStart(7)
  const counts = [
    () => true,
    isInTime,
    isLater,
    isMissed,
    ({ isHarmless }: KeptFate) => isHarmless,
    ({ released }: KeptFate) => released > 0,
  ]
  const leaves = kind === 'all' ? '' : (fates[0]?.leaves.join(', ') ?? '')
  return `${kind.padEnd(32)} ${counts.map(count).join(' ')} ${told}  ${leaves}`.trimEnd()
}

interface RuleSum {
  readonly rule: string
  readonly right: number
  readonly wrong: number
  /** Of the faults of kinds it has caught at all, the share. */
  readonly recall: number
}

function rulesOf(results: readonly SeedResult[]): readonly RuleSum[] {
  const fates = results.flatMap(one => one.fates)
  const byRule = Map.groupBy(
    results.flatMap(({ rules }) => rules),
    ({ rule }) => rule,
  )
  return [...byRule]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, scores]) => {
      const kinds = new Set(fates.filter(({ caughtBy }) => caughtBy.includes(rule)).map(({ kind }) => kind))
      const those = fates.filter(({ kind }) => kinds.has(kind))
      const caught = those.filter(({ caughtBy }) => caughtBy.includes(rule)).length
      return {
        rule,
        right: scores.reduce((sum, { right }) => sum + right, 0),
        wrong: scores.reduce((sum, { wrong }) => sum + wrong, 0),
        recall: those.length === 0 ? 0 : caught / those.length,
      }
    })
}

function ruleRow({ rule, right, wrong, recall }: RuleSum): string {
  const precision = right + wrong === 0 ? '–' : `${((100 * right) / (right + wrong)).toFixed(1)} %`
  const [ofRight, ofWrong] = [right, wrong].map(count => String(count).padStart(6))
  return `${rule.padEnd(8)} ${ofRight} ${ofWrong} ${precision.padStart(9)} ${`${(100 * recall).toFixed(1)} %`.padStart(9)}`
}

type Counts = 'meterDays' | 'falseAlarms' | 'ofLine' | 'unexplained' | 'released' | 'heldBack' | 'estimated'

function sumOf(results: readonly SeedResult[], which: Counts | 'readings' | 'cpuSeconds'): number {
  return results.reduce((sum, one) => sum + one[which], 0)
}

function falseAlarmsOf(results: readonly SeedResult[]): number {
  return sumOf(results, 'falseAlarms') / sumOf(results, 'meterDays')
}

function toldShare(results: readonly SeedResult[]): number {
  const lasting = results.flatMap(({ fates }) => fates.filter(isLasting))
  return lasting.length === 0 ? 100 : (lasting.filter(isInTime).length / lasting.length) * 100
}

function releasedOfLine(results: readonly SeedResult[]): readonly KeptFate[] {
  return results.flatMap(({ fates }) =>
    fates.filter(({ class: of, released }) => of === 'communication' && released > 0),
  )
}

/** In words; none where all is as it should be. */
export function missedAims(results: readonly SeedResult[]): readonly string[] {
  const wrong = releasedOfLine(results)
  const [told, alarms] = [toldShare(results), falseAlarmsOf(results) * 10_000]
  return [
    ...(wrong.length > 0
      ? [`released as good though the line made it wrong: ${wrong.map(({ id }) => id).join(', ')}`]
      : []),
    ...(sumOf(results, 'unexplained') > 0 ? ['wrong registers were released that no fault explains'] : []),
    ...(told < TOLD_AIM
      ? [`${told.toFixed(1)} % of meters’ and archive’s faults told of before their bill, not ${TOLD_AIM}`]
      : []),
    ...(alarms > FALSE_AIM
      ? [`${alarms.toFixed(2)} false alarms per 10,000 meter-days, not ${FALSE_AIM}`]
      : []),
  ]
}

export function resultsOf(results: readonly SeedResult[]): readonly Result[] {
  const figure = (what: string, value: number, unit: string, better: Result['better']): Result => ({
    ...{ what, value, unit, better, reference: null, against: '' },
  })
  const [released, heldBack] = [sumOf(results, 'released'), sumOf(results, 'heldBack')]
  const readings = sumOf(results, 'readings')
  const alone = results.reduce((sum, one) => sum + one.judgedASecond, 0) / results.length
  return [
    figure(
      'faults of the line whose wrong value was released as good',
      releasedOfLine(results).length,
      'faults',
      'lower',
    ),
    figure(
      'wrong registers released with no fault to explain them',
      sumOf(results, 'unexplained'),
      'registers',
      'lower',
    ),
    figure('faults of meters and archive told of before their bill', toldShare(results), '%', 'higher'),
    figure('false alarms', falseAlarmsOf(results) * 10_000, 'per 10,000 meter-days', 'lower'),
    figure('alarms of meters whose line erred twice running', sumOf(results, 'ofLine'), 'alarms', 'lower'),
    figure(
      'boundaries of meters in order held back',
      (100 * heldBack) / Math.max(1, heldBack + released),
      '%',
      'lower',
    ),
    figure(
      'readings asked, judged, released and looked back at, on one core',
      readings / sumOf(results, 'cpuSeconds'),
      'readings/s',
      'higher',
    ),
    {
      ...figure('judged by the rules alone, on one core', alone, 'readings/s', 'higher'),
      reference: readings / sumOf(results, 'cpuSeconds'),
      against: 'all of it',
    },
  ]
}
