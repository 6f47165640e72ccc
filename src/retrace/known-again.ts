/** What rules knew beside a reading when it came, as far as the store keeps it. */

import { freezePlansOf } from '../acquire/plans.ts'
import type { MeterConfig } from '../config/config.ts'
import { isBoundary } from '../core/calendar.ts'
import { parseScaled, type Scaled } from '../core/scaled.ts'
import { NO_DATE_MS, SECOND } from '../core/time.ts'
import type { Point } from '../driver-api/profile.ts'
import type { Periods } from '../reading/freeze-period.ts'
import {
  agreedTransformers,
  factorIn,
  factorOf,
  inForceSince,
  nameplateOnSide,
  ONE,
  type Transformers,
  transformersAt,
} from '../reading/ratios.ts'
import type { Finding, Kind, Reading } from '../reading/reading.ts'
import { capacityOf } from '../reading/rules/capacity.ts'
import { CLOCK_COUNTS_WITHIN_MS } from '../reading/rules/clock-limits.ts'
import type { Known } from '../reading/rules/known.ts'
import type { MeterClock } from '../store/store.ts'

/** What does not change from reading to reading of a meter's register. */
export type OfRegister = Pick<Known, 'nameplate' | 'capacity' | 'rounded' | 'transformers'>

export function createRegisters(
  meter: MeterConfig,
): (reading: Pick<Reading, 'obis' | 'kind' | 'unit' | 'readAt'>) => OfRegister {
  const { profile, driver, polls, nameplate } = meter
  const agreed = agreedTransformers(meter)
  const frozen = [profile.daily, profile.settlement, profile.hourly].flatMap(plan => plan?.points ?? [])
  const polled = [...polls.flatMap(({ points }) => points), ...profile.points]
  const known: Readonly<
    Record<Kind, Map<string, OfRegister & { readonly unit: string; readonly since: number }>>
  > = {
    freeze: new Map(),
    poll: new Map(),
  }
  return ({ obis, kind, unit, readAt }) => {
    const since = inForceSince(agreed ?? {}, readAt)
    const before = known[kind].get(obis)
    if (before?.unit === unit && before.since === since) return before
    const transformers = transformersAt(agreed, readAt)
    const point: Point | undefined = (kind === 'freeze' ? frozen : polled).find(one => one.obis === obis)
    const made = {
      unit,
      since,
      nameplate: nameplateOnSide(nameplate, transformers),
      capacity: capacityOf(point?.capacity, factorOf(unit, transformers)),
      transformers,
      ...(point && driver.retrace?.isRounded(point) && { rounded: true as const }),
    }
    known[kind].set(obis, made)
    return made
  }
}

/** As it was multiplied then, where the archive says otherwise now. */
export function transformersThen(
  now: Transformers | null,
  unit: string,
  findings: readonly Finding[],
): Transformers | null {
  const then = factorIn(findings)
  if (then === null || !now) return now
  const isSame = then.digits === factorOf(unit, now).digits && then.scaler === factorOf(unit, now).scaler
  if (isSame) return now
  const isVoltage = /^[kM]?V$/.test(unit)
  return { ...now, agreed: isVoltage ? { current: ONE, voltage: then } : { current: then, voltage: ONE } }
}

/** V-F12 speaks of every float whose neighbour lies beyond its resolution, so what it said is all there was. */
export function floatStepIn(findings: readonly Finding[]): Scaled | null {
  const said = findings.find(({ rule }) => rule === 'V-F12')
  const [, step] = /float steps by (\d+(?:\.\d+)?),/.exec(said?.evidence ?? '') ?? []
  return step === undefined ? null : parseScaled(step)
}

/** A clock that was read within a round was measured no further from the round's last answer. */
const OF_ROUND_MS = 30_000

/**
 * What the meter's clock may have been known to be off when a round ended. Of each hour the store keeps the last measurement
 * only: where it is not the round's own, the one before and the one behind may both have been it. The likeliest first.
 */
export function deviationsNear(clocks: readonly MeterClock[], until: number): readonly (number | null)[] {
  const behind = firstBehind(clocks, until + OF_ROUND_MS)
  const [before, after] = [clocks[behind - 1], clocks[behind]]
  if (before && until - before.measuredAt < OF_ROUND_MS) return [before.deviationMs]
  const counts = (one: MeterClock) => Math.abs(one.measuredAt - until) < CLOCK_COUNTS_WITHIN_MS
  const near = [before, after].filter(one => one !== undefined && counts(one)) as MeterClock[]
  const nearest = near.sort((a, b) => Math.abs(a.measuredAt - until) - Math.abs(b.measuredAt - until))
  const known = nearest.map(({ deviationMs }) => deviationMs)
  return before && counts(before) ? known : [...known, null]
}

function firstBehind(clocks: readonly MeterClock[], at: number): number {
  let [low, high] = [0, clocks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((clocks[middle]?.measuredAt ?? at) <= at) low = middle + 1
    else high = middle
  }
  return low
}

/** What V-T2 says of the meter's clock; told in whole seconds, so half of one either way may have been it too. */
export function deviationsSaid(findings: readonly Finding[]): readonly number[] {
  const said = findings.find(({ rule }) => rule === 'V-T2')?.evidence ?? ''
  if (said.includes('a date that does not exist')) return [NO_DATE_MS]
  const [, seconds] = /clock is (-?\d+) s off/.exec(said) ?? []
  if (seconds === undefined) return []
  return [0, 499, -499].map(more => Number(seconds) * SECOND + more)
}

/** The plans a freeze may have been asked for by: where one has such a boundary, that is the likeliest. */
export function createPeriods(meter: MeterConfig, offsetMinutes: number) {
  const plans = freezePlansOf(meter, offsetMinutes)
  return (reading: Pick<Reading, 'kind' | 'obis' | 'slot'>): readonly Periods[] => {
    if (reading.kind !== 'freeze') return []
    const own = plans.filter(({ points }) => points.some(({ obis }) => obis === reading.obis))
    const fitting = own.filter(({ calendar }) => isBoundary(calendar, reading.slot))
    return [...new Set([...fitting, ...own])].map(({ periods }) => periods)
  }
}
