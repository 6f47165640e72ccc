/**
 * Until when a meter's settlement days and clock were other ones than now. What it kept before bears a moment worked out
 * from those of now, which is not when it was kept.
 */

import type { Frame, MeterTime, RawRead, Request } from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { pointOf } from '../items/item-table.ts'
import { type Hearing, hear } from './hearing.ts'
import { readAnswer } from './read.ts'

/** A clock set by less than this settled near enough to the moment it names: what V-T2 leaves a freeze good. */
const CLOCK_SETS_MS = 15 * 60_000

/** The last operation of a kind, as the meter notes it: the item, and which of its values are times. */
interface Noted {
  readonly item: string
  readonly places: readonly number[]
  /** The latest moment before which all is in doubt, by a clock that shows `now`; null for none. */
  readonly until: (times: readonly string[], now: MeterTime) => MeterTime | null
}

const NOTED: Readonly<Record<Dialect['protocol'], readonly Noted[]>> = {
  'dlt645-2007': [
    // Settlement days programmed: when.
    { item: '03300C01', places: [0], until: ([at = null]) => at },
    // The clock set: from, to.
    { item: '03300401', places: [1, 2], until: ([from = '', to = '']) => jumpTo(from, to) },
  ],
  // Anything programmed, days and clock among it; without a year, so one of earlier years may count as of the last.
  'dlt645-1997': [{ item: 'B210', places: [0], until: ([at = ''], now) => withinYear(at, now) }],
}

/** Null when the meter is not there. A meter that notes nothing, or tells nothing of it, is believed. */
export function* askSetSince(
  dialect: Dialect,
  hearing: Hearing,
  now: MeterTime,
): Generator<
  Request,
  { readonly until: MeterTime; readonly frames: readonly Frame[] } | 'never' | null,
  Frame | null
> {
  let latest: { until: MeterTime; frames: readonly Frame[] } | 'never' = 'never'
  for (const { item, places, until } of NOTED[dialect.protocol]) {
    const layout = dialect.table.find(item)
    if (!layout || hearing.call.refusedBefore.has(item)) continue
    const answer = yield* hear(hearing, item)
    if (!answer) return null
    const points = places.flatMap(place => pointOf(layout, place) ?? [])
    const times = readAnswer(dialect, item, points, answer).flatMap(timeIn)
    const at = times.length === places.length ? until(times, now) : null
    if (at !== null && (latest === 'never' || latest.until < at))
      latest = { until: at, frames: answer.frames }
  }
  return latest
}

function timeIn(read: RawRead): string[] {
  if (!('value' in read)) return []
  const { value } = read
  return 'time' in value ? [value.time] : 'text' in value ? [value.text] : []
}

/** All it kept by the clock it had is of other moments; behind a clock put back it may have settled twice. */
function jumpTo(from: MeterTime, to: MeterTime): MeterTime | null {
  const byMs = Math.abs(Date.parse(`${to}Z`) - Date.parse(`${from}Z`))
  if (!(byMs > CLOCK_SETS_MS)) return null
  return from < to ? to : from
}

/** "11-20T10:00" → the last time that was. */
function withinYear(at: string, now: MeterTime): MeterTime | null {
  if (!/^\d\d-\d\dT\d\d:\d\d$/.test(at)) return null
  const year = Number(now.slice(0, 4))
  const ofThis = `${year}-${at}:00`
  return ofThis <= now ? ofThis : `${year - 1}-${at}:00`
}
