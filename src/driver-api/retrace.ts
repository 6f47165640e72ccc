/** What a driver tells of bytes that were said long ago, beyond what its conversations do: for who retraces a value. */

import type { Frame } from './frame.ts'
import type { Point, Traits } from './profile.ts'
import type { Value } from './value.ts'

export interface Retrace {
  /** The same bytes under number 0, where questions and answers carry a number of their own. */
  unnumbered(bytes: Uint8Array): Uint8Array
  /** Those of these points that a question asks for; none where it does not tell by itself. */
  askedBy(question: Frame, points: readonly Point[], traits: Traits): readonly Point[]
  /** What a question and its answer teach for the next, as `refusedBefore` names it: where a SunSpec model begins. */
  taughtBy(question: Frame, answer: Frame): readonly string[]
  /** How the bytes of a value, as they came, become it; in words, one for each step. */
  steps(point: Point, bytes: Uint8Array): readonly string[]
  /** Present where a value has but one way of being sent: its bytes as they come. Null where these say no such value. */
  bytesOf?(point: Point, value: Value): Uint8Array | null
  /** Whether the meter sends floats here, which are rounded to the resolution the profile declares. */
  isRounded(point: Point): boolean
}
