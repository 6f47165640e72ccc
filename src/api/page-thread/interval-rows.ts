/** Days of intervals of every register that is polled for them, meter by meter, register by register, in order of time. */

import { createHash } from 'node:crypto'
import { formatScaled } from '../../core/scaled.ts'
import { DAY } from '../../core/time.ts'
import type { IntervalDay } from '../../export/export-row.ts'
import { intervalDaysOf } from '../../export/interval-days.ts'
import type { Ground } from '../../reading/estimate/intervals.ts'
import type { HistoryFacts } from '../../reading/rules/history.ts'
import { type IntervalsParts, intervalsBy, type RegisterSpan, readsAround } from './intervals-around.ts'
import type { Places } from './places.ts'
import type { RegisterReads } from './register-reads.ts'

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

/** What intervals are made of. */
export interface IntervalsGround {
  /** When the newest they rest on was received, UTC ms; null where there is nothing. */
  readonly asOf: number | null
  /** The same for the same intervals as of the same time. */
  readonly digest: string
}

export async function groundOf(parts: IntervalRowsParts, asked: IntervalRowsAsked): Promise<IntervalsGround> {
  const digest = createHash('sha256')
  let asOf: number | null = null
  for await (const { days, receivedAt } of daysBySpan(parts, asked)) {
    if (receivedAt !== null) asOf = Math.max(asOf ?? receivedAt, receivedAt)
    for (const { meter, obis, unit, from, intervals } of days) {
      const told = intervals.map(({ mark, value, method }) => [mark, value && formatScaled(value), method])
      digest.update(JSON.stringify([meter, obis, unit, from, told]))
    }
  }
  return { asOf, digest: digest.update(String(asOf)).digest('hex') }
}

/** A register of which nothing is known around a day has no unit, and no rows. */
export async function* intervalRows(
  parts: IntervalRowsParts,
  asked: IntervalRowsAsked,
): AsyncGenerator<IntervalDay> {
  for await (const { days } of daysBySpan(parts, asked))
    for (const day of days) yield { ...day, place: parts.places.placeOf(day.meter, day.from) }
}

interface SpanDays {
  readonly days: readonly Omit<IntervalDay, 'place'>[]
  /** As of `IntervalsGround`. */
  readonly receivedAt: number | null
}

async function* daysBySpan(parts: IntervalRowsParts, asked: IntervalRowsAsked): AsyncGenerator<SpanDays> {
  const { everyMs } = asked
  for (const span of spansOf(parts, asked)) {
    const { meter, channel } = span
    const read = await readsAround(parts, span)
    const { unit, disputedAt } = read
    if (unit === null) yield { days: [], receivedAt: disputedAt }
    else {
      const { intervals, ground } = intervalsBy(parts, read, { ...span, everyMs })
      const told = { meter, obis: channel.obis, unit, everyMs, offsetMinutes: parts.offsetMinutes, intervals }
      yield { days: intervalDaysOf(told), receivedAt: newestIn(read, ground) }
    }
  }
}

/** A slot that is disputed may have had a read they rested on. */
function newestIn({ reads, disputedAt }: RegisterReads, ground: readonly Ground[]): number | null {
  return reads
    .filter(({ at }) => ground.some(({ from, to }) => at >= from && at <= to))
    .reduce((newest, { receivedAt }) => Math.max(newest ?? receivedAt, receivedAt), disputedAt)
}
