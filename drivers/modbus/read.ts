/** The conversation that reads points: spans asked, SunSpec models found, answers taken apart. */

import type { Call, Conversation, Point, ReadResult } from '../../src/driver-api/driver.ts'
import { crossChecked, isInDoubt } from './cross-check.ts'
import type { Framing } from './framing.ts'
import { planAnew, planFor } from './plans.ts'
import { askSpans, type Taken } from './spans-asked.ts'
import { readModels } from './sunspec.ts'
import { takeValues } from './values.ts'

/** What was read; `inDoubt` where an answer may be to another question, and nothing shows that it is not. */
export type Judged = ReadResult & { readonly inDoubt?: true }

export function* read(framing: Framing, call: Call, points: readonly Point[]): Conversation<Judged> {
  const { spans, models, unplaced } = call.askedBefore
    ? planAnew(points, call.askedBefore, call)
    : planFor(points, call.traits)
  const taken: Taken = { answers: [], reads: [...unplaced], refused: [], unanswered: null, isBusy: false }
  const goesOn = yield* askSpans(framing, call, spans, taken)
  if (goesOn && models.length > 0) yield* readModels(framing, call, models, taken)
  for (const { span, frame } of taken.answers) takeValues(framing, span, frame, taken.reads)
  const { reads, refused, unanswered } = taken
  if (unanswered === null && !isInDoubt(framing, call)) return { reads, refused }
  const checked = isInDoubt(framing, call)
    ? yield* crossChecked(framing, call, reads, taken.answers)
    : { reads, refused: [], isShown: true }
  return {
    reads: checked.reads,
    refused: [...refused, ...checked.refused],
    ...(unanswered ? { unanswered: [{ name: null, requests: [unanswered] }] } : {}),
    ...(checked.isShown ? {} : { inDoubt: true }),
  }
}
