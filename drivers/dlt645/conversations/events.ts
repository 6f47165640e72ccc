/** The conversation that reads a class of events: how many there were, and the records the meter still keeps. */

import type {
  Call,
  Conversation,
  EventRecord,
  EventsAsked,
  EventsRead,
  Frame,
  MeterTime,
  Refusal,
  Request,
} from '../../../src/driver-api/driver.ts'
import { pointsIn } from '../decode.ts'
import type { Dialect } from '../dialect.ts'
import { isRefusal } from '../encodings/decoding.ts'
import { cellValue, layOut } from '../items/answer.ts'
import { cellsOf } from '../items/item-table.ts'
import { hexByte, hexOf } from '../wire/bytes.ts'
import type { EventClass } from './event-classes.ts'
import { type Answer, askItem } from './exchange.ts'

/** Ten are kept of each class (A.4). */
const MOST_KEPT = 10
/** An event that happens while records are read moves them all by one; they are read once more, not for ever. */
const TRIES = 2
const SECOND_STAMP = 'YYMMDDhhmmss'

export function* readEvents(
  dialect: Dialect,
  call: Call,
  event: EventClass,
  { most }: EventsAsked,
): Conversation<EventsRead> {
  const frames: Frame[] = []
  for (let tries = 0; tries < TRIES; tries += 1) {
    const read = yield* readOnce(dialect, call, event, Math.min(most, MOST_KEPT))
    frames.push(...read.frames)
    if (!read.hasMoved) return { ...read, frames }
  }
  const refused: Refusal = {
    code: 'METER_BUSY',
    text: `${event.about} happened again while its records were read`,
  }
  return { count: null, records: [], refused, isWhole: true, frames }
}

interface ReadOnce extends EventsRead {
  /** A record was added meanwhile: nobody knows which of them is which. */
  readonly hasMoved: boolean
}

function* readOnce(
  dialect: Dialect,
  call: Call,
  event: EventClass,
  most: number,
): Generator<Request, ReadOnce, Frame | null> {
  const frames: Frame[] = []
  const records: EventRecord[] = []
  let latest: string | null = null
  const ended = (
    count: number | null,
    refused: Refusal | null,
    { isWhole = true, hasMoved = false } = {},
  ): ReadOnce => ({ count, records, refused, isWhole, hasMoved, frames })

  const before = yield* askCount(dialect, call, event, frames)
  if (before === 'silent') return ended(null, null, { isWhole: false })
  const known = before ?? most
  let forms = event.records
  for (let nth = 1; nth <= Math.min(most, known); nth += 1) {
    const item = recordItem(forms[0], nth)
    const answer = yield* askItem(call, dialect, item)
    if (!answer) return ended(before, null, { isWhole: false })
    frames.push(...answer.frames)
    if ('refused' in answer) {
      if (answer.refused.code !== 'METER_NO_DATA') return ended(before, answer.refused)
      if (nth > 1 || forms.length === 1) break
      forms = forms.slice(1)
      nth = 0
      continue
    }
    if (answer.data.every(byte => byte === 0)) break
    latest ??= hexOf(answer.data)
    records.push(recordIn(dialect, item, nth, answer.data))
  }
  // One record alone cannot be mixed up with another.
  if (records.length <= 1) return ended(before, null)
  const first = recordItem(forms[0], 1)
  const moved = yield* hasMoved(dialect, call, event, { before, first, latest, frames })
  if (moved === 'silent') return ended(before, null, { isWhole: false })
  return ended(before, null, { hasMoved: moved })
}

/** By the count, or where the meter does not count by its latest record. */
function* hasMoved(
  dialect: Dialect,
  call: Call,
  event: EventClass,
  known: { before: number | null; first: string; latest: string | null; frames: Frame[] },
): Generator<Request, boolean | 'silent', Frame | null> {
  const { before, first, latest, frames } = known
  if (before !== null) {
    const after = yield* askCount(dialect, call, event, frames)
    return after === 'silent' ? after : after !== before
  }
  const again = yield* askItem(call, dialect, first)
  if (!again) return 'silent'
  frames.push(...again.frames)
  return 'refused' in again || hexOf(again.data) !== latest
}

/** Null where the meter does not say. */
function* askCount(
  dialect: Dialect,
  call: Call,
  { count }: EventClass,
  frames: Frame[],
): Generator<Request, number | null | 'silent', Frame | null> {
  const answer: Answer | null = yield* askItem(call, dialect, count.item)
  if (!answer) return 'silent'
  frames.push(...answer.frames)
  const layout = dialect.table.find(count.item)
  if ('refused' in answer || !layout) return null
  const laid = layOut(layout, answer.data)
  const cell = cellsOf(layout)[count.place]
  const value = isRefusal(laid) || !cell ? null : cellValue(cell, laid)
  return value && !isRefusal(value) && 'digits' in value ? Number(value.digits) : null
}

function recordItem(form: string | undefined, nth: number): string {
  return (form ?? '').replace('nn', hexByte(nth))
}

/** The first time in a record is its beginning, the second its end; some have one only. */
function recordIn(dialect: Dialect, item: string, nth: number, data: Uint8Array): EventRecord {
  const layout = dialect.table.find(item)
  const laid = layout && layOut(layout, data)
  if (!layout || !laid || isRefusal(laid)) {
    const fault: Refusal =
      laid && isRefusal(laid) ? laid : { code: 'PROFILE_UNKNOWN_ITEM', text: `${item} is not in the table` }
    return { nth, startedAt: null, endedAt: null, points: [], fault }
  }
  const times = cellsOf(layout).filter(({ encoding }) => encoding.text === SECOND_STAMP)
  const values = times.map(cell => cellValue(cell, laid))
  const timeOf = (value: (typeof values)[number] | undefined): MeterTime | null =>
    value && 'time' in value ? value.time : null
  const [start] = values
  return {
    nth,
    startedAt: timeOf(start),
    endedAt: timeOf(values[1]),
    points: pointsIn(dialect, item, data),
    // An event that goes on has no end yet; one without a beginning is no record.
    fault: start && isRefusal(start) ? start : null,
  }
}
