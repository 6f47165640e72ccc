/** One question to a meter and all frames of its answer. */

import type { Call, Frame, Mismatch, Refusal, Request } from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { preambleOf, quirkOf } from '../quirks.ts'
import { answersFor } from '../wire/address.ts'
import { hexByte, hexOf, joined, wireOf, writtenOf } from '../wire/bytes.ts'
import { refusalOf } from '../wire/error-words.ts'
import { addressOf, controlOf, dataOf, FROM_METER, MORE, REFUSED } from '../wire/frame.ts'
import { type ReadControl, readBytes } from '../wire/read-frame.ts'

/** The data without identifier and sequence numbers, or why there are none; with the frames that brought it. */
export type Answer =
  | { readonly data: Uint8Array; readonly frames: readonly Frame[] }
  | { readonly refused: Refusal; readonly frames: readonly Frame[] }

/** A question for an item, and what is told with it (how many records, from when). */
const question = (item: string, extra: readonly number[] = []): Uint8Array =>
  extra.length === 0 ? wireOf(item) : joined([wireOf(item), Uint8Array.from(extra)])

/** Sequence numbers run from 1 to 255 (7.2). No item of a known length fills more than six frames. */
const LAST_SEQUENCE = { ofKnownLength: 16, ofAny: 255 } as const
/** The whole answer is asked for anew so often when a part of it cannot be had. */
const RESTARTS = 1

/** What became of asking for the rest: all of it, or `again` when a part could not be had. */
type Rest = Answer | { readonly again: Refusal | null; readonly frames: readonly Frame[] }

/** No answer: to the question itself, or not to the end. */
export interface Unheard {
  readonly unheard: Request | 'to the end'
}

/** Null when the meter did not answer, or not to the end. */
export function* askItem(
  call: Call,
  dialect: Dialect,
  item: string,
  extra: readonly number[] = [],
  more: Pick<Request, 'askerRepeats' | 'goesOn'> = {},
): Generator<Request, Answer | null, Frame | null> {
  const answer = yield* askOnce(call, dialect, item, extra, more)
  return 'unheard' in answer ? null : answer
}

/**
 * A lost part is asked for again by the line, under the same number; where that brings nothing, or the meter has lost
 * count, all of it is asked for once more. `more` goes with the question itself.
 */
export function* askOnce(
  call: Call,
  dialect: Dialect,
  item: string,
  extra: readonly number[] = [],
  more: Pick<Request, 'askerRepeats' | 'goesOn'> = {},
): Generator<Request, Answer | Unheard, Frame | null> {
  let lost: Rest = { again: null, frames: [] }
  for (let restarts = 0; restarts <= RESTARTS; restarts += 1) {
    const request: Request = { ...requestFor(call, dialect, dialect.read, question(item, extra)), ...more }
    const first = yield request
    if (!first) return { unheard: restarts === 0 ? request : 'to the end' }
    if (controlOf(first) & REFUSED)
      return { refused: refusalOf(dataOf(first), dialect.errors), frames: [first] }
    if (!(controlOf(first) & MORE)) return { data: valuesOf(first, dialect), frames: [first] }
    const rest: Rest =
      dialect.followUp === null
        ? yield* askRestUnnumbered(call, dialect, item, first)
        : yield* askRest(call, dialect, dialect.followUp, item, first)
    if (!('again' in rest)) return rest
    lost = rest
  }
  return lost.again === null ? { unheard: 'to the end' } : { refused: lost.again, frames: lost.frames }
}

/** Follow-up frames carry their own sequence number as the last byte; the first answer has none (7.2). */
function* askRest(
  call: Call,
  dialect: Dialect,
  followUp: ReadControl,
  item: string,
  first: Frame,
): Generator<Request, Rest, Frame | null> {
  const frames = [first]
  const parts = [valuesOf(first, dialect)]
  const last = dialect.table.find(item) ? LAST_SEQUENCE.ofKnownLength : LAST_SEQUENCE.ofAny
  for (let sequence = 1; sequence <= last; sequence += 1) {
    const request = requestFor(call, dialect, followUp, question(item, [sequence]), sequence)
    const frame = yield { ...request, goesOn: true }
    if (!frame) return { again: null, frames }
    frames.push(frame)
    if (controlOf(frame) & REFUSED) {
      const { code, text } = refusalOf(dataOf(frame), dialect.errors)
      return { again: { code, rule: 'V-F9', text: `part ${sequence} of ${item}: ${text}` }, frames }
    }
    parts.push(valuesOf(frame, dialect).subarray(0, -1))
    if (!(controlOf(frame) & MORE)) return { data: joined(parts), frames }
  }
  const text = `${item} goes on after ${last} follow-up frames`
  return { refused: { code: 'FRAME_LENGTH', rule: 'V-F9', text }, frames }
}

/** The function that asks for the rest without a number. */
const UNNUMBERED = 0x02
/** More parts than any meter of the edition without numbers has to send. */
const MOST_UNNUMBERED = 32

/**
 * The 1997 request for the rest carries no number, so a lost or doubled part cannot be told from the right one. Each
 * part is asked for once, and the whole is read twice: only what came twice alike, cut alike, is believed.
 */
function* askRestUnnumbered(
  call: Call,
  dialect: Dialect,
  item: string,
  first: Frame,
): Generator<Request, Rest, Frame | null> {
  const once = yield* askParts(call, dialect, item, first)
  if (!Array.isArray(once)) return once
  const again = yield requestFor(call, dialect, dialect.read, question(item))
  if (!again || controlOf(again) & REFUSED) return { again: null, frames: once }
  const twice = yield* askParts(call, dialect, item, again)
  if (!Array.isArray(twice)) return twice
  const [one, other] = [once, twice].map(frames => frames.map(frame => hexOf(frame.bytes)).join(' '))
  if (one === other) return { data: joined(once.map(frame => valuesOf(frame, dialect))), frames: once }
  const text = `${item} came in parts without numbers, and twice asked they were not the same`
  return { again: { code: 'METER_BUSY', rule: 'V-F9', text }, frames: [...once, ...twice] }
}

function* askParts(
  call: Call,
  dialect: Dialect,
  item: string,
  first: Frame,
): Generator<Request, Frame[] | Rest, Frame | null> {
  const frames = [first]
  for (let frame: Frame = first; controlOf(frame) & MORE; ) {
    if (frames.length > MOST_UNNUMBERED) {
      const text = `${item} goes on after ${MOST_UNNUMBERED} follow-up frames`
      return { refused: { code: 'FRAME_LENGTH', rule: 'V-F9', text }, frames }
    }
    const next = yield { ...requestFor(call, dialect, UNNUMBERED, question(item)), safeToRepeat: false }
    if (!next) return { again: null, frames }
    if (controlOf(next) & REFUSED) {
      const { code, text } = refusalOf(dataOf(next), dialect.errors)
      return { again: { code, rule: 'V-F9', text: `part ${frames.length} of ${item}: ${text}` }, frames }
    }
    frames.push(next)
    frame = next
  }
  return frames
}

function valuesOf(frame: Frame, dialect: Dialect): Uint8Array {
  return dataOf(frame, dialect.itemBytes)
}

/** Every normal answer begins with the identifier asked, and a numbered part ends with its number. */
function requestFor(
  call: Call,
  dialect: Dialect,
  control: ReadControl,
  asked: Uint8Array,
  sequence?: number,
): Request {
  const item = asked.length === dialect.itemBytes ? asked : asked.subarray(0, dialect.itemBytes)
  return {
    bytes: readBytes(call.address, control, asked, preambleOf(call.traits)),
    safeToRepeat: true,
    whyNot: frame =>
      wrongControl(controlOf(frame), control) ??
      wrongAddress(addressOf(frame), call) ??
      (controlOf(frame) & REFUSED ? null : wrongItem(dataOf(frame), item, sequence)),
  }
}

/**
 * V-F3: an answer is the request's control code with D7 set, and D6 if refused or D5 if more follow. What a meter
 * sends unasked (9F, or an answer about its report word) fits no question, here or by its item.
 */
export function wrongControl(control: number, asked: number): Mismatch | null {
  if (!(control & FROM_METER))
    return {
      rule: 'V-F3',
      text: `control ${hexByte(control)} comes from a master: our echo, or a second master`,
    }
  const flags = control & (MORE | REFUSED)
  if ((control ^ flags) === (asked | FROM_METER) && flags !== (MORE | REFUSED)) return null
  return { rule: 'V-F3', text: `control ${hexByte(control)} does not answer ${hexByte(asked)}` }
}

/** V-F4. Only who asks a wildcard may be answered under another address (5.2.2). */
export function wrongAddress(got: string, { address: asked, traits }: Call): Mismatch | null {
  const isWildItself = got === asked && asked.includes('AA')
  const fits = answersFor(asked, got) && !(isWildItself && quirkOf(traits, 'wildcard-answer') === 'own')
  return fits ? null : { rule: 'V-F4', text: `answer of meter ${got}, asked was ${asked}` }
}

/** V-F5. Without an identifier an answer cannot be proven ours. */
function wrongItem(data: Uint8Array, item: Uint8Array, sequence: number | undefined): Mismatch | null {
  if (!item.every((byte, at) => data[at] === byte)) {
    const got = writtenOf(data.subarray(0, item.length))
    return {
      rule: 'V-F5',
      text: `answer about ${got === '' ? 'nothing' : got}, asked was ${writtenOf(item)}`,
    }
  }
  if (sequence === undefined) return null
  const last = data.length > item.length ? data.at(-1) : undefined
  if (last === sequence) return null
  return {
    rule: 'V-F5',
    text: `part ${last ?? 'without a number'} of ${writtenOf(item)}, asked was part ${sequence}`,
  }
}
