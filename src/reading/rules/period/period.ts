/** A rule that judges what one register of a meter counted until a boundary, by what it counted before. */

import { approximate, formatScaled } from '../../../core/scaled.ts'
import { DAY, isoWithOffset } from '../../../core/time.ts'
import type { Kind, Sample } from '../../reading.ts'
import { unitsPerKwh } from '../pair.ts'
import type { Limits } from '../parameters.ts'
import type { Checked, NotEvaluated, RuleFacts } from '../rule.ts'
import type { Series, Usage } from './series.ts'

export interface PeriodKnown {
  readonly meter: string
  /** The period judged ends there, UTC ms. */
  readonly boundary: number
  /** Of the register judged. */
  readonly series: Series
  /** Of all registers of the meter, by OBIS. */
  readonly all: ReadonlyMap<string, Series>
  /** When it could count nothing, oldest first. */
  readonly absences: readonly Absence[]
  /** Its active power is polled as V-R5 needs it. */
  readonly isPowerWatched: boolean
  /** What is billed is multiplied, by the meter or by us. */
  readonly hasTransformers: boolean
  /** How the registers were read: the meter's freezes, or polls at the boundary. */
  readonly kind: Kind
  readonly limits: Limits
  readonly offsetMinutes: number
}

/** The supply was off, or the customer was disconnected, from one instant until another; null where it still is. */
export interface Absence {
  readonly why: 'outage' | 'disconnected'
  readonly from: number
  readonly to: number | null
}

/** Judges one register's history. Pure. */
export interface PeriodRule extends RuleFacts {
  /** Whether it has anything to say of such a register. */
  of(obis: string): boolean
  check(period: PeriodKnown): Checked
}

/** What flowed until the boundary; null where one of its ends was not released. */
export function lastUsage({ series, boundary }: PeriodKnown): Usage | null {
  const last = series.usages.at(-1)
  return last?.to.at === boundary ? last : null
}

export const NOT_RELEASED: NotEvaluated = { lacks: 'a released value at either end' }
export const NOT_READ: NotEvaluated = { lacks: 'a reading at either end: one is estimated, or agreed' }

/** Forward and reverse active energy over all tariffs. */
export function isForwardTotal(obis: string): boolean {
  return /^1-\d+:1\.8\.0$/.test(obis)
}

/** The register that counts the other way. */
export function reverseOf(forward: string): string {
  return forward.replace(':1.8.', ':2.8.')
}

export function daysOf({ from, to }: Usage): number {
  return (to.at - from.at) / DAY
}

/** What flowed a day, kWh (kvarh, kVAh); null for units of no energy. For limits only. */
export function kwhADay(usage: Usage, unit: string): number | null {
  const per = unitsPerKwh(unit)
  return per === null ? null : approximate(usage.used) / per / daysOf(usage)
}

/** How long of an interval nothing could be counted, ms. */
export function absentMs(from: number, to: number, absences: readonly Absence[]): number {
  let absent = 0
  let reached = from
  for (const one of absences) {
    const start = Math.max(reached, one.from)
    const end = Math.min(to, one.to ?? to)
    if (end <= start) continue
    absent += end - start
    reached = end
  }
  return absent
}

/** Both ends, the older first. */
export function samplesOf(
  { from, to }: Pick<Usage, 'from' | 'to'>,
  { series, kind }: PeriodKnown,
): readonly Sample[] {
  const { obis, unit } = series
  return [from, to].map(({ value, at }) => ({ obis, kind, value: formatScaled(value), unit, at }))
}

export function inWords(usage: Usage, { series, offsetMinutes }: PeriodKnown): string {
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return `${formatScaled(usage.used)} ${series.unit} from ${at(usage.from.at)} to ${at(usage.to.at)}`
}
