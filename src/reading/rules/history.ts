/**
 * What the rules of history say of meters at a boundary. A finding counts where they say it of the day before as well: two
 * days that agree are two reads, and whoever asks again after a restart hears the same.
 */

import { DAY } from '../../core/time.ts'
import type { Finding } from '../reading.ts'
import type { Area } from './group/area-loss.ts'
import { CHECK_METER, type CheckPair } from './group/check-meter.ts'
import { type Days, daysOf } from './group/days.ts'
import { type GroupFindings, judgeGroups } from './group/judge-groups.ts'
import type { Channel, IntervalDay } from './interval/interval-day.ts'
import { passedOn, toldOfDay } from './interval/judge-intervals.ts'
import { judgePeriods, type MeterHistory, passedAt } from './period/judge-periods.ts'

/** What does not change while the daemon lives. */
export type HistoryFacts = Omit<MeterHistory, 'releases'> & {
  readonly line: string
  /** Registers whose intervals are judged. */
  readonly channels: readonly Channel[]
  /** The meter that counts the same, which this one is there to check (V-L12); null for all others. */
  readonly checks: string | null
}

export interface ToldOfMeter {
  readonly meter: string
  /** An `accept` is a rule that has passed, of those asked for. */
  readonly findings: readonly Finding[]
}

/** A day of every meter and the one before, for what meters are to each other. */
export interface DaysTold {
  readonly now: Days
  readonly before: Days
}

/** Days of releases a judgement looks at, and those it looks back to. */
export const HISTORY_MS = 77 * DAY

/** People come and go for a week or two, and nothing is wrong with their meter. */
const UNUSUAL_DAYS = 14
const UNUSUAL = 'V-R15'

/** So many days in a row must say it. */
function daysFor({ rule }: Finding): number {
  return rule === UNUSUAL ? UNUSUAL_DAYS : 2
}

export function judgeHistory(
  history: MeterHistory,
  boundary: number,
  offsetMinutes: number,
  watched: readonly string[],
): ToldOfMeter {
  const now = judgePeriods(history, boundary, offsetMinutes)
  const daysBack = now.length === 0 ? 0 : now.some(({ finding }) => daysFor(finding) > 2) ? UNUSUAL_DAYS : 2
  const before = Array.from({ length: daysBack }, (_, back) =>
    back === 0 ? now : judgePeriods(history, boundary - back * DAY, offsetMinutes),
  )
  const agreed = now.filter(({ obis, finding }) =>
    before
      .slice(0, daysFor(finding))
      .every(day => day.some(one => one.obis === obis && one.finding.rule === finding.rule)),
  )
  const passed = watched.length === 0 ? [] : passedAt(history, boundary, offsetMinutes)
  return {
    meter: history.meter,
    findings: [
      ...agreed.map(({ finding }) => finding),
      ...passed.filter(rule => watched.includes(rule)).map(passOf),
    ],
  }
}

export function daysTold(
  facts: Pick<HistoryFacts, 'meter' | 'line' | 'capacities'>,
  releases: MeterHistory['releases'],
  boundary: number,
): DaysTold {
  const meter = {
    meter: facts.meter,
    line: facts.line,
    releases,
    ...(facts.capacities && { capacities: facts.capacities }),
  }
  return { now: daysOf(meter, boundary), before: daysOf(meter, boundary - DAY) }
}

/** Of the intervals of all registers of a meter; the day before is read only where there is something to say. */
export async function judgeChannels(
  channels: readonly Channel[],
  dayOf: (channel: Channel, daysBefore: 0 | 1) => Promise<IntervalDay | null>,
  watched: readonly string[],
): Promise<readonly Finding[]> {
  const agreed: Finding[] = []
  const failed = new Set<string>()
  const passed = new Set<string>()
  for (const channel of channels) {
    const day = await dayOf(channel, 0)
    if (day === null) continue
    const now = toldOfDay(day)
    const other = now.length === 0 ? null : await dayOf(channel, 1)
    const before = other === null ? [] : toldOfDay(other)
    agreed.push(...now.filter(({ rule }) => before.some(one => one.rule === rule)))
    for (const { rule } of now) failed.add(rule)
    if (watched.length > 0) for (const rule of passedOn(day)) passed.add(rule)
  }
  // A register that is well says nothing of another one that is not.
  const clean = watched.filter(rule => passed.has(rule) && !failed.has(rule))
  return [...agreed, ...clean.map(passOf)]
}

/** Of an area its first meter of supply is told, which is where somebody looks first, and who alone would close it. */
export function judgeTogether(
  all: readonly DaysTold[],
  areas: readonly Area[],
  boundary: number,
  offsetMinutes: number,
  pairs: readonly CheckPair[] = [],
): readonly ToldOfMeter[] {
  const [now, before] = [boundary, boundary - DAY].map(at =>
    judgeGroups(
      all.map(one => (at === boundary ? one.now : one.before)),
      areas,
      at,
      offsetMinutes,
      pairs,
    ),
  ) as [GroupFindings, GroupFindings]
  const crossed = now.crossed
    .filter(({ meters }) => before.crossed.some(one => one.meters.join() === meters.join()))
    .flatMap(({ meters, finding }) => meters.map(meter => ({ meter, findings: [finding] })))
  const lossy = now.areas.flatMap(({ area, finding, named }) => {
    const earlier = before.areas.find(one => one.area === area)
    const [first] = areas.find(({ id }) => id === area)?.supply ?? []
    if (!earlier) return []
    const told = new Set([first, earlier.named === named ? named : null])
    return [...told].flatMap(meter => (meter ? [{ meter, findings: [finding] }] : []))
  })
  const checked = now.checked.flatMap(({ meter, finding }) => {
    if (finding === null) return [{ meter, findings: [passOf(CHECK_METER.id)] }]
    const isAgreed = before.checked.some(one => one.meter === meter && one.finding !== null)
    return isAgreed ? [{ meter, findings: [finding] }] : []
  })
  return [...crossed, ...lossy, ...checked]
}

function passOf(rule: string): Finding {
  return { rule, verdict: 'accept', severity: 3, codes: [], evidence: 'nothing to be said at this boundary' }
}
