/** Asking spans: one after the other or together, busy devices again, refused ones in halves. */

import type { Call, Conversation, Frame, RawRead, Refusal } from '../../src/driver-api/driver.ts'
import { exceptionIn, insisting, requestFor, wantsAgain } from './ask.ts'
import type { Framing } from './framing.ts'
import type { Located } from './items.ts'
import { halves, type Span, spanKey, takeNext, withoutRefused } from './spans.ts'

export interface Answered {
  readonly span: Span
  readonly frame: Frame
}

/** What a conversation has so far. */
export interface Taken {
  /** Spans with their good answers, as they came. */
  readonly answers: Answered[]
  /** What was refused. */
  readonly reads: RawRead[]
  /** Spans not to be asked again. */
  readonly refused: string[]
}

/** False when the device answers nothing more now. */
export function* askSpans(
  framing: Framing,
  call: Call,
  spans: readonly Span[],
  taken: Taken,
): Conversation<boolean> {
  const { traits } = call
  const queue = withoutRefused(spans, traits, call.refusedBefore)
  const atOnce = framing.concurrent && !traits.gapMs ? (traits.inFlight ?? 1) : 1
  let before: Span | undefined
  while (queue.length > 0) {
    let goesOn: boolean
    if (atOnce > 1 && queue.length > 1) {
      goesOn = yield* askTogether(framing, call, queue.splice(0, atOnce), queue, taken)
    } else {
      const span = takeNext(queue, before)
      if (span === undefined) break
      before = span
      let frame: Frame | null = yield requestFor(framing, call, span)
      if (frame && wantsAgain(framing, frame)) frame = yield* insisting(framing, call, span, frame)
      goesOn = frame !== null && take(framing, call, span, frame, queue, taken)
    }
    if (!goesOn) return false
  }
  return true
}

/** What the line had no room for is put back into the queue. */
function* askTogether(
  framing: Framing,
  call: Call,
  batch: readonly Span[],
  queue: Span[],
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
    if (frame === undefined) queue.unshift(span)
    else goesOn = frame !== null && take(framing, call, span, frame, queue, taken) && goesOn
  }
  return goesOn
}

function take(
  framing: Framing,
  { traits }: Call,
  span: Span,
  frame: Frame,
  queue: Span[],
  { answers, reads, refused }: Taken,
): boolean {
  const exception = exceptionIn(framing, frame)
  if (exception === null) {
    answers.push({ span, frame })
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
