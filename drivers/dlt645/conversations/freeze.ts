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
import { type Answer, askItem } from './exchange.ts'
import { offerOf, priceOf, type Waiting } from './plan.ts'
import { readAnswer, refuseAll } from './read.ts'

/** The count back is one byte; FF means all of them. */
const FURTHEST_BACK = 254

/**
 * Stamp, values, stamp again. A freeze made in between moves every count by one, so values under two different stamps
 * belong to nobody knows which day: all are refused and read again later. Where the model serves the whole freeze as
 * one block and that is shorter, stamp and values come in one answer, and one frame needs no second look.
 */
export function* readFreeze(dialect: Dialect, call: Call, freeze: FreezeAsked): Conversation<ReadResult> {
  const { nth, points } = freeze
  if (nth < 1 || nth > FURTHEST_BACK) {
    const text = `a meter counts freezes back from 1 to ${FURTHEST_BACK}, asked was ${nth}`
    return { reads: refuseAll(points, { code: 'METER_NO_DATA', text }, []), refused: [] }
  }
  const asked = countedBack(freeze)
  const whole = wholeFreeze(dialect, call, asked)
  if (whole) {
    const answer = yield* askItem(call, dialect, whole.block)
    if (!answer) return { reads: [], refused: [] }
    const begun = readWhole(dialect, whole, asked, answer)
    if (begun) return { reads: yield* readRest(dialect, call, asked, begun), refused: [] }
  }
  const refused = whole ? [whole.name] : []

  const before = yield* askItem(call, dialect, asked.stamp.item)
  if (!before) return { reads: [], refused }
  const stampedAt = stampIn(dialect, asked.stamp, before)
  if (typeof stampedAt !== 'string') return { reads: refuseAll(points, stampedAt, before.frames), refused }
  const begun: Begun = { stampedAt, stampFrames: before.frames, reads: [], isProven: false }
  return { reads: yield* readRest(dialect, call, asked, begun), refused }
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
function* readRest(
  dialect: Dialect,
  call: Call,
  { stamp, points, asPoint }: Counted,
  { stampedAt, stampFrames, reads: had, isProven }: Begun,
): Generator<Request, RawRead[], Frame | null> {
  const reads = [...had]
  const known = new Set(had.map(({ point }) => point))
  const missing = points.filter(point => !known.has(point))
  for (const [item, wanted] of Map.groupBy(missing, point => point.item)) {
    const answer = yield* askItem(call, dialect, item)
    if (!answer) return []
    const answered = readAnswer(dialect, item, wanted, answer, stampedAt)
    reads.push(...answered.map(read => ({ ...read, frames: [...read.frames, ...stampFrames] })))
  }
  const asAsked = reads.map(read => ({ ...read, point: asPoint.get(read.point) ?? read.point }))
  if (isProven && missing.length === 0) return asAsked

  const after = yield* askItem(call, dialect, stamp.item)
  if (!after) return []
  const stampedAgain = stampIn(dialect, stamp, after)
  if (stampedAgain === stampedAt) return asAsked
  return asAsked.map(read => refuseMoved(read, stampedAt, stampedAgain))
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

function refuseMoved({ point, frames }: RawRead, before: MeterTime, after: MeterTime | Refusal): RawRead {
  const now = typeof after === 'string' ? after : after.text
  const text = `the meter froze again while it was read: the stamp was ${before}, then ${now}`
  return { point, frames, refused: { code: 'METER_BUSY', text } }
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
