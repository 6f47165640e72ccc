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
import { type Laid, layOut, layoutFor, readPoint } from '../items/answer.ts'
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
  const waiting = Map.groupBy(points, point => point.item)
  const hearing = createHearing(call, dialect)
  const result: ReadResult = { reads, refused, unanswered: hearing.unanswered }
  if (!(yield* opened(hearing))) return result

  for (const { block, items } of blocksFor(dialect, call, points, waiting)) {
    const wanted = items.flatMap(item => waiting.get(item) ?? [])
    const answer = yield* hear(hearing, block)
    if (!answer) return result
    const answered = readBlock(dialect, block, wanted, answer)
    if (!answered) {
      if (!isUnanswered(answer)) refused.push(block)
      continue
    }
    reads.push(...answered)
    for (const item of items) waiting.delete(item)
  }
  for (const [item, wanted] of waiting) {
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
  return { point, frames, value, ...(stampedAt === undefined ? {} : { stampedAt }) }
}

interface Plan {
  readonly dialect: Dialect
  readonly traits: Traits
  readonly blocks: readonly BlockRead[]
}

/** Without refusals a plan depends on model and points alone, and a gateway asks the same points again and again. */
const plans = new WeakMap<readonly Point[], Plan>()

function blocksFor(
  dialect: Dialect,
  call: Call,
  points: readonly Point[],
  waiting: Waiting,
): readonly BlockRead[] {
  const { traits, refusedBefore } = call
  if (refusedBefore.size > 0) return planBlocks(dialect, call, waiting)
  const before = plans.get(points)
  if (before?.traits === traits && before.dialect === dialect) return before.blocks
  const blocks = planBlocks(dialect, call, waiting)
  plans.set(points, { dialect, traits, blocks })
  return blocks
}

function planBlocks(dialect: Dialect, { traits, refusedBefore }: Call, waiting: Waiting): BlockRead[] {
  const served = (traits.blocks ?? []).filter(block => isItem(dialect, block) && !refusedBefore.has(block))
  return cheapestBlocks(dialect, served, waiting)
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
