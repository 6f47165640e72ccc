/** Telling a device something: one request that leaves at most once, and what its answer says (clauses 6.5, 6.6, 6.11, 6.12). */

import type { Obeyed } from '../../src/driver-api/command.ts'
import type { Call, Conversation, Refusal, Request } from '../../src/driver-api/driver.ts'
import { exceptionIn } from './ask.ts'
import { awaitedBy, whyNot } from './awaited.ts'
import { type Framing, wordAt } from './framing.ts'

export type Wrong = { readonly wrong: string }

/** Clauses 6.11 and 6.12, and 6.17 for the writing half of function 23. */
export const MOST_COILS = 1968
export const MOST_REGISTERS = 123
export const MOST_WRITTEN_WITH_READ = 121
const BROADCAST = 0

/** Function 5: on or off. */
export function coilPdu(address: number, isOn: boolean): Uint8Array {
  return Uint8Array.of(0x05, address >> 8, address & 0xff, isOn ? 0xff : 0, 0)
}

/** Function 6: two bytes. */
export function registerPdu(address: number, word: Uint8Array): Uint8Array {
  return Uint8Array.of(0x06, address >> 8, address & 0xff, word[0] ?? 0, word[1] ?? 0)
}

/** Function 15: the lowest bit of the first byte is the first coil. */
export function coilsPdu(address: number, states: readonly boolean[]): Uint8Array {
  const data = new Uint8Array((states.length + 7) >> 3)
  for (const [place, isOn] of states.entries())
    if (isOn) data[place >> 3] = (data[place >> 3] ?? 0) | (1 << (place & 7))
  return manyPdu(0x0f, address, states.length, data)
}

/** Function 16: two bytes for each register. */
export function registersPdu(address: number, data: Uint8Array): Uint8Array {
  return manyPdu(0x10, address, data.length >> 1, data)
}

/** Function 23: writes, then reads, in one request. */
export function readWritePdu(
  read: { readonly address: number; readonly quantity: number },
  address: number,
  data: Uint8Array,
): Uint8Array {
  const head = Uint8Array.of(0x17, read.address >> 8, read.address & 0xff, 0, read.quantity)
  const written = manyPdu(0x17, address, data.length >> 1, data)
  return Uint8Array.of(...head, ...written.subarray(1))
}

function manyPdu(code: number, address: number, count: number, data: Uint8Array): Uint8Array {
  return Uint8Array.of(code, address >> 8, address & 0xff, count >> 8, count & 0xff, data.length, ...data)
}

/** What a request writes, as items name it: code 1 coils, 3 registers. */
export function placesWritten(pdu: Uint8Array): {
  readonly code: 1 | 3
  readonly first: number
  readonly count: number
} {
  const [coded] = pdu
  const at = coded === 0x17 ? 5 : 1
  const count = coded === 0x05 || coded === 0x06 ? 1 : wordAt(pdu, at + 2)
  return { code: coded === 0x05 || coded === 0x0f ? 1 : 3, first: wordAt(pdu, at), count }
}

export function equalsItsAnswer([code]: Uint8Array): boolean {
  return code === 0x05 || code === 0x06
}

/** Why this device is not told anything; null when it may be. */
export function whyNobodyIsTold({ address }: Call): string | null {
  return Number(address) === BROADCAST
    ? 'behind gateways unit 0 is every meter of the line at once: nothing is written to it'
    : null
}

/**
 * Sends once; silence, a busy device or a damaged answer do not make it leave again. What comes of it is the device's
 * word: whether it did as told is for a read to find out.
 */
export function* tell(
  framing: Framing,
  call: Call,
  pdu: Uint8Array,
  whyStay?: Request['whyStay'],
): Conversation<Obeyed> {
  let kept: Refusal | null = null
  const bytes = framing.wrap(Number(call.address), pdu, call.sequence)
  const awaited = awaitedBy(pdu)
  const { gapMs } = call.traits
  const frame = yield {
    bytes,
    whyNot: answer => whyNot(framing, bytes, awaited, answer),
    safeToRepeat: false,
    stayed: why => {
      kept = why
    },
    ...(gapMs === undefined ? {} : { restMs: gapMs }),
    ...(whyStay ? { whyStay } : {}),
  }
  if (!frame) return { outcome: kept ? 'not-sent' : 'unanswered', refused: kept, says: [], frames: [] }
  const exception = exceptionIn(framing, frame)
  if (exception === null) return { outcome: 'done', refused: null, says: [], frames: [frame] }
  const refused = { code: exception.code, text: exception.text }
  return { outcome: exception.leavesOpen ? 'unanswered' : 'refused', refused, says: [], frames: [frame] }
}
