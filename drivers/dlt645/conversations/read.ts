/** The conversation that reads points: blocks where the model serves them, single items for the rest. */

import type {
  Call,
  Conversation,
  Frame,
  MeterTime,
  Point,
  RawRead,
  ReadResult,
  Refusal,
  Request,
  Traits,
} from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { isRefusal } from '../encodings/decoding.ts'
import { type Laid, layOut, layoutFor, readPoint, readTimeOf } from '../items/answer.ts'
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
import { type BlockRead, cheapestBlocks, type Waiting } from './plan.ts'

export function* readPoints(
  dialect: Dialect,
  call: Call,
  points: readonly Point[],
): Conversation<ReadResult> {
  const reads: RawRead[] = []
  const refused: string[] = []
  const answeredItems = new Set<string>()
  const { byItem, blocks } = planFor(dialect, call, points)
  const hearing = createHearing(silentBefore(call), dialect)
  const result: ReadResult = { reads, refused, unanswered: hearing.unanswered }
  if (!(yield* opened(hearing))) return result

  for (const { block, items, wanted } of blocks) {
    const answer = yield* hear(hearing, block)
    if (!answer) return result
    const answered = readBlock(dialect, block, wanted, answer)
    if (!answered) {
      if (!isUnanswered(answer)) refused.push(block)
      continue
    }
    reads.push(...answered)
    for (const item of items) answeredItems.add(item)
  }
  for (const [item, wanted] of byItem) {
    if (answeredItems.has(item)) continue
    if (call.refusedBefore.has(item)) {
      reads.push(...refuseAll(wanted, unansweredFor(SILENT_BEFORE), []))
      continue
    }
    const answered = yield* readItem(dialect, hearing, item, wanted)
    if (!answered) break
    reads.push(...answered)
  }
  return result
}

/** Where one item alone was asked and is asked again, another question lies between: a copy of its answer fits that no more. */
function silentBefore(call: Call): Call {
  const isOneItem = new Set(call.askedBefore?.map(({ item }) => item)).size === 1
  return isOneItem ? { ...call, silentBefore: 1 } : call
}

export const SILENT_BEFORE =
  'the meter had no answer to this within the last week; it is asked again after it'

/** One item with all its points; null when the meter did not answer. */
export function* readItem(
  dialect: Dialect,
  hearing: Hearing,
  item: string,
  points: readonly Point[],
): Generator<Request, RawRead[] | null, Frame | null> {
  const parts = item.split('+')
  if (parts.length > 2 || !parts.every(part => isItem(dialect, part)))
    return points.map(point => ({
      point,
      frames: [],
      refused: {
        code: 'PROFILE_UNKNOWN_ITEM',
        text: `"${item}" is no data identifier of ${dialect.protocol}`,
      },
    }))
  // The clock where date and time are two items.
  const answer = yield* parts.length === 2 ? hearClock(hearing, item) : hear(hearing, item)
  return answer && readAnswer(dialect, item, points, answer)
}

/** All points refused, or each with its value or its own refusal. */
export function readAnswer(
  dialect: Dialect,
  item: string,
  points: readonly Point[],
  answer: Answer,
  stampedAt?: MeterTime,
): RawRead[] {
  if ('refused' in answer) return refuseAll(points, answer.refused, answer.frames)
  const layout = layoutFor(dialect.table, item, points)
  const laid = isRefusal(layout) ? layout : layOut(layout, answer.data, dialect.marks)
  if (isRefusal(laid)) return refuseAll(points, laid, answer.frames)
  return points.map(point => readOne(laid, point, answer.frames, stampedAt))
}

export function refuseAll(points: readonly Point[], refused: Refusal, frames: readonly Frame[]): RawRead[] {
  return points.map(point => ({ point, frames, refused }))
}

function readOne(
  laid: Laid,
  point: Point,
  frames: readonly Frame[],
  stampedAt: MeterTime | undefined,
): RawRead {
  const value = readPoint(laid, point)
  if (isRefusal(value)) return { point, frames, refused: value }
  if (stampedAt !== undefined) return { point, frames, value, stampedAt }
  const occurredAt = readTimeOf(laid, point)
  return { point, frames, value, ...(occurredAt !== null && { occurredAt }) }
}

interface Plan {
  readonly byItem: Waiting
  /** What is worth asking as blocks, and the points each brings. */
  readonly blocks: readonly (BlockRead & { readonly wanted: readonly Point[] })[]
}

/** Without refusals a plan depends on model and points alone, and a gateway asks the same points again and again. */
const plans = new WeakMap<readonly Point[], Plan & { readonly dialect: Dialect; readonly traits: Traits }>()

function planFor(dialect: Dialect, call: Call, points: readonly Point[]): Plan {
  const { traits, refusedBefore, askedBefore } = call
  if (refusedBefore.size > 0 || askedBefore) return newPlan(dialect, call, points)
  const before = plans.get(points)
  if (before?.traits === traits && before.dialect === dialect) return before
  const plan = { ...newPlan(dialect, call, points), dialect, traits }
  plans.set(points, plan)
  return plan
}

function newPlan(
  dialect: Dialect,
  { traits, refusedBefore, askedBefore }: Call,
  points: readonly Point[],
): Plan {
  const byItem = Map.groupBy(points, point => point.item)
  // What a block has brought is asked again item by item.
  const served = (askedBefore ? [] : (traits.blocks ?? [])).filter(
    block => isItem(dialect, block) && !refusedBefore.has(block),
  )
  const blocks = cheapestBlocks(dialect, served, byItem).map(({ block, items }) => ({
    block,
    items,
    wanted: items.flatMap(item => byItem.get(item) ?? []),
  }))
  return { byItem, blocks }
}

/** Null when the meter will not serve this block, says nothing in it, or sends it in parts that cannot be numbered. */
function readBlock(
  dialect: Dialect,
  block: string,
  points: readonly Point[],
  answer: Answer,
): RawRead[] | null {
  if ('refused' in answer || answer.data.length === 0) return null
  return readAnswer(dialect, block === dialect.wholeClock ? dialect.clock : block, points, answer)
}

function isItem(dialect: Dialect, item: string): boolean {
  return item.length === 2 * dialect.itemBytes && /^[0-9A-F]+$/.test(item)
}
