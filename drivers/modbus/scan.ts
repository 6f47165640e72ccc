/** Finds frames in received bytes, whatever the framing: the awaited answer first, everybody else's around it. */

import type { BrokenFrame, Deframed, Frame } from '../../src/driver-api/driver.ts'
import { UNFINISHED } from './functions.ts'

/** No frame begins here. */
export const NONE = 0

/** What begins at `start`: the length of a good frame that ends at or before `end`, `NONE` or `UNFINISHED`. */
export type Look = (bytes: Uint8Array, start: number, end: number) => number

export interface Forms {
  /** Only the answer awaited, in exactly the length it must have. */
  readonly answerAt: Look
  /** Any frame, of either direction. */
  readonly frameAt: Look
  /**
   * True where the link cannot lose bytes, so a sane header is believed and waited for. False on a wire: an
   * unfinished start may be noise and holds nothing back.
   */
  readonly headerBelieved: boolean
  readonly longestFrame: number
  /** Names damaged frames that begin between `from` and `to`; `end` is where the next good frame begins. */
  damage(bytes: Uint8Array, from: number, to: number, end: number): BrokenFrame[]
}

/** Enough bytes of an awaited answer (unit, function, count) to keep frames of others from being seen inside it. */
const ANSWER_HEAD = 3

const NOTHING = new Uint8Array(0)

/**
 * The awaited answer is looked for at every byte, past every false start, so nothing before it can hide it. What lies
 * before it is then split into other frames and noise. The same bytes give the same answers however they are cut.
 */
export function scan(bytes: Uint8Array, forms: Forms): Deframed {
  const sorted = createSorted(bytes, forms)
  const end = bytes.length
  for (;;) {
    const { at, length, held } = nextAnswer(bytes, sorted.position(), forms)
    takeFrames(bytes, length > 0 ? at : held, forms, sorted)
    if (length <= 0) break
    sorted.frame(at, length)
  }
  if (sorted.position() === end) return sorted.done(end)
  return sorted.done(restStart(bytes, sorted.position(), forms))
}

/** The next awaited answer from `from` on; `held` is where an unfinished one begins, else the end. */
function nextAnswer(bytes: Uint8Array, from: number, forms: Forms) {
  const end = bytes.length
  let held = end
  for (let at = from; at < end; at++) {
    const length = forms.answerAt(bytes, at, end)
    if (length > 0) return { at, length, held }
    if (length === UNFINISHED && held === end && end - at >= ANSWER_HEAD) held = at
  }
  return { at: end, length: NONE, held }
}

/**
 * Takes the frames of others that end before `end`. On a wire a checksum of 16 bits is all there is to tell a frame
 * from its own inside: listening to pieces, one in 4,000 long frames is mistaken so (measured, 60 random registers).
 * The awaited answer never is.
 */
function takeFrames(bytes: Uint8Array, end: number, forms: Forms, sorted: Sorted): void {
  let at = sorted.position()
  while (at < end) {
    const length = forms.frameAt(bytes, at, end)
    if (length > 0) {
      sorted.frame(at, length)
      at += length
    } else if (length === UNFINISHED && forms.headerBelieved) return
    else at++
  }
}

/** Where the bytes begin that more bytes may turn into a frame. */
function restStart(bytes: Uint8Array, from: number, forms: Forms): number {
  const end = bytes.length
  for (let at = Math.max(from, end - forms.longestFrame); at < end; at++) {
    if (forms.answerAt(bytes, at, end) !== NONE || forms.frameAt(bytes, at, end) !== NONE) return at
  }
  return end
}

interface Sorted {
  /** Up to here every byte has its place. */
  position(): number
  /** The frame at `at`; whatever lies before it is noise. */
  frame(at: number, length: number): void
  /** All before `rest` that is no frame is noise. */
  done(rest: number): Deframed
}

function createSorted(bytes: Uint8Array, forms: Forms): Sorted {
  const frames: Frame[] = []
  const broken: BrokenFrame[] = []
  let noise = NOTHING
  let position = 0

  const drop = (to: number, end: number) => {
    if (to === position) return
    broken.push(...forms.damage(bytes, position, to, end))
    noise = joined(noise, bytes.subarray(position, to))
  }

  return {
    position: () => position,
    frame(at, length) {
      drop(at, at)
      position = at + length
      frames.push({ bytes: copied(bytes, at, position) })
    },
    done(rest) {
      drop(rest, bytes.length)
      return { frames, noise, broken, rest: copied(bytes, rest, bytes.length) }
    },
  }
}

/** A copy: what was received may be a window into a buffer that the link fills again. */
function copied(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return from === to ? NOTHING : new Uint8Array(bytes.subarray(from, to))
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** Frames that are whole but for their check, one after the other; `wholeAt` gives the length of one and what to say of it. */
export function brokenFrames(
  bytes: Uint8Array,
  from: number,
  to: number,
  wholeAt: (start: number) => { readonly length: number; readonly text: string } | null,
): BrokenFrame[] {
  const found: BrokenFrame[] = []
  for (let start = from; start < to; start++) {
    const whole = wholeAt(start)
    if (whole === null) continue
    const { length, text } = whole
    found.push({ bytes: new Uint8Array(bytes.subarray(start, start + length)), code: 'FRAME_CHECKSUM', text })
    start += length - 1
  }
  return found
}
