/** The conversation that reads points: spans asked, SunSpec models found, answers taken apart. */

import type { Call, Conversation, Point, RawRead, ReadResult } from '../../src/driver-api/driver.ts'
import { crossChecked, isInDoubt } from './cross-check.ts'
import type { Framing } from './framing.ts'
import { planFor } from './plans.ts'
import { askSpans, type Taken } from './spans-asked.ts'
import { readModels } from './sunspec.ts'
import { takeValues } from './values.ts'

export function* read(framing: Framing, call: Call, points: readonly Point[]): Conversation<ReadResult> {
  const { spans, models, unplaced } = planFor(points, call.traits)
  const taken: Taken = { answers: [], reads: [...unplaced], refused: [] }
  const goesOn = yield* askSpans(framing, call, spans, taken)
  if (goesOn && models.length > 0) yield* readModels(framing, call, models, taken)
  let reads: readonly RawRead[] = taken.reads
  for (const { span, frame } of taken.answers) takeValues(framing, span, frame, taken.reads)
  if (isInDoubt(framing, call)) reads = yield* crossChecked(framing, call, reads, taken.answers)
  return { reads, refused: taken.refused }
}
