/** The conversation that reads one freeze: what the meter kept at a boundary, and the meter's own time of it. */

import type {
  Call,
  Conversation,
  Frame,
  FreezeAsked,
  MeterTime,
  Point,
  RawRead,
  ReadResult,
  Refusal,
  Request,
} from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { isRefusal } from '../encodings/decoding.ts'
import { layOut, layoutFor, readPoint } from '../items/answer.ts'
import { MARK } from '../items/item-table.ts'
import { hexByte } from '../wire/bytes.ts'
import { clockIn } from './clock-read.ts'
import type { Answer } from './exchange.ts'
import {
  createHearing,
  type Hearing,
  hear,
  hearClock,
  isUnanswered,
  opened,
  unansweredFor,
} from './hearing.ts'
import { offerOf, priceOf, type Waiting } from './plan.ts'
import { readAnswer, refuseAll, SILENT_BEFORE } from './read.ts'
import { isFarFromFreezing, isFreezing } from './settling.ts'

/** The count back is one byte; FF means all of them. */
const FURTHEST_BACK = 254

/** Who asks, and how: all of a freeze's conversation needs them. */
interface Reading {
  readonly dialect: Dialect
  readonly call: Call
  readonly freeze: FreezeAsked
  readonly asked: Counted
  readonly hearing: Hearing
}

/**
 * Stamp, values, stamp again. A freeze made in between moves every count by one, so values under two different stamps
 * belong to nobody knows which day: all are refused and read again later. Where the model serves the whole freeze as
 * one block and that is shorter, stamp and values come in one answer, and one frame needs no second look. What was read
 * while the meter may still have been freezing is refused too.
 */
export function* readFreeze(dialect: Dialect, call: Call, freeze: FreezeAsked): Conversation<ReadResult> {
  const { nth, points, stamp } = freeze
  const refuse = (refused: Refusal): ReadResult => ({ reads: refuseAll(points, refused, []), refused: [] })
  if (nth < 1 || nth > FURTHEST_BACK)
    return refuse({
      code: 'METER_NO_DATA',
      text: `a meter counts freezes back from 1 to ${FURTHEST_BACK}, asked was ${nth}`,
    })
  if (call.refusedBefore.has(stamp.item)) return refuse(unansweredFor(SILENT_BEFORE))
  const hearing = createHearing(call, dialect)
  const reading: Reading = { dialect, call, freeze, asked: countedBack(freeze), hearing }
  if (freeze.justRead !== undefined) return yield* readAgain(reading, freeze.justRead)
  const refused: string[] = []
  const reads = yield* readStamped(reading, refused)
  const stampedAt = reads.flatMap(read => ('value' in read ? (read.stampedAt ?? []) : []))[0]
  const fault = stampedAt === undefined ? null : yield* whyNotYet(reading, stampedAt, refused)
  if (fault === 'silent') return { reads: [], refused }
  const told = fault === null ? reads : reads.map(read => refusedFor(read, fault))
  return { reads: told, refused, unanswered: hearing.unanswered }
}

/** The values alone, item by item; the stamp as well unless the meter cannot have frozen since it was read. */
function* readAgain(reading: Reading, stampedAt: MeterTime): Conversation<ReadResult> {
  const { freeze, hearing } = reading
  const known = freeze.clockShows?.() ?? null
  const begun: Begun = { stampedAt, stampFrames: [], reads: [], isProven: false }
  const values = yield* readValues(reading, begun)
  const isSame = known !== null && isFarFromFreezing(freeze.stamp.item.slice(2, 4), stampedAt, known)
  const reads = values && !isSame ? yield* underOneStamp(reading, stampedAt, values.reads) : values?.reads
  return { reads: reads ?? [], refused: [], unanswered: hearing.unanswered }
}

/** Nothing when the meter falls silent. A block that it will not serve is added to `refused`. */
function* readStamped(
  reading: Reading,
  refused: string[],
): Generator<Request, readonly RawRead[], Frame | null> {
  const { dialect, call, freeze, asked, hearing } = reading
  if (!(yield* opened(hearing))) return []
  const whole = wholeFreeze(dialect, call, asked)
  if (whole) {
    const answer = yield* hear(hearing, whole.block, noted(freeze, whole.name))
    if (!answer) return []
    const begun = readWhole(dialect, whole, asked, answer)
    if (begun) return yield* readRest(reading, begun)
    if (!isUnanswered(answer)) refused.push(whole.name)
  }
  const before = yield* hear(hearing, asked.stamp.item, noted(freeze, freeze.stamp.item))
  if (!before) return []
  const stampedAt = stampIn(dialect, asked.stamp, before)
  if (typeof stampedAt !== 'string') return refuseAll(freeze.points, stampedAt, before.frames)
  return yield* readRest(reading, { stampedAt, stampFrames: before.frames, reads: [], isProven: false })
}

/** Values that are all right by themselves, and yet not to be believed; 'silent' when the meter would not say. */
function* whyNotYet(
  reading: Reading,
  stampedAt: MeterTime,
  refused: string[],
): Generator<Request, Refusal | 'silent' | null, Frame | null> {
  const { dialect, freeze, asked, hearing } = reading
  const kind = freeze.stamp.item.slice(2, 4)
  const known = freeze.clockShows?.() ?? null
  if (known === null || !isFarFromFreezing(kind, stampedAt, known)) {
    const answer = yield* clockOf(reading, refused)
    if (!answer) return 'silent'
    // A clock that shows no time cannot say so; the two stamps must do.
    const clock = clockIn(answer)
    if ('time' in clock && isFreezing(kind, stampedAt, clock.time)) {
      const text = `the meter's clock shows ${clock.time}, and it may still be freezing: the stamp is ${stampedAt}`
      return { code: 'METER_BUSY', text }
    }
  }
  return kind === AT_ONCE ? yield* ambiguous(dialect, hearing, asked, stampedAt) : null
}

/** In one answer where the model serves that, else as the pair; null when the meter is not there. */
function* clockOf(
  { dialect, call, hearing }: Reading,
  refused: string[],
): Generator<Request, Answer | null, Frame | null> {
  const whole = dialect.wholeClock
  if (whole !== null && call.traits.blocks?.includes(whole) && !call.refusedBefore.has(whole)) {
    const answer = yield* hear(hearing, whole)
    if (!answer || ('data' in answer && answer.data.length > 0)) return answer
    if (!isUnanswered(answer)) refused.push(whole)
  }
  return yield* hearClock(hearing, dialect.clock)
}

const AT_ONCE = '01'
/** So many freezes at once are kept (A.6). */
const AT_ONCE_KEPT = 3

/** Of two freezes at once in one minute nothing tells which order made which: the stamp has no seconds. */
function* ambiguous(
  dialect: Dialect,
  hearing: Hearing,
  { nth, stamp }: Counted,
  stampedAt: MeterTime,
): Generator<Request, Refusal | 'silent' | null, Frame | null> {
  const count = Number.parseInt(nth, 16)
  for (const other of [count - 1, count + 1].filter(one => one >= 1 && one <= AT_ONCE_KEPT)) {
    const item = stamp.item.replace(/..$/, hexByte(other))
    const answer = yield* hear(hearing, item, null)
    if (!answer) return 'silent'
    if (stampIn(dialect, { ...stamp, item }, answer) !== stampedAt) continue
    const text = `freezes ${Math.min(count, other)} and ${Math.max(count, other)} back are both of ${stampedAt.slice(0, 16)}, and a stamp has no seconds`
    return { code: 'FREEZE_AMBIGUOUS', text }
  }
  return null
}

/** The latest freeze tells what a meter is silent to; of an older one it may just not be kept. */
function noted({ nth }: FreezeAsked, name: string): string | null {
  return nth === 1 ? name : null
}

/** The freeze with its count back in every item, and each point as it was asked for. */
interface Counted {
  readonly nth: string
  readonly stamp: Point
  readonly points: readonly Point[]
  readonly asPoint: ReadonlyMap<Point, Point>
}

function countedBack({ nth, stamp, points }: FreezeAsked): Counted {
  const count = (point: Point): Point => ({ ...point, item: point.item.replace('nn', hexByte(nth)) })
  const asPoint = new Map(points.map(point => [count(point), point]))
  return { nth: hexByte(nth), stamp: count(stamp), points: [...asPoint.keys()], asPoint }
}

/** What is known when the stamp is: values that came with it, and whether one frame held them both. */
interface Begun {
  readonly stampedAt: MeterTime
  readonly stampFrames: readonly Frame[]
  readonly reads: readonly RawRead[]
  readonly isProven: boolean
}

/** The values still missing, then the stamp again unless all there is came in one frame with it. Nothing on silence. */
function* readRest(reading: Reading, begun: Begun): Generator<Request, readonly RawRead[], Frame | null> {
  const values = yield* readValues(reading, begun)
  if (!values) return []
  if (begun.isProven && !values.wereMissing) return values.reads
  return yield* underOneStamp(reading, begun.stampedAt, values.reads)
}

/** All of them as they were asked for, and whether any had been missing; null on silence. */
function* readValues(
  { dialect, call, freeze, asked: { stamp, points, asPoint }, hearing }: Reading,
  { stampedAt, stampFrames, reads: had }: Begun,
): Generator<
  Request,
  { readonly reads: readonly RawRead[]; readonly wereMissing: boolean } | null,
  Frame | null
> {
  const reads = [...had]
  const known = new Set(had.map(({ point }) => point))
  const missing = points.filter(point => !known.has(point))
  for (const [item, wanted] of Map.groupBy(missing, point => point.item)) {
    const name = asPoint.get(wanted[0] ?? stamp)?.item ?? item
    if (call.refusedBefore.has(name)) {
      reads.push(...refuseAll(wanted, unansweredFor(SILENT_BEFORE), stampFrames))
      continue
    }
    const answer = yield* hear(hearing, item, noted(freeze, name))
    if (!answer) return null
    const answered = readAnswer(dialect, item, wanted, answer, stampedAt)
    reads.push(...answered.map(read => ({ ...read, frames: [...read.frames, ...stampFrames] })))
  }
  const asAsked = reads.map(read => ({ ...read, point: asPoint.get(read.point) ?? read.point }))
  return { reads: asAsked, wereMissing: missing.length > 0 }
}

/** Refused where the stamp is another by now; nothing on silence. */
function* underOneStamp(
  { dialect, asked: { stamp }, hearing }: Reading,
  stampedAt: MeterTime,
  reads: readonly RawRead[],
): Generator<Request, readonly RawRead[], Frame | null> {
  const after = yield* hear(hearing, stamp.item, null)
  if (!after) return []
  const stampedAgain = stampIn(dialect, stamp, after)
  return stampedAgain === stampedAt ? reads : reads.map(read => refuseMoved(read, stampedAt, stampedAgain))
}

/** The whole freeze as one block. */
interface Whole {
  /** As the profile has it. */
  readonly name: string
  readonly block: string
  readonly items: readonly string[]
}

/** Null where the model serves no such block, or asking item by item is cheaper. */
function wholeFreeze(
  dialect: Dialect,
  { traits, refusedBefore }: Call,
  { nth, stamp, points }: Counted,
): Whole | null {
  const waiting = Map.groupBy([stamp, ...points], point => point.item)
  const priceOfAll = (items: Waiting) =>
    [...items].reduce((sum, [item, wanted]) => sum + priceOf(dialect, item, wanted), 0)
  const again = priceOf(dialect, stamp.item, [stamp])
  for (const name of traits.blocks ?? []) {
    const block = name.replace('nn', nth)
    const offer = block === name || refusedBefore.has(name) ? null : offerOf(dialect, block, waiting)
    if (!offer?.items.includes(stamp.item)) continue
    const rest = new Map([...waiting].filter(([item]) => !offer.items.includes(item)))
    const price = offer.price + priceOfAll(rest) + (rest.size > 0 || !offer.isOneFrame ? again : 0)
    if (price < priceOfAll(waiting) + again) return { name, block, items: offer.items }
  }
  return null
}

/**
 * Null when the meter does not serve the block, or not in a way that leaves no doubt which bytes are whose; then items
 * are asked. Without marks a block that leaves items out may have the length of one that does not.
 */
function readWhole(
  dialect: Dialect,
  { block, items }: Whole,
  { stamp, points }: Counted,
  answer: Answer,
): Begun | null {
  if ('refused' in answer || !answer.data.includes(MARK)) return null
  const layout = dialect.table.find(block)
  const laid = layout && layOut(layout, answer.data, dialect.marks)
  if (!laid || isRefusal(laid)) return null
  const stampedAt = readPoint(laid, stamp)
  if (isRefusal(stampedAt) || !('time' in stampedAt)) return null
  // What a block leaves out may be had alone.
  const came = new Set([...laid.values.keys()].map(({ item }) => item))
  const { frames } = answer
  const reads = points
    .filter(({ item }) => items.includes(item) && came.has(item))
    .map((point): RawRead => {
      const value = readPoint(laid, point)
      return isRefusal(value)
        ? { point, frames, refused: value }
        : { point, frames, value, stampedAt: stampedAt.time }
    })
  return { stampedAt: stampedAt.time, stampFrames: frames, reads, isProven: frames.length === 1 }
}

function refuseMoved(read: RawRead, before: MeterTime, after: MeterTime | Refusal): RawRead {
  const now = typeof after === 'string' ? after : after.text
  const text = `the meter froze again while it was read: the stamp was ${before}, then ${now}`
  return refusedFor(read, { code: 'METER_BUSY', text })
}

function refusedFor({ point, frames }: RawRead, refused: Refusal): RawRead {
  return { point, frames, refused }
}

function stampIn(dialect: Dialect, stamp: Point, answer: Answer): MeterTime | Refusal {
  if ('refused' in answer) return answer.refused
  const layout = layoutFor(dialect.table, stamp.item, [stamp])
  const laid = isRefusal(layout) ? layout : layOut(layout, answer.data, dialect.marks)
  const value = isRefusal(laid) ? laid : readPoint(laid, stamp)
  if (isRefusal(value)) return value
  return 'time' in value
    ? value.time
    : { code: 'PROFILE_INVALID', text: `the freeze stamp ${stamp.item} is no time` }
}
