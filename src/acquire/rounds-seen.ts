/** What rounds have shown of each meter, as far as they are kept: what was not accepted, or is not good, tells nothing. */

import type { MeterConfig } from '../config/config.ts'
import type { MonthDay } from '../core/calendar.ts'
import { approximate } from '../core/scaled.ts'
import type { ValidatedReading } from '../reading/reading.ts'
import type { Known } from '../reading/rules/known.ts'
import { stepOf } from '../reading/rules/pair.ts'
import { voltagesIn } from '../reading/rules/seen/clamped.ts'
import { demandIn, demandPeriods, isTotalDemand } from '../reading/rules/seen/demand-rounds.ts'
import { tariffSampleOf } from '../reading/rules/seen/tariff-hours.ts'
import { demandAfter } from '../reading/seen/demand-seen.ts'
import type { Seen } from '../reading/seen/seen.ts'
import { hoursAfter, type Learning, oddOn } from '../reading/seen/tariff-hours.ts'
import { compliantOf, type Piling, voltagesAfter } from '../reading/seen/voltage-days.ts'
import { seriesOf } from './meter-series.ts'

export interface RoundsSeen {
  /** Null before anything was seen. */
  of(meter: string): Seen | null
  /** Takes note of a round that has become durable. */
  note(meter: string, readings: readonly ValidatedReading[]): void
}

export function createRoundsSeen(meters: readonly MeterConfig[], offsetMinutes: number): RoundsSeen {
  const ofMeters = new Map(meters.map(meter => [meter.id, knownOf(meter, offsetMinutes)]))
  const alike = Map.groupBy(ofMeters.keys(), meter => ofMeters.get(meter)?.setLike ?? '')
  const seen = new Map<string, Seen>()

  /** At least half of the others that tell anything of that day. */
  function isShared(meter: string, day: number, slots: number): boolean {
    const others = (alike.get(ofMeters.get(meter)?.setLike ?? '') ?? []).filter(one => one !== meter)
    const told = others.flatMap(one => {
      const hours = seen.get(one)?.hours
      return (hours && oddOn(hours, day, slots)) ?? []
    })
    return told.length > 0 && told.filter(isOdd => isOdd).length * 2 >= told.length
  }

  return {
    of: meter => seen.get(meter) ?? null,
    note(meter, readings) {
      const own = ofMeters.get(meter)
      if (!own || readings.every(({ kind }) => kind === 'freeze')) return
      // A time or meter in doubt tells nothing of this one, and undoes nothing that it has shown.
      if (readings.some(({ quality }) => quality === 'quarantined')) return
      const at = readings[0]?.receivedAt ?? 0
      const transformers = own.transformersAt(at)
      const good = readings
        .filter(({ quality }) => quality === 'good')
        .map(reading => ({ reading, known: { transformers } }))
      const known = seen.get(meter) ?? null
      // What another meter showed, or this one behind other transformers, is no demand of this one.
      const before = known && own.isChanged(known.at, at) ? { ...known, demands: NO_DEMANDS } : known
      const isOddOfAll = (day: number) => isShared(meter, day, own.slots)
      seen.set(meter, {
        ...own.calendar,
        demands: demandsAfter(before, good, own.periods),
        hours: hoursOf(before, good, { ...own, isShared: isOddOfAll }),
        voltages: daysAfter(before, good, { ...own, compliant: compliantOf(own.nameplateAt(at).volts) }),
        at,
      })
    },
  }
}

type Good = readonly { readonly reading: ValidatedReading; readonly known: Pick<Known, 'transformers'> }[]

function demandsAfter(before: Seen | null, good: Good, periods: readonly number[]): Seen['demands'] {
  const codes = new Set([
    ...(before?.demands.keys() ?? []),
    ...good.map(({ reading }) => reading.obis).filter(isTotalDemand),
  ])
  if (codes.size === 0) return NO_DEMANDS
  return new Map(
    [...codes].flatMap(obis => {
      const known = before?.demands.get(obis) ?? null
      const sample = demandIn(good, obis)
      const seen = sample ? demandAfter(known, sample, periods) : known
      return seen ? [[obis, seen] as const] : []
    }),
  )
}

const NO_DEMANDS: Seen['demands'] = new Map()
const NO_VOLTAGES: Seen['voltages'] = new Map()

function hoursOf(before: Seen | null, good: Good, learning: Learning): Seen['hours'] {
  const sample = tariffSampleOf(good)
  return sample ? hoursAfter(before?.hours ?? null, sample, learning) : (before?.hours ?? null)
}

function daysAfter(before: Seen | null, good: Good, piling: Piling): Seen['voltages'] {
  const told = voltagesIn(good)
  if (told.length === 0) return before?.voltages ?? NO_VOLTAGES
  const days = new Map(before?.voltages)
  for (const { reading, known } of told) {
    const { readAt: at, value, unit } = reading
    const sample = { at, volts: approximate(value), step: stepOf(value, unit, known) }
    days.set(reading.obis, voltagesAfter(days.get(reading.obis) ?? null, sample, piling))
  }
  return days
}

function knownOf(meter: MeterConfig, offsetMinutes: number) {
  const series = seriesOf(meter)
  const { limits } = series
  const settlement = meter.settlement ?? []
  const monthly = (on: readonly MonthDay[]) => ({ on, offsetMinutes })
  return {
    ...series,
    offsetMinutes,
    periods: demandPeriods(limits),
    slots: limits['V-R39'].slots,
    ...limits['V-A8'],
    /** What goes by the same table of tariffs, as far as the meter list tells. */
    setLike: `${meter.line} ${meter.profile.profile} ${meter.class ?? ''}`,
    calendar: {
      settles: monthly([...settlement, MONTH_BEGINS]),
      settlement: settlement.map(day => monthly([day])),
    },
  }
}

const MONTH_BEGINS: MonthDay = { day: 1, hour: 0 }
