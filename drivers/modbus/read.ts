/** The conversation that reads points: spans asked one after the other, answers taken apart, refusals halved. */

import type {
  Call,
  Conversation,
  Frame,
  Mismatch,
  Point,
  RawRead,
  ReadResult,
  Refusal,
  Request,
} from '../../src/driver-api/driver.ts'
import { bitAt, decodeRegisters, floatStepAt } from './encodings.ts'
import { exceptionNamed } from './exceptions.ts'
import type { Framing } from './framing.ts'
import { dataBytes, EXCEPTION_BIT, readsBits } from './functions.ts'
import { type Located, locate } from './items.ts'
import { halves, planSpans, type Span, spanKey, takeNext } from './spans.ts'

export function* read(framing: Framing, call: Call, points: readonly Point[]): Conversation<ReadResult> {
  const reads: RawRead[] = []
  const refused: string[] = []
  const queue = planSpans(located(points, reads), call.traits, call.refusedBefore)
  for (let span = takeNext(queue, null); span !== undefined; span = takeNext(queue, span)) {
    const frame: Frame | null = yield requestFor(framing, call, span)
    if (frame === null) break
    if (!isException(frame, framing)) {
      takeValues(framing, span, frame, reads)
      continue
    }
    const exception = exceptionNamed(frame.bytes[framing.codeAt + 1] ?? 0)
    if (exception.remedy === 'split' && span.points.length > 1) {
      refused.push(spanKey(span))
      queue.unshift(...halves(span))
      continue
    }
    const refusal = { code: exception.code, text: `${exception.text} (asked for ${spanKey(span)})` }
    refuse(span.points, frame, refusal, reads)
    if (exception.remedy === 'later')
      for (const unasked of queue.splice(0)) refuse(unasked.points, frame, refusal, reads)
  }
  return { reads, refused }
}

/** Points with their places; those that name no place are refused at once. */
function located(points: readonly Point[], reads: RawRead[]): Located[] {
  const found: Located[] = []
  for (const point of points) {
    const place = locate(point)
    if ('wrong' in place)
      reads.push({ point, frames: [], refused: { code: 'PROFILE_INVALID', text: place.wrong } })
    else found.push(place)
  }
  return found
}

function requestFor(framing: Framing, call: Call, { code, address, quantity }: Span): Request {
  const question = { unit: Number(call.address), code, address, quantity }
  const bytes = framing.wrap(question, call.sequence)
  return { bytes, whyNot: frame => whyNot(framing, bytes, quantity, frame), safeToRepeat: true }
}

/** Compares a good frame with the question, field by field; each rule in the order an engineer would ask. */
function whyNot(framing: Framing, asked: Uint8Array, quantity: number, frame: Frame): Mismatch | null {
  const { bytes } = frame
  const { codeAt } = framing
  const strayed = framing.strayed(asked, bytes)
  if (strayed !== null) return strayed
  const unit = bytes[codeAt - 1]
  if (unit !== asked[codeAt - 1])
    return { rule: 'V-F4', text: `unit ${unit} answered, ${asked[codeAt - 1]} was asked` }
  const code = asked[codeAt] ?? 0
  const answered = bytes[codeAt] ?? 0
  if ((answered & ~EXCEPTION_BIT) !== code)
    return { rule: 'V-F3', text: `function ${answered & ~EXCEPTION_BIT} answered, ${code} was asked` }
  if (isEcho(asked, bytes)) return { rule: 'V-F3', text: 'our own request came back: an echo, no answer' }
  const length = bytes.length - codeAt - framing.trailer
  if (answered & EXCEPTION_BIT)
    return length === 2 ? null : { rule: 'V-F6', text: `an exception of ${length} bytes instead of 2` }
  const count = dataBytes(code, quantity)
  if (bytes[codeAt + 1] === count && length === count + 2) return null
  return {
    rule: 'V-F6',
    text: `${bytes[codeAt + 1]} announced and ${length - 2} sent of the ${count} bytes asked for`,
  }
}

function isEcho(asked: Uint8Array, bytes: Uint8Array): boolean {
  return asked.length === bytes.length && asked.every((byte, place) => byte === bytes[place])
}

function isException(frame: Frame, { codeAt }: Framing): boolean {
  return ((frame.bytes[codeAt] ?? 0) & EXCEPTION_BIT) !== 0
}

function takeValues(framing: Framing, span: Span, frame: Frame, reads: RawRead[]): void {
  const dataAt = framing.codeAt + 2
  const frames = [frame]
  for (const { point, address, encoding } of span.points) {
    const place = address - span.address
    if (readsBits(span.code)) {
      const value = { digits: BigInt(bitAt(frame.bytes, dataAt, place)), scaler: 0 }
      reads.push({ point, frames, value })
      continue
    }
    const at = dataAt + 2 * place
    const value = decodeRegisters(encoding, frame.bytes, at)
    const floatStep = floatStepAt(encoding, frame.bytes, at)
    if ('code' in value) reads.push({ point, frames, refused: value })
    else reads.push(floatStep ? { point, frames, value, floatStep } : { point, frames, value })
  }
}

function refuse(points: readonly Located[], frame: Frame, refused: Refusal, reads: RawRead[]): void {
  for (const { point } of points) reads.push({ point, frames: [frame], refused })
}
