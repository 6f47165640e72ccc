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
import { exceptionIn, insisting, requestFor } from './ask.ts'
import { crossChecked } from './cross-check.ts'
import type { Framing } from './framing.ts'
import type { Located } from './items.ts'
import { planFor } from './plans.ts'
import { halves, type Span, shapeOf, spanKey, takeNext, withoutRefused } from './spans.ts'
import { takeValues } from './values.ts'

export function* read(framing: Framing, call: Call, points: readonly Point[]): Conversation<ReadResult> {
  const { spans, unplaced } = planFor(points, call.traits)
  const reads = [...unplaced]
  const refused: string[] = []
  const queue = withoutRefused(spans, call.traits, call.refusedBefore)
  const shapes = new Set<string>()
  let before: Span | null = null
  let goesOn = true
  while (goesOn && queue.length > 0) {
    const batch = nextBatch(queue, before, framing, call)
    before = batch.at(-1) ?? null
    const answers = yield* askTogether(framing, call, batch)
    for (const [place, span] of batch.entries()) {
      const answer = answers[place]
      shapes.add(shapeOf(span))
      if (answer === undefined) queue.unshift(span)
      else if (answer === null) goesOn = false
      else goesOn = take(framing, call, span, answer, { reads, refused, queue }) && goesOn
    }
  }
  return { reads: yield* crossChecked(framing, call, reads, shapes), refused }
}

/** One span, or as many as the device takes at once where requests are numbered. */
function nextBatch(queue: Span[], before: Span | null, framing: Framing, { traits }: Call): readonly Span[] {
  const most = framing.concurrent && !traits.gapMs ? (traits.inFlight ?? 1) : 1
  const first = takeNext(queue, before)
  return first === undefined ? [] : [first, ...queue.splice(0, most - 1)]
}

/** A frame, null where nothing came, undefined where it was not asked. */
function* askTogether(
  framing: Framing,
  call: Call,
  batch: readonly Span[],
): Conversation<readonly (Frame | null | undefined)[]> {
  const [first, ...rest] = batch
  if (first === undefined) return []
  const answers: (Frame | null | undefined)[] = batch.map(() => undefined)
  const request = requestFor(framing, call, first)
  answers[0] =
    rest.length === 0
      ? yield request
      : yield {
          ...request,
          alongside: rest.map((span, place) => ({
            request: requestFor(framing, call, span),
            answered: frame => {
              answers[place + 1] = frame
            },
          })),
        }
  for (const [place, span] of batch.entries())
    answers[place] &&= yield* insisting(framing, call, span, answers[place])
  return answers
}

interface Taken {
  readonly reads: RawRead[]
  readonly refused: string[]
  readonly queue: Span[]
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
