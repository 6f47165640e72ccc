/** One page of a register's intervals: its good values around them read once, what flowed between, and what rules say of it. */

import type { z } from 'zod'
import { formatScaled } from '../../core/scaled.ts'
import { DAY, isoWithOffset, slotOf } from '../../core/time.ts'
import type { Interval } from '../../reading/estimate/intervals.ts'
import type { Finding } from '../../reading/reading.ts'
import { type Channel, intervalDayOf, slotsUnread } from '../../reading/rules/interval/interval-day.ts'
import { type IntervalFinding, judgeIntervals } from '../../reading/rules/interval/judge-intervals.ts'
import { writeCursor } from '../cursor.ts'
import type { intervalsAnswer } from '../interval-shapes.ts'
import { showFinding } from '../show.ts'
import { type IntervalsParts, intervalsBy, readsAround } from './intervals-around.ts'
import { deviationsOf, type RegisterReads, registerReads } from './register-reads.ts'
import { readsInSeries } from './series-reads.ts'
import { createText, inOnePiece } from './text.ts'

export interface IntervalsPageAsked {
  readonly meter: string
  readonly channel: Channel
  /** Intervals within, UTC ms. */
  readonly from: number
  readonly to: number
  readonly now: number
  readonly everyMs: number
  readonly limit: number
  /** Names the list in its cursors. */
  readonly list: string
}

export async function intervalsPage(
  parts: IntervalsParts,
  asked: IntervalsPageAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { meter, channel, everyMs, limit, list, now } = asked
  const { offsetMinutes } = parts
  // One more than asked for tells that there is a next page; another where the first begins within an interval.
  const to = Math.min(asked.to, asked.from + (limit + 2) * everyMs)
  const read = await readsAround(parts, { ...asked, to })
  const deviationAt = deviationsOf(parts, meter)
  // Rules judge whole days.
  const from = slotOf(asked.from, DAY, offsetMinutes)
  const until = Math.min(slotOf(to - 1, DAY, offsetMinutes) + DAY, now)
  const span = { meter, channel, from, to: until, everyMs }
  const { intervals: ofDays } = intervalsBy(parts, read, span, deviationAt)
  const all = ofDays.filter(one => one.from >= asked.from && one.to <= to)
  const shown = all.slice(0, limit)
  const found = await judged(parts, asked, { ...read, deviationAt }, ofDays, shown)
  const text = createText()
  const findingsOf = byInterval(found)
  for (const [place, one] of shown.entries()) {
    const told = show(one, findingsOf.get(one.from) ?? [], offsetMinutes)
    text.put(`${place > 0 ? ',' : ''}${JSON.stringify(told)}`)
  }
  const following = all[limit]
  const next = following ? writeCursor([list, following.from]) : null
  const findings = found.map(one => showFound(one, everyMs, offsetMinutes))
  return inOnePiece([
    `${JSON.stringify({ meter, obis: channel.obis, unit: read.unit }).slice(0, -1)},"intervals":[`,
    text,
    `],"findings":${JSON.stringify(findings)},"next":${JSON.stringify(next)}}`,
  ])
}

/** What is said of the days of which some intervals are shown, as far as it is of those. */
async function judged(
  parts: IntervalsParts,
  asked: IntervalsPageAsked,
  read: RegisterReads & { readonly deviationAt: (instant: number) => number | null },
  ofDays: readonly Interval[],
  shown: readonly Interval[],
): Promise<readonly IntervalFinding[]> {
  const { channel, now, everyMs } = asked
  const { offsetMinutes } = parts
  const { reads, unit } = read
  if (unit === null) return []
  const isShown = new Set(shown.map(({ from }) => from))
  const unread = slotsUnread({ grid: shown, reads, everyMs, offsetMinutes })
  const siblingAt = await siblingIn(parts, asked, unread)
  // Neither outages nor what was released is looked up for a page.
  const known = { ...read, channel, unit, siblingAt, absences: [], released: null }
  const found: IntervalFinding[] = []
  for (const [from, grid] of Map.groupBy(ofDays, one => slotOf(one.from, DAY, offsetMinutes))) {
    if (!grid.some(one => isShown.has(one.from))) continue
    const own = readsInSeries(parts, asked.meter, reads, from + DAY)
    const day = intervalDayOf({ ...known, reads: own }, { from, now, everyMs, offsetMinutes, grid })
    for (const { intervals, finding } of judgeIntervals(day)) {
      const told = intervals.filter(slot => isShown.has(slot))
      if (told.length > 0) found.push({ intervals: told, finding })
    }
    await parts.turn()
  }
  return found
}

/** Asked about only where the register itself was not read: whether the meter answered then (V-L11). */
async function siblingIn(
  parts: IntervalsParts,
  { meter, channel: { sibling }, everyMs }: IntervalsPageAsked,
  unread: readonly number[],
): Promise<ReadonlySet<number>> {
  const [first, last] = [unread[0], unread.at(-1)]
  if (sibling === null || first === undefined || last === undefined) return new Set()
  const { reads } = await registerReads(parts, { meter, obis: sibling }, first, last + everyMs)
  return new Set(reads.map(({ at }) => slotOf(at, everyMs, parts.offsetMinutes)))
}

type Answer = z.infer<typeof intervalsAnswer>

function show(
  { from, to, mark, value, method }: Interval,
  findings: readonly Finding[],
  offsetMinutes: number,
): Answer['intervals'][number] {
  return {
    from: isoWithOffset(from, offsetMinutes),
    to: isoWithOffset(to, offsetMinutes),
    mark,
    value: value && formatScaled(value),
    method,
    rules: [...new Set(findings.map(({ rule }) => rule))],
    codes: [...new Set(findings.flatMap(({ codes }) => codes))],
  }
}

/** By interval. */
function byInterval(found: readonly IntervalFinding[]): ReadonlyMap<number, readonly Finding[]> {
  const all = found.flatMap(({ intervals, finding }) => intervals.map(slot => ({ slot, finding })))
  const grouped = Map.groupBy(all, ({ slot }) => slot)
  return new Map([...grouped].map(([slot, own]) => [slot, own.map(({ finding }) => finding)]))
}

function showFound(
  { intervals, finding }: IntervalFinding,
  everyMs: number,
  offsetMinutes: number,
): Answer['findings'][number] {
  return {
    from: isoWithOffset(intervals[0] ?? 0, offsetMinutes),
    to: isoWithOffset((intervals.at(-1) ?? 0) + everyMs, offsetMinutes),
    ...showFinding(finding, offsetMinutes),
  }
}
