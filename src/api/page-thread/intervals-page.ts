/** One page of a register's intervals: its good values around them read once, and what flowed between. */

import type { z } from 'zod'
import { formatScaled, type Scaled } from '../../core/scaled.ts'
import { HOUR, isoWithOffset } from '../../core/time.ts'
import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import { isOneSeries } from '../../reading/billing/continuity.ts'
import { isOneAlways, seriesAt } from '../../reading/billing/series.ts'
import { ALWAYS } from '../../reading/billing/stays.ts'
import {
  areOneClock,
  INTERVALS_REST_ON,
  type Interval,
  intervalsOf,
  needsPattern,
  type RegisterRead,
} from '../../reading/estimate/intervals.ts'
import { isLoadRecord } from '../../reading/from-memory.ts'
import { CLOCK_COUNTS_WITHIN_MS } from '../../reading/rules/clock-limits.ts'
import { staysNear } from '../../store/book/facts.ts'
import type { Reader } from '../../store/reader.ts'
import type { StoredReading } from '../../store/store.ts'
import { writeCursor } from '../cursor.ts'
import type { intervalsAnswer } from '../interval-shapes.ts'
import { createText, inOnePiece } from './text.ts'

export interface IntervalsPageAsked {
  readonly meter: string
  readonly obis: string
  /** Intervals within, UTC ms. */
  readonly from: number
  readonly to: number
  readonly everyMs: number
  readonly capacity: Scaled | null
  readonly limit: number
  /** Names the list in its cursors. */
  readonly list: string
}

interface IntervalsParts {
  readonly reader: Reader
  readonly meters: readonly BilledMeter[]
  readonly offsetMinutes: number
  readonly turn: () => Promise<void>
}

const ROWS_AT_ONCE = 5_000

export async function intervalsPage(
  parts: IntervalsParts,
  asked: IntervalsPageAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { meter, obis, everyMs, limit, list } = asked
  // One more than asked for tells that there is a next page; another where the first begins within an interval.
  const to = Math.min(asked.to, asked.from + (limit + 2) * everyMs)
  const { reads, unit } = await readsAround(parts, { ...asked, to })
  const { offsetMinutes } = parts
  const [areOneClocks, areOneSeries] = [clocksOf(parts, meter), seriesOf(parts, { ...asked, to })]
  const areOneCourse = (earlier: RegisterRead, later: RegisterRead) =>
    areOneSeries(earlier, later) && areOneClocks(earlier, later)
  const all = intervalsOf({ ...asked, to, reads, offsetMinutes, areOneCourse })
  const text = createText()
  for (const [place, one] of all.slice(0, limit).entries())
    text.put(`${place > 0 ? ',' : ''}${JSON.stringify(show(one, offsetMinutes))}`)
  const following = all[limit]
  const next = following ? writeCursor([list, following.from]) : null
  return inOnePiece([
    `${JSON.stringify({ meter, obis, unit }).slice(0, -1)},"intervals":[`,
    text,
    `],"next":${JSON.stringify(next)}}`,
  ])
}

interface Found {
  readonly reads: readonly RegisterRead[]
  readonly unit: string | null
}

/** Also those before and after that gaps at the edges begin or end with, and the weeks before where gaps are long. */
async function readsAround(parts: IntervalsParts, asked: IntervalsPageAsked): Promise<Found> {
  const { from, to } = asked
  const { aroundMs, patternMs } = INTERVALS_REST_ON
  const around = await goodIn(parts, asked, from - aroundMs, to + aroundMs)
  if (!needsPattern({ reads: around.reads, from, to })) return around
  return goodIn(parts, asked, from - aroundMs - patternMs, to + aroundMs)
}

/** Where the register was once counted in another unit, the last alone. */
async function goodIn(
  { reader, turn }: IntervalsParts,
  { meter, obis }: IntervalsPageAsked,
  from: number,
  to: number,
): Promise<Found> {
  const question = { meter, obis, kind: 'poll', from: Math.max(0, from), to, limit: ROWS_AT_ONCE } as const
  const bySlot = new Map<number, StoredReading | null>()
  for (let hours = reader.hoursOf(question); hours !== null; await turn()) {
    const part = reader.readingsIn(question, hours)
    for (const one of part.items) {
      const other = bySlot.get(one.slot)
      bySlot.set(one.slot, other === undefined ? one : undisputed(other, one))
    }
    hours = part.next
  }
  const good = [...bySlot.values()].filter(one => one?.quality === 'good').filter(one => one !== null)
  good.sort((a, b) => a.readAt - b.readAt)
  const unit = good.at(-1)?.unit ?? null
  const reads = good
    .filter((one, place) => one.unit === unit && one.readAt !== good[place - 1]?.readAt)
    .map(one => ({ at: one.readAt, value: one.value, stamped: isLoadRecord(one) }))
  return { reads, unit }
}

/** The later version of a slot counts, where it is not one of two good ones that differ: nobody has decided on those. */
function undisputed(one: StoredReading | null, other: StoredReading): StoredReading | null {
  if (one === null || (one.quality === 'good' && other.quality === 'good')) return null
  return one.version > other.version ? one : other
}

/** The meter's clock is asked about once for every hour. */
function clocksOf({ reader }: IntervalsParts, meter: string) {
  const known = new Map<number, number | null>()
  const deviationAt = (instant: number): number | null => {
    const hour = Math.floor(instant / HOUR)
    const before = known.get(hour)
    if (before !== undefined) return before
    const clock = reader.clockNear(meter, instant)
    const counts = clock !== null && Math.abs(clock.measuredAt - instant) <= CLOCK_COUNTS_WITHIN_MS
    const deviation = counts ? clock.deviationMs : null
    known.set(hour, deviation)
    return deviation
  }
  return (earlier: RegisterRead, later: RegisterRead) => areOneClock(earlier, later, deviationAt)
}

/** Nothing is said across an exchange of the meter or of its transformers. */
function seriesOf({ reader, meters }: IntervalsParts, { meter: id, from, to }: IntervalsPageAsked) {
  const meter = meters.find(one => one.id === id)
  const stays = meter ? staysNear(reader, meter, from, to) : ALWAYS
  if (!meter || isOneAlways(meter, stays)) return () => true
  return (earlier: RegisterRead, later: RegisterRead) => {
    const [before, after] = [seriesAt(meter, stays, earlier.at), seriesAt(meter, stays, later.at)]
    return before !== null && after !== null && isOneSeries(before, after)
  }
}

function show(
  { from, to, mark, value, method }: Interval,
  offsetMinutes: number,
): z.infer<typeof intervalsAnswer>['intervals'][number] {
  return {
    from: isoWithOffset(from, offsetMinutes),
    to: isoWithOffset(to, offsetMinutes),
    mark,
    value: value && formatScaled(value),
    method,
  }
}
