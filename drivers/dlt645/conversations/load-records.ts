/** The conversation that reads load records: from either end of the meter's memory, or from a time on. */

import type {
  Call,
  Conversation,
  Frame,
  LoadRecord,
  LoadRecordsAsked,
  LoadRecordsRead,
  MeterTime,
  Refusal,
  Request,
} from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { isRefusal } from '../encodings/decoding.ts'
import { parseEncoding } from '../encodings/encodings.ts'
import { minuteBytes, minutesAfter } from '../encodings/times.ts'
import { hexByte } from '../wire/bytes.ts'
import { type Answer, askItem } from './exchange.ts'
import { decodeLoadRecords, type LoadLayout, loadLayout } from './load-record.ts'

/** Records asked for at once: eight of all classes fill five frames. */
const AT_ONCE = 8
/** A meter that gives single records is still heard out for so many. */
const MOST_ASKED = 250
/** An interval that has been shortened since makes more records of a span than were counted on. */
const SPAN_ALLOWED = 4

interface Asking {
  readonly dialect: Dialect
  readonly call: Call
  readonly layout: LoadLayout
}

interface Gathered {
  readonly records: readonly LoadRecord[]
  readonly refused: Refusal | null
  readonly isWhole: boolean
  readonly frames: readonly Frame[]
}

export function* readLoadRecords(
  dialect: Dialect,
  call: Call,
  { from, most, class: asked }: LoadRecordsAsked,
): Conversation<LoadRecordsRead> {
  const asking: Asking = { dialect, call, layout: loadLayout(asked, call.traits) }
  if (from === 'latest') return yield* readLatest(asking, most)
  return yield* readOn(asking, from, most, null)
}

/**
 * From a place in the memory on until `most` are here, `until` is reached or there are no more. Every further question
 * begins at the newest good record known, so what a meter wrote down behind it under earlier times, its clock set back,
 * is seen. An answer with nothing new is followed by a question a minute later: of a meter that gives one record at a
 * time that one was all of it, and it is asked so from then on.
 */
function* readOn(
  asking: Asking,
  from: 'earliest' | MeterTime,
  most: number,
  until: MeterTime | null,
): Generator<Request, Gathered, Frame | null> {
  const records: LoadRecord[] = []
  const frames: Frame[] = []
  let isInOrder = true
  const ended = (refused: Refusal | null, isWhole: boolean): Gathered => ({
    records: records.slice(0, most),
    refused,
    isWhole: isWhole && isInOrder,
    frames,
  })
  let place = from
  let overlap = 0
  for (let times = 0; times < MOST_ASKED && records.length < most; times += 1) {
    const answer = yield* ask(asking, place, Math.min(AT_ONCE, most - records.length + overlap))
    if (!answer) return ended(null, false)
    frames.push(...answer.frames)
    if ('refused' in answer) return ended(isEnd(answer.refused, records) ? null : answer.refused, true)
    const { records: read, refused } = decodeLoadRecords(asking.dialect.table, answer.data, asking.layout)
    const start = place
    const before = records.length
    const fresh = newIn(start === 'earliest' ? read : withoutOlder(read, start), records)
    records.push(...fresh.map(record => ({ ...record, frames: answer.frames })))
    isInOrder &&= isAscending(timesOf(read))
    if (refused) return ended(refused, true)
    const last = newestOf(read)
    if (last === null) return ended(null, read.length === 0)
    if (start !== 'earliest' && last < start)
      return ended(records.length === 0 ? startIgnored(start, last) : null, false)
    if (until !== null && last >= until) return ended(null, true)
    const isNew = records.length > before
    overlap = times === 0 || (isNew && overlap === 1) ? 1 : 0
    place = overlap === 1 ? last : minutesAfter(last, 1)
  }
  return ended(null, until === null && records.length >= most)
}

/**
 * The latest block alone may be all a meter gives at once (A.7 prints a fixed N of 1). Those before it are found by time:
 * back by the interval between records, as the first answer shows it or the meter's own parameter says.
 */
function* readLatest(asking: Asking, most: number): Generator<Request, Gathered, Frame | null> {
  const latest = yield* ask(asking, 'latest', Math.min(AT_ONCE, most))
  if (!latest) return { records: [], refused: null, isWhole: false, frames: [] }
  if ('refused' in latest)
    return { records: [], refused: latest.refused, isWhole: true, frames: latest.frames }
  const { records: read, refused } = decodeLoadRecords(asking.dialect.table, latest.data, asking.layout)
  const carried = newIn(read, []).map(record => ({ ...record, frames: latest.frames }))
  const first = { records: carried, refused }
  const times = timesOf(first.records)
  const newest = newestOf(first.records)
  // The latest may come first or last; a meter whose times go both ways has none to be believed.
  const isOneWay = isAscending(times) || isAscending(times.toReversed())
  const isToldNothing = first.records.length > 0 && newest === null
  const known: Gathered = { ...first, isWhole: isOneWay && !isToldNothing, frames: latest.frames }
  if (first.refused || newest === null || first.records.length >= most) return keepLast(known, most)
  const interval = intervalOf(first.records) ?? (yield* askInterval(asking))
  if (interval === null) return keepLast({ ...known, isWhole: false }, most)
  const start = minutesAfter(newest, -interval * (most - 1))
  const before = yield* readOn(asking, start, most * SPAN_ALLOWED, newest)
  if (newestOf(before.records) !== newest)
    return { ...keepLast(known, most), refused: before.refused, isWhole: false }
  const records = [...before.records, ...newIn(first.records, before.records)]
  const isWhole = before.isWhole && known.isWhole
  return keepLast({ ...before, records, isWhole, frames: [...latest.frames, ...before.frames] }, most)
}

/** What comes before the first record that was asked for was not asked for; what is older behind it was written later. */
function withoutOlder(read: readonly LoadRecord[], start: MeterTime): readonly LoadRecord[] {
  const isOlder = ({ at }: LoadRecord) => at !== null && at < start
  const first = read.findIndex(({ at }) => at !== null && at >= start)
  return read.filter((one, index) => (first !== -1 && index > first) || !isOlder(one))
}

function keepLast(gathered: Gathered, most: number): Gathered {
  const inOrder = gathered.records.toSorted((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1))
  return { ...gathered, records: inOrder.slice(-most) }
}

/** Earliest and latest take the number of records, a time comes behind it (7.1). */
function ask(
  { dialect, call, layout }: Asking,
  place: 'earliest' | 'latest' | MeterTime,
  count: number,
): Generator<Request, Answer | null, Frame | null> {
  const head = `06${hexByte(layout.class)}00`
  if (place === 'earliest') return askItem(call, dialect, `${head}00`, [count])
  if (place === 'latest') return askItem(call, dialect, `${head}02`, [count])
  return askItem(call, dialect, `${head}01`, [count, ...minuteBytes(place)])
}

/** Minutes, of the class asked; class 1 stands for all. Null when the meter does not say. */
function* askInterval({ dialect, call, layout }: Asking): Generator<Request, number | null, Frame | null> {
  const item = `04000A${hexByte(Math.max(1, layout.class) + 1)}`
  const answer = yield* askItem(call, dialect, item)
  const encoding = parseEncoding('XXXX')
  if (!answer || 'refused' in answer || answer.data.length !== encoding?.bytes) return null
  const value = encoding.decode(answer.data)
  if (isRefusal(value) || !('digits' in value) || value.digits === 0n) return null
  return Number(value.digits)
}

/** Minutes between the two newest records of one answer. */
function intervalOf(records: readonly LoadRecord[]): number | null {
  const [before, last] = timesOf(records).toSorted().slice(-2)
  if (before === undefined || last === undefined) return null
  const minutes = (Date.parse(`${last}Z`) - Date.parse(`${before}Z`)) / 60_000
  return minutes > 0 ? minutes : null
}

/** Of good records alone: a faulty one tells no time that could be gone by. */
function timesOf(records: readonly LoadRecord[]): readonly MeterTime[] {
  return records.flatMap(({ at, fault }) => (fault === null && at !== null ? [at] : []))
}

function newestOf(records: readonly LoadRecord[]): MeterTime | null {
  return timesOf(records).toSorted().at(-1) ?? null
}

function isAscending(times: readonly MeterTime[]): boolean {
  return times.every((time, index) => index === 0 || time >= (times[index - 1] ?? time))
}

/** Without those that are known or that the meter sends twice. */
function newIn(read: readonly LoadRecord[], known: readonly LoadRecord[]): readonly LoadRecord[] {
  const seen = new Set(known.map(toldBy))
  return read.filter(one => {
    const told = toldBy(one)
    return !seen.has(told) && seen.add(told)
  })
}

/** The same record may come in two answers. */
function toldBy({ at, points, fault }: LoadRecord): string {
  return JSON.stringify([at, points, fault])
}

/** All that came was older: what the meter keeps since then is not known. */
function startIgnored(start: MeterTime, last: MeterTime): Refusal {
  return {
    code: 'VALUE_OUT_OF_TYPE',
    text: `asked for records from ${start} on, the meter gave none later than ${last}: it seems to ignore the time`,
  }
}

/** "No requested data" says that the memory ends here (7.1 has an empty answer for it), which is no fault. */
function isEnd({ code }: Refusal, records: readonly LoadRecord[]): boolean {
  return code === 'METER_NO_DATA' && records.length > 0
}
