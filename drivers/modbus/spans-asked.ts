/** Asking spans: one after the other or together, busy devices again, refused ones in halves. */

import type { Call, Conversation, Frame, RawRead, Refusal, Request } from '../../src/driver-api/driver.ts'
import { exceptionIn, insisting, noteUnheard, requestFor, wantsAgain } from './ask.ts'
import type { Framing } from './framing.ts'
import type { Located } from './items.ts'
import { halves, isLonger, type Span, spanKey, takeNext, withoutRefused } from './spans.ts'

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
  /** A question that had no answer while others had: the rest was asked all the same, until a second has none. */
  unanswered: Request | null
  /** It was busy until nobody insisted any more: what is left is asked once each. */
  isBusy: boolean
}

/** False when nothing more is answered now. A span that is busy, damaged or silent costs no other its turn. */
export function* askSpans(
  framing: Framing,
  call: Call,
  spans: readonly Span[],
  taken: Taken,
): Conversation<boolean> {
  const { traits } = call
  const queue = inTurn(withoutRefused(spans, traits, call.refusedBefore), call)
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
      const request = requestFor(framing, call, span)
      let frame: Frame | null = yield request
      if (frame && wantsAgain(framing, frame) && !taken.isBusy)
        frame = yield* insisting(framing, call, span, frame)
      goesOn = frame ? take(framing, call, span, frame, queue, taken) : maySkip(request, taken)
    }
    if (!goesOn) return false
  }
  return true
}

/** A meter that was silent to the first question may answer the next: each has its turn to be first. */
function inTurn(queue: Span[], { silentBefore = 0 }: Call): Span[] {
  if (silentBefore === 0 || queue.length < 2) return queue
  const first = silentBefore % queue.length
  return [...queue.slice(first), ...queue.slice(0, first)]
}

/** Silence to one question of a meter that answers others costs that one; a second ends the conversation. */
function maySkip(request: Request, taken: Taken): boolean {
  if (taken.answers.length === 0 || taken.unanswered !== null) return false
  taken.unanswered = request
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
  const firstRequest = { ...requestFor(framing, call, first), alongside }
  answers.set(first, yield firstRequest)
  const silent: Request[] = []
  let goesOn = true
  for (const span of batch) {
    let frame = answers.get(span)
    if (frame && wantsAgain(framing, frame) && !taken.isBusy)
      frame = yield* insisting(framing, call, span, frame)
    if (frame === undefined) queue.unshift(span)
    else if (frame) goesOn = take(framing, call, span, frame, queue, taken) && goesOn
    else silent.push(alongside[batch.indexOf(span) - 1]?.request ?? firstRequest)
  }
  return silent.every(request => maySkip(request, taken)) && goesOn
}

function take(framing: Framing, call: Call, span: Span, frame: Frame, queue: Span[], taken: Taken): boolean {
  const { answers, reads, refused } = taken
  const exception = exceptionIn(framing, frame)
  if (exception === null) {
    answers.push({ span, frame })
    return true
  }
  if (exception.remedy === 'split' && span.points.length > 1) {
    refused.push(spanKey(span))
    queue.unshift(...halves(span, call.traits))
    return true
  }
  if (exception.remedy === 'split' && isLonger(span, call.traits)) refused.push(spanKey(span))
  const refusal = { code: exception.code, text: `${exception.text} (asked for ${spanKey(span)})` }
  refuse(span.points, frame, refusal, reads)
  noteUnheard(call, exception)
  if (exception.remedy === 'again') taken.isBusy = true
  if (exception.remedy !== 'later') return true
  for (const unasked of queue.splice(0)) refuse(unasked.points, frame, refusal, reads)
  return false
}

function refuse(points: readonly Located[], frame: Frame, refused: Refusal, reads: RawRead[]): void {
  for (const { point } of points) reads.push({ point, frames: [frame], refused })
}
