/** How a driver talks: it yields requests and is handed the frames that answer them. */

import type { Frame } from './frame.ts'
import type { Point, Traits } from './profile.ts'
import type { Refusal } from './value.ts'

/** What must be known to talk to one meter. */
export interface Call {
  /** Canonical, by `checkAddress`. */
  readonly address: string
  /** A number no other request now under way on this line carries (transaction id). */
  readonly sequence: () => number
  /** What this model can and cannot do, from its profile. */
  readonly traits: Traits
  /** Blocks or spans this meter has refused before, and items it was silent to; not asked again. */
  readonly refusedBefore: ReadonlySet<string>
  /**
   * Conversations with this meter just before this one that ended at the first question. A meter may be silent to that
   * one only, so this one begins with another, of a kind that any meter answers.
   */
  readonly silentBefore?: number
  /** Whether this meter's answers may be those to other questions, as far as its line knows. */
  readonly doubt?: Doubt
  /**
   * The points that were just asked, of which these are asked once more: by questions of another form where there is one,
   * so that an answer that is delivered twice answers none of them.
   */
  readonly askedBefore?: readonly Point[]
  /** What the meter can measure at most, W: its energies rise no faster. */
  readonly mostWatts?: number
}

/** What makes it doubtful that an answer is the answer to the question before it. */
export interface Doubt {
  /**
   * One of its questions went unanswered, or its answers were out of step: for some minutes, and for as long after them
   * as nothing has shown that they are in step.
   */
  isLate(): boolean
  /** An answer equalled, byte for byte, one to another question shortly before: perhaps it is its copy. */
  isCopied(): boolean
  /** Told what was found out: that questions and answers are in step, or that they are not, or may not be. */
  inStep(shown: boolean): void
}

/** Yields requests, is handed the frame that answers; null when none came (the line has retried by then). */
export type Conversation<Result> = Generator<Request, Result, Frame | null>

export interface Request {
  readonly bytes: Uint8Array
  /** Null when the frame answers this request, else the rule it breaks and how. */
  readonly whyNot: (frame: Frame) => Mismatch | null
  /** Reads yes, relay orders no. */
  readonly safeToRepeat: boolean
  /** True where the conversation itself asks again after silence of a meter that has answered in it; the line does not. */
  readonly askerRepeats?: true
  /** True for what a meter understands only right after the answer before it: nothing else is asked in between. */
  readonly goesOn?: true
  /** True for what is sent to all: nobody answers, and the line goes on at once. */
  readonly isUnanswered?: true
  /** True where only a meter alone on the line may answer: all its time is listened out, and company is no answer. */
  readonly isForOneAlone?: true
  /** Least time since this meter was heard or asked last, ms: devices that want a rest, or are busy. */
  readonly restMs?: number
  /**
   * More questions that may be under way at the same time. A line that does so tells each its frame; those it has told
   * nothing are to be asked again by themselves.
   */
  readonly alongside?: readonly Alongside[]
  /** From and to (exclusive) of bytes that no log may show. */
  readonly secretBytes?: Span
  /** Asked in the moment the first byte would leave: why it must not leave any more; null lets it go. */
  readonly whyStay?: () => Refusal | null
  /** Told when it is certain that not one byte has left, nor will; of what was never told of, nobody knows how far it came. */
  readonly stayed?: (why: Refusal) => void
}

/** A further question, and who is told what came of it: the frame that answers, null when none came. */
export interface Alongside {
  readonly request: Request
  readonly answered: (frame: Frame | null) => void
}

/** Some of a run of bytes. */
export type Span = readonly [from: number, to: number]

/** Why a good frame is not the answer: rules V-F3 (direction, control), V-F4 (address), V-F5 (item), V-F6 (length). */
export interface Mismatch {
  readonly rule: 'V-F3' | 'V-F4' | 'V-F5' | 'V-F6'
  readonly text: string
}

/** Something asked twice, each time between answered questions, and never answered. */
export interface Unanswered {
  /** As it is put into `refusedBefore`; null where it is not to be remembered. */
  readonly name: string | null
  /** Both that had no answer: what the line knows of them tells silence from disturbance. Fewer where one had in part. */
  readonly requests: readonly Request[]
}
