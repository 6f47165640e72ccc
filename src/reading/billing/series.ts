/** Of which meter and which multiplier a boundary is, and which of the readings kept are of the same series. Pure. */

import type { Scaled } from '../../core/scaled.ts'
import type { Finding } from '../reading.ts'
import { qualityBy } from '../validate.ts'
import type { BilledMeter, Multiplied } from './billed-meter.ts'
import type { KeptReading } from './billing-read.ts'
import { type Stay, segmentAt, stayAt } from './stays.ts'

/** One meter, counted alike: only within it there are differences. */
export interface SeriesAt {
  readonly segment: number
  readonly multiplier: string
  readonly capacities: Readonly<Record<string, Scaled>>
  /** Between which it surely lasts, UTC ms; of a meter that was there more than once this time. */
  readonly from: number
  readonly to: number
}

/** Null where none can say which meter hung there. */
export function seriesAt(meter: BilledMeter, stays: readonly Stay[], instant: number): SeriesAt | null {
  const stay = stayAt(stays, instant)
  if (!stay) return null
  const { from, to, ...counted } = countedAt(meter, instant)
  return { ...counted, segment: stay.segment, from: Math.max(from, stay.from), to: Math.min(to, stay.to) }
}

/** Where the series of an instant began, and the one before it ended; null where that is the first. */
export function changeBefore(
  meter: BilledMeter,
  stays: readonly Stay[],
  instant: number,
): { readonly old: SeriesAt; readonly next: SeriesAt } | null {
  const own = stayAt(stays, instant)
  const hung = stays.find(({ segment }) => segment === own?.segment)?.from ?? Number.NEGATIVE_INFINITY
  const begins = Math.max(countedAt(meter, instant).from, hung)
  const last = stays.findLast(({ from }) => from < begins)
  const next = own && seriesAt(meter, stays, begins)
  const old = last ? seriesAt(meter, stays, Math.min(last.to, begins - 1)) : null
  return old && next ? { old, next } : null
}

/** What multiplied registers at an instant, and from when until when. */
export function countedAt(
  { before = [], multiplier, capacities }: BilledMeter,
  instant: number,
): Multiplied & { readonly from: number; readonly to: number } {
  const place = before.findIndex(({ until }) => instant < until)
  const from = (place === -1 ? before.at(-1) : before[place - 1])?.until ?? Number.NEGATIVE_INFINITY
  const then = before[place]
  return then
    ? { multiplier: then.multiplier, capacities: then.capacities, from, to: then.until }
    : { multiplier, capacities, from, to: Number.POSITIVE_INFINITY }
}

/** Where its registers rolled over at an instant; nowhere that is known of a meter that is configured no more. */
export function capacitiesOf(
  meter: BilledMeter | undefined,
): (instant: number) => Multiplied['capacities'] | undefined {
  return instant => meter && countedAt(meter, instant).capacities
}

/** Whether all a meter's boundaries are of one series. */
export function isOneAlways({ before = [] }: BilledMeter, stays: readonly Stay[]): boolean {
  return before.length === 0 && stays.length === 1 && !Number.isFinite(stays[0]?.from ?? 0)
}

/**
 * Those that were told by the meter of this segment, of a time when it hung there: a used meter remembers midnights of
 * another place. As they are judged within their series: what was found while nobody had named the meter, or against a
 * value of another series, says nothing of them.
 */
export function ofSeries(
  kept: readonly KeptReading[],
  meter: BilledMeter,
  stays: readonly Stay[],
  segment: number,
): readonly KeptReading[] {
  const isPlain = isOneAlways(meter, stays) && kept.every(({ findings }) => !findings.some(isOfAnother))
  if (isPlain) return kept
  const isOwn = (instant: number) => stayAt(stays, instant)?.segment === segment
  return kept.flatMap(one => {
    if (!isOwn(one.readAt) || !isOwn(one.receivedAt)) return []
    const { from, to } = countedAt(meter, one.readAt)
    const isBeside = (at: number) => isOwn(at) && at >= from && at < to
    const stands = one.findings.filter(
      finding => !isOfAnother(finding) && (finding.samples ?? []).every(({ at }) => isBeside(at)),
    )
    if (stands.length === one.findings.length) return [one]
    return [{ ...one, findings: stands, quality: qualityBy(stands) }]
  })
}

function isOfAnother({ rule }: Finding): boolean {
  return rule === 'V-I5'
}

/** For boundaries nobody can place, the nearest guess: what is released of them is nothing. */
export function guessAt(meter: BilledMeter, stays: readonly Stay[], instant: number): SeriesAt {
  const { from, to, ...counted } = countedAt(meter, instant)
  return { ...counted, segment: segmentAt(stays, instant), from, to }
}
