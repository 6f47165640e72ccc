/** Requests of one device: made, rested between, and asked again where its exception says that this may help. */

import type { Call, Conversation, Frame, Request } from '../../src/driver-api/driver.ts'
import { type Awaited, awaitedBy, whyNot } from './awaited.ts'
import { exceptionNamed, type ModbusException } from './exceptions.ts'
import type { Framing, ReadPdu } from './framing.ts'
import { EXCEPTION_BIT } from './functions.ts'

/** A busy device is asked again after a second, so often in all. */
const BUSY_RESTS_MS = 1_000
const TRIES = 3

export interface Asked {
  readonly pdu: ReadPdu
  readonly awaited: Awaited
}

/** A question, which changes nothing and may be repeated. */
export function requestFor(framing: Framing, call: Call, { pdu, awaited }: Asked, restMs?: number): Request {
  const bytes = framing.wrap(Number(call.address), pdu, call.sequence)
  const rest = restMs ?? call.traits.gapMs
  const isAnswer = (frame: Frame) => whyNot(framing, bytes, awaited, frame)
  return rest === undefined
    ? { bytes, whyNot: isAnswer, safeToRepeat: true }
    : { bytes, whyNot: isAnswer, safeToRepeat: true, restMs: rest }
}

/** Asks, and asks again where the device is busy. Null when nothing came. */
export function* ask(framing: Framing, call: Call, asked: Asked): Conversation<Frame | null> {
  const frame = yield requestFor(framing, call, asked)
  return yield* insisting(framing, call, asked, frame)
}

/** The same with a first answer that is here already. */
export function* insisting(
  framing: Framing,
  call: Call,
  asked: Asked,
  first: Frame | null,
): Conversation<Frame | null> {
  let frame = first
  for (let tries = 1; tries < TRIES && frame && wantsAgain(framing, frame); tries++)
    frame = yield requestFor(framing, call, asked, BUSY_RESTS_MS)
  return frame
}

/** Asks for a PDU nobody has prepared. */
export function askPdu(framing: Framing, call: Call, pdu: ReadPdu): Conversation<Frame | null> {
  return ask(framing, call, { pdu, awaited: awaitedBy(pdu) })
}

export function wantsAgain(framing: Framing, frame: Frame): boolean {
  return exceptionIn(framing, frame)?.remedy === 'again'
}

/** A meter that was silent behind its gateway may yet answer it, which takes that for the answer to the next question. */
export function noteUnheard({ doubt }: Call, exception: ModbusException): void {
  if (exception.code === 'LINE_SILENT') doubt?.inStep(false)
}

export function exceptionIn({ plain, codeAt }: Framing, frame: Frame): ModbusException | null {
  const bytes = plain(frame.bytes)
  return (bytes[codeAt] ?? 0) & EXCEPTION_BIT ? exceptionNamed(bytes[codeAt + 1] ?? 0) : null
}
