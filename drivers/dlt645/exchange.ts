/** One question to a meter and all frames of its answer. */

import type { Call, Frame, Mismatch, Refusal, Request } from '../../src/driver-api/driver.ts'
import { answersFor } from './address.ts'
import { hexByte, joined, wireOf, writtenOf } from './bytes.ts'
import type { Dialect } from './dialect.ts'
import { refusalOf } from './error-words.ts'
import { addressOf, controlOf, dataOf, FROM_METER, MORE, REFUSED, requestBytes } from './frame.ts'

/** The data without identifier and sequence numbers, or why there are none; with the frames that brought it. */
export type Answer =
  | { readonly data: Uint8Array; readonly frames: readonly Frame[] }
  | { readonly refused: Refusal; readonly frames: readonly Frame[] }

/** Sequence numbers of follow-up requests run from 1 to 255 (7.2), but no item of the tables fills more than six frames. */
const LAST_SEQUENCE = 16

/** Null when the meter did not answer, or not to the end. `selection` follows the identifier, where it takes one. */
export function* askItem(
  call: Call,
  dialect: Dialect,
  item: string,
  selection: Uint8Array = new Uint8Array(0),
): Generator<Request, Answer | null, Frame | null> {
  const first = yield request(call.address, dialect.read, dialect, joined([wireOf(item), selection]), null)
  if (!first) return null
  if (controlOf(first) & REFUSED)
    return { refused: refusalOf(dataOf(first), dialect.errors), frames: [first] }
  const data = dataOf(first).subarray(dialect.itemBytes)
  if (!(controlOf(first) & MORE)) return { data, frames: [first] }
  return yield* askRest(call, dialect, item, first, data)
}

/** Follow-up frames carry their own sequence number as the last byte; the first answer has none (7.2). */
function* askRest(
  call: Call,
  dialect: Dialect,
  item: string,
  first: Frame,
  data: Uint8Array,
): Generator<Request, Answer | null, Frame | null> {
  const frames = [first]
  const parts = [data]
  if (dialect.followUp === null) {
    const text = `${item} comes in several frames, which this edition does not number`
    return { refused: { code: 'METER_REFUSED', rule: 'V-F9', text }, frames }
  }
  for (let sequence = 1; sequence <= LAST_SEQUENCE; sequence += 1) {
    const question = joined([wireOf(item), Uint8Array.of(sequence)])
    const frame = yield request(call.address, dialect.followUp, dialect, question, sequence)
    if (!frame) return null
    frames.push(frame)
    if (controlOf(frame) & REFUSED) {
      const { code, text } = refusalOf(dataOf(frame), dialect.errors)
      return { refused: { code, rule: 'V-F9', text: `part ${sequence} of ${item}: ${text}` }, frames }
    }
    parts.push(dataOf(frame).subarray(dialect.itemBytes, -1))
    if (!(controlOf(frame) & MORE)) return { data: joined(parts), frames }
  }
  const text = `${item} goes on after ${LAST_SEQUENCE} follow-up frames`
  return { refused: { code: 'FRAME_LENGTH', rule: 'V-F9', text }, frames }
}

/** Every normal answer begins with the identifier of the question and ends with the sequence number, if one is asked. */
function request(
  address: string,
  control: number,
  dialect: Dialect,
  question: Uint8Array,
  sequence: number | null,
): Request {
  const item = question.subarray(0, dialect.itemBytes)
  return {
    bytes: requestBytes(address, control, question),
    safeToRepeat: true,
    whyNot: frame =>
      wrongControl(controlOf(frame), control) ??
      wrongAddress(addressOf(frame), address) ??
      (controlOf(frame) & REFUSED ? null : wrongItem(dataOf(frame), item, sequence)),
  }
}

/** V-F3: an answer is the request's control code with D7 set, and D6 if refused or D5 if more follow. */
function wrongControl(control: number, asked: number): Mismatch | null {
  if (!(control & FROM_METER))
    return {
      rule: 'V-F3',
      text: `control ${hexByte(control)} comes from a master: our echo, or a second master`,
    }
  const answers = [asked | FROM_METER, asked | FROM_METER | MORE, asked | FROM_METER | REFUSED]
  if (answers.includes(control)) return null
  return { rule: 'V-F3', text: `control ${hexByte(control)} does not answer ${hexByte(asked)}` }
}

/** V-F4. Only who asks a wildcard may be answered under another address (5.2.2). */
function wrongAddress(got: string, asked: string): Mismatch | null {
  return answersFor(asked, got) ? null : { rule: 'V-F4', text: `answer of meter ${got}, asked was ${asked}` }
}

/** V-F5. Without an identifier an answer cannot be proven ours. */
function wrongItem(data: Uint8Array, item: Uint8Array, sequence: number | null): Mismatch | null {
  const asked = writtenOf(item)
  const got = writtenOf(data.subarray(0, item.length))
  if (got !== asked)
    return { rule: 'V-F5', text: `answer about ${got === '' ? 'nothing' : got}, asked was ${asked}` }
  if (sequence === null) return null
  const last = data.length > item.length ? data.at(-1) : undefined
  return last === sequence
    ? null
    : { rule: 'V-F5', text: `part ${last ?? 'without a number'} of ${asked}, asked was part ${sequence}` }
}
