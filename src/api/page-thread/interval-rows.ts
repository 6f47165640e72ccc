/** Days of intervals of every register that is polled for them, meter by meter, register by register, in order of time. */

import { DAY } from '../../core/time.ts'
import type { IntervalDay } from '../../export/export-row.ts'
import { intervalDaysOf } from '../../export/interval-days.ts'
import type { HistoryFacts } from '../../reading/rules/history.ts'
import { type IntervalsParts, intervalsBy, type RegisterSpan, readsAround } from './intervals-around.ts'
import type { Places } from './places.ts'

export interface IntervalRowsParts extends IntervalsParts {
  readonly histories: readonly HistoryFacts[]
  readonly places: Pick<Places, 'placeOf'>
}

/** Whole days by the site's fixed offset, UTC ms. */
export interface IntervalRowsAsked {
  readonly from: number
  readonly to: number
  readonly everyMs: number
  /** Of these meters; null for all. */
  readonly only: readonly string[] | null
}

/** Days of which the reads are looked up at once. */
const DAYS_AT_ONCE = 7

function* spansOf({ histories }: IntervalRowsParts, asked: IntervalRowsAsked): Generator<RegisterSpan> {
  const only = asked.only && new Set(asked.only)
  const shown = histories.filter(({ meter }) => only?.has(meter) ?? true)
  for (const { meter, channels } of shown.toSorted((a, b) => (a.meter < b.meter ? -1 : 1)))
    for (const channel of channels)
      for (let from = asked.from; from < asked.to; from += DAYS_AT_ONCE * DAY)
        yield { meter, channel, from, to: Math.min(asked.to, from + DAYS_AT_ONCE * DAY) }
}

/** When the newest of all that the intervals rest on was received, UTC ms; null where there is nothing. */
export async function newestUnder(
  parts: IntervalRowsParts,
  asked: IntervalRowsAsked,
): Promise<number | null> {
  let newest: number | null = null
  for (const span of spansOf(parts, asked)) {
    const { receivedAt } = await readsAround(parts, span)
    if (receivedAt !== null) newest = Math.max(newest ?? receivedAt, receivedAt)
  }
  return newest
}

/** A register of which nothing is known around a day has no unit, and no rows. */
export async function* intervalRows(
  parts: IntervalRowsParts,
  asked: IntervalRowsAsked,
): AsyncGenerator<IntervalDay> {
  const { everyMs } = asked
  for (const span of spansOf(parts, asked)) {
    const { meter, channel } = span
    const read = await readsAround(parts, span)
    const { unit } = read
    if (unit === null) continue
    const intervals = intervalsBy(parts, read, { ...span, everyMs })
    const told = { meter, obis: channel.obis, unit, everyMs, offsetMinutes: parts.offsetMinutes, intervals }
    for (const day of intervalDaysOf(told)) yield { ...day, place: parts.places.placeOf(meter, day.from) }
  }
}
