/** The conversation that reads points: spans asked one after the other or together, answers taken apart, refusals halved. */

import type {
  Call,
  Conversation,
  Frame,
  Point,
  RawRead,
  ReadResult,
  Refusal,
} from '../../src/driver-api/driver.ts'
import { exceptionIn, insisting, requestFor, wantsAgain } from './ask.ts'
import { crossChecked, isInDoubt } from './cross-check.ts'
import type { Framing } from './framing.ts'
import type { Located } from './items.ts'
import { planFor } from './plans.ts'
import { halves, type Span, spanKey, takeNext, withoutRefused } from './spans.ts'
import { takeValues } from './values.ts'

export function* read(framing: Framing, call: Call, points: readonly Point[]): Conversation<ReadResult> {
  const { traits } = call
  const { spans, unplaced } = planFor(points, traits)
  const queue = withoutRefused(spans, traits, call.refusedBefore)
  const taken: Taken = { reads: [...unplaced], refused: [], queue, asked: [] }
  const atOnce = framing.concurrent && !traits.gapMs ? (traits.inFlight ?? 1) : 1
  for (let goesOn = true; goesOn && queue.length > 0; ) {
    if (atOnce > 1 && queue.length > 1) {
      goesOn = yield* readTogether(framing, call, queue.splice(0, atOnce), taken)
      continue
    }
    const span = takeNext(queue, taken.asked.at(-1))
    if (span === undefined) break
    let frame: Frame | null = yield requestFor(framing, call, span)
    if (frame && wantsAgain(framing, frame)) frame = yield* insisting(framing, call, span, frame)
    goesOn = frame !== null && take(framing, call, span, frame, taken)
  }
  const { refused, asked } = taken
  const reads = isInDoubt(framing, call)
    ? yield* crossChecked(framing, call, taken.reads, asked)
    : taken.reads
  return { reads, refused }
}

/** Several spans at once. What the line had no room for is asked again by itself; false when nothing more is answered. */
function* readTogether(
  framing: Framing,
  call: Call,
  batch: readonly Span[],
  taken: Taken,
): Conversation<boolean> {
  const [first, ...rest] = batch
  if (first === undefined) return true
  const answers = new Map<Span, Frame | null>()
  const alongside = rest.map(span => ({
    request: requestFor(framing, call, span),
    answered: (frame: Frame | null) => void answers.set(span, frame),
  }))
  answers.set(first, yield { ...requestFor(framing, call, first), alongside })
  let goesOn = true
  for (const span of batch) {
    let frame = answers.get(span)
    if (frame && wantsAgain(framing, frame)) frame = yield* insisting(framing, call, span, frame)
    if (frame === undefined) taken.queue.unshift(span)
    else goesOn = frame !== null && take(framing, call, span, frame, taken) && goesOn
  }
  return goesOn
}

/** What a conversation has and has still to ask. */
interface Taken {
  readonly reads: RawRead[]
  readonly refused: string[]
  readonly queue: Span[]
  /** Answered, in this order. */
  readonly asked: Span[]
}

/** What an answer brings; false when the device answers nothing else now. */
function take(
  framing: Framing,
  { traits }: Call,
  span: Span,
  frame: Frame,
  { reads, refused, queue }: Taken,
) {
  const exception = exceptionIn(framing, frame)
  if (exception === null) {
    takeValues(framing, span, frame, reads)
    return true
  }
  if (exception.remedy === 'split' && span.points.length > 1) {
    refused.push(spanKey(span))
    queue.unshift(...halves(span, traits))
    return true
  }
  const refusal = { code: exception.code, text: `${exception.text} (asked for ${spanKey(span)})` }
  refuse(span.points, frame, refusal, reads)
  if (exception.remedy === 'split' || exception.remedy === 'none') return true
  for (const unasked of queue.splice(0)) refuse(unasked.points, frame, refusal, reads)
  return false
}

function refuse(points: readonly Located[], frame: Frame, refused: Refusal, reads: RawRead[]): void {
  for (const { point } of points) reads.push({ point, frames: [frame], refused })
}
