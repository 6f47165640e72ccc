/** Device identification, function 43/14: who made it, which model, which version (clause 6.21), frame after frame. */

import type { Obeyed } from '../../src/driver-api/command.ts'
import type { Call, Conversation, DecodedPoint, Frame } from '../../src/driver-api/driver.ts'
import { askPdu, exceptionIn } from './ask.ts'
import { type Framing, identificationPdu, pduOf } from './framing.ts'

/** Basic, regular and extended objects as a stream; a device without more gives what it has. */
const BASIC = 0x01
const EXTENDED = 0x03
const ILLEGAL_FUNCTION = 0x01
const MORE_FOLLOWS = 0xff
/** No device has so much to say; one that sends its objects round and round is not heard out. */
const MOST_FRAMES = 32

const NAMES: Readonly<Record<number, string>> = {
  0: 'vendor name',
  1: 'product code',
  2: 'revision',
  3: 'vendor URL',
  4: 'product name',
  5: 'model name',
  6: 'application name',
}

/** Asks for everything, and for the basic objects where a device refuses that; not where it knows no function 43. */
export function* identify(framing: Framing, call: Call): Conversation<Obeyed> {
  const all = yield* objectsFrom(framing, call, EXTENDED)
  const [last] = all.frames.slice(-1)
  const knowsNothing = last && pduOf(framing, last.bytes)[1] === ILLEGAL_FUNCTION
  if (all.outcome !== 'refused' || knowsNothing) return all
  const basic = yield* objectsFrom(framing, call, BASIC)
  return { ...basic, frames: [...all.frames, ...basic.frames] }
}

function* objectsFrom(framing: Framing, call: Call, category: number): Conversation<Obeyed> {
  const frames: Frame[] = []
  const says: DecodedPoint[] = []
  let next = 0
  for (let count = 0; count < MOST_FRAMES; count++) {
    const frame = yield* askPdu(framing, call, identificationPdu(category, next))
    if (frame === null) return { outcome: 'unanswered', refused: null, says, frames }
    frames.push(frame)
    const exception = exceptionIn(framing, frame)
    if (exception) {
      const refused = { code: exception.code, text: exception.text }
      return { outcome: 'refused', refused, says, frames }
    }
    const pdu = pduOf(framing, frame.bytes)
    says.push(...objectsIn(pdu))
    const [, , , , more, following = 0] = pdu
    // Whoever goes back would never come to an end.
    if (more !== MORE_FOLLOWS || following <= next) break
    next = following
  }
  return { outcome: 'done', refused: null, says, frames }
}

/** The objects of one answer, as `43:number`. */
export function objectsIn(pdu: Uint8Array): readonly DecodedPoint[] {
  const objects: DecodedPoint[] = []
  let at = 7
  for (let left = pdu[6] ?? 0; left > 0 && at + 2 <= pdu.length; left--) {
    const [number = 0, length = 0] = pdu.subarray(at, at + 2)
    const text = String.fromCharCode(...pdu.subarray(at + 2, at + 2 + length))
    objects.push({
      item: `43:${number}`,
      obis: null,
      name: NAMES[number] ?? `object ${number}`,
      value: text.replace(/[^\x20-\x7e]/g, '?').trim(),
      unit: '',
      at: null,
    })
    at += 2 + length
  }
  return objects
}
