/** Whether the meter should be taken to a laboratory (拆验表), and why: what failed, or what explains the rise. Pure. */

import { two } from '../../core/time.ts'
import { fastOrSlow } from '../rules/clock-limits.ts'
import type { Rise } from './appliances.ts'
import type { CreepLook } from './creep.ts'

/** What a rule said in the period, of all readings looked at. */
export interface RuleSaid {
  readonly rule: string
  readonly verdict: string
  readonly severity: number
  readonly times: number
  /** UTC ms. */
  readonly first: number
  readonly last: number
  /** Of the last. */
  readonly evidence: string
  readonly reading: string
}

export interface AdviceFacts {
  readonly creep: CreepLook
  readonly said: readonly RuleSaid[]
  /** Names of status bits that stand and mean a fault. */
  readonly faults: readonly string[]
  /** The furthest the meter's clock was off, ms; null where it was not measured in the period. */
  readonly clockOffMs: number | null
  /** The measurements nearest to the period on either side of it, in order; those there are. */
  readonly clocksBeside: readonly { readonly measuredAt: number; readonly deviationMs: number }[]
  readonly rise: Rise | null
  /** A day of the site's calendar, in words. */
  readonly dayOf: (instant: number) => string
  readonly unit: string
}

export interface Advice {
  readonly isTestAdvised: boolean
  /** Why it is, one for each thing that failed; or what was looked at and is in order. */
  readonly reasons: readonly string[]
  /** What the rise comes from; null where nothing rose, or nothing tells. */
  readonly explained: string | null
}

/** Rules whose failing is the meter's own counting: stopped, creeping, too much, otherwise than its power, tariffs and total apart. */
const OF_COUNTING: readonly string[] = ['V-R4', 'V-R5', 'V-R9', 'V-R10', 'V-R26']
const CLOCK_LIMIT_MS = 300_000
/** As much of a rise lies in a run of hours that explains it. */
const EXPLAINS = 0.6

export function adviceOn(facts: AdviceFacts): Advice {
  const { creep, said, faults, clockOffMs } = facts
  const failed = [
    ...(creep.verdict === 'creeps' ? ['V-R9: the register moved while no current flowed (潜动)'] : []),
    ...(creep.verdict === 'suspected'
      ? ['the register moved while no current flowed, for less time than V-R9 asks for']
      : []),
    ...said
      .filter(({ rule }) => OF_COUNTING.includes(rule))
      .map(({ rule, times, evidence }) => `${rule}, ${times} times: ${evidence}`),
    ...faults.map(name => `the meter itself says: ${name}`),
    ...(clockOffMs !== null && Math.abs(clockOffMs) > CLOCK_LIMIT_MS
      ? [`its clock was off (${fastOrSlow(clockOffMs)}): tariffs were counted at other hours`]
      : []),
  ]
  const explained = failed.length === 0 ? explanationOf(facts) : null
  if (failed.length > 0) return { isTestAdvised: true, reasons: failed, explained }
  return { isTestAdvised: false, reasons: [soundIn(facts)], explained }
}

function soundIn({ creep, clockOffMs, ...facts }: AdviceFacts): string {
  const looked = [
    creep.verdict === 'none'
      ? 'it stands still while no current flows'
      : 'whether it creeps was not shown: it was never without current for long, so test it without load',
    'no rule on what it counts failed',
    clockOffMs === null ? unmeasured(facts) : 'its clock was right',
  ]
  return looked.join('; ')
}

function unmeasured({ clocksBeside, dayOf }: Pick<AdviceFacts, 'clocksBeside' | 'dayOf'>): string {
  if (clocksBeside.length === 0) return 'its clock was never measured'
  const beside = clocksBeside.map(one => `on ${dayOf(one.measuredAt)} ${fastOrSlow(one.deviationMs)}`)
  return `its clock was not measured in these days, only before or after them: ${beside.join(', ')}`
}

function explanationOf({ rise, dayOf, unit }: AdviceFacts): string | null {
  if (rise === null) return 'its days count as before: nothing rose'
  const { since, before, after, run } = rise
  const what = `since ${dayOf(since)} a day counts ${after.toFixed(2)} ${unit}, before it ${before.toFixed(2)}`
  if (run === null || run.share < EXPLAINS) return `${what}; it is spread over the day`
  const hours = `${two(run.from)}:00 to ${two(run.to)}:00`
  return `${what}: a load that runs from ${hours} counts ${run.more.toFixed(2)} ${unit} more in each of these hours, ${Math.round(100 * run.share)} % of the rise`
}
