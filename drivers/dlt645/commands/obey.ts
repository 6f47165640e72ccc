/** Telling a meter to do something: one request that is never repeated, its answer checked as strictly as a read's. */

import type { Obeyed } from '../../../src/driver-api/command.ts'
import type {
  Call,
  Conversation,
  Frame,
  Mismatch,
  Refusal,
  Request,
  Span,
} from '../../../src/driver-api/driver.ts'
import type { DecodedPoint } from '../../../src/driver-api/frame.ts'
import { wrongAddress, wrongControl } from '../conversations/exchange.ts'
import type { Dialect } from '../dialect.ts'
import { preambleOf, quirkOf } from '../quirks.ts'
import { BROADCAST } from '../wire/address.ts'
import { hexByte, hexOf } from '../wire/bytes.ts'
import { commandRefusal } from '../wire/error-words.ts'
import { addressOf, controlOf, dataOf, HEADER, MORE, REFUSED, requestBytes } from '../wire/frame.ts'
import { secretsIn } from '../wire/secrets.ts'

export interface Order {
  readonly control: number
  /** Without the offset. */
  readonly data: Uint8Array
  /** Where `data` hold a password or a key. */
  readonly secret?: Span
  /** Sent here, where that is not to the meter of the call. */
  readonly to?: string
  /** Null when an answer of this address may be the meter's; where it is not simply the one asked. */
  readonly from?: (address: string) => string | null
  /** Null when the data of a normal answer are those that say yes; bare yes where nothing is given. */
  readonly yes?: (data: Uint8Array) => Mismatch | null
  /** What the answer says beyond yes. */
  readonly says?: (data: Uint8Array) => readonly DecodedPoint[]
  /** Asked in the moment it would leave: why it must not any more. */
  readonly whyStay?: () => Refusal | null
}

/** What holds a time is made when the line lets it leave; its length and its kind are known before. */
export type OrderMade = Order | (() => Order)

/** Sends once. What comes of it is the meter's word; whether it did as told is for a read to find out. */
export function* obey(call: Call, dialect: Dialect, made: OrderMade): Conversation<Obeyed> {
  const order = typeof made === 'function' ? made() : made
  const kept = keptBack()
  const frame = yield orderRequest(call, made, kept.stayed)
  if (!frame && kept.why) return notSent(kept.why)
  if (!frame) return { outcome: 'unanswered', refused: null, says: [], frames: [] }
  // An answer may bring a new password back.
  const frames = secretsIn(frame.bytes).length > 0 ? [] : [frame]
  const data = dataOf(frame)
  if (controlOf(frame) & REFUSED)
    return { outcome: 'refused', refused: commandRefusal(order.control, data, dialect), says: [], frames }
  return { outcome: 'done', refused: null, says: order.says?.(data) ?? [], frames }
}

/** Sent to all meters of the line, or to one in the form nobody answers (5.2.2). */
export function* tellAll(call: Call, made: OrderMade, to: string = BROADCAST): Conversation<Obeyed> {
  const order = typeof made === 'function' ? () => ({ ...made(), to }) : { ...made, to }
  const kept = keptBack()
  const request = orderRequest(call, order, kept.stayed)
  yield withLateBytes(request, { isUnanswered: true, whyNot: nobodyAnswers })
  return kept.why ? notSent(kept.why) : { outcome: 'sent', refused: null, says: [], frames: [] }
}

/** What ends before a byte of it has left. */
export function notSent(why: Refusal): Obeyed {
  return { outcome: 'not-sent', refused: why, says: [], frames: [] }
}

/** Hears from the line that a request never left. Silence of the line is no such word. */
function keptBack(): { readonly why: Refusal | null; readonly stayed: (why: Refusal) => void } {
  let told: Refusal | null = null
  return {
    get why() {
      return told
    },
    stayed(why) {
      told = why
    },
  }
}

/** A spread would read the bytes too early. */
function withLateBytes(request: Request, changes: Partial<Request>): Request {
  return Object.defineProperties({} as Request, {
    ...Object.getOwnPropertyDescriptors(request),
    ...Object.getOwnPropertyDescriptors(changes),
  })
}

export function orderRequest(call: Call, made: OrderMade, stayed?: Request['stayed']): Request {
  const order = typeof made === 'function' ? made() : made
  const preamble = preambleOf(call.traits)
  const first = preamble + HEADER
  const bytesOf = ({ control, data, to = call.address }: Order) => requestBytes(to, control, data, preamble)
  let bytes = typeof made === 'function' ? null : bytesOf(made)
  return {
    get bytes() {
      bytes ??= bytesOf(typeof made === 'function' ? made() : made)
      return bytes
    },
    safeToRepeat: false,
    whyNot: frame => whyNotObeyed(frame, call, order),
    ...(order.secret ? { secretBytes: [first + order.secret[0], first + order.secret[1]] as const } : {}),
    ...(order.whyStay ? { whyStay: order.whyStay } : {}),
    ...(stayed ? { stayed } : {}),
  }
}

function whyNotObeyed(frame: Frame, call: Call, order: Order): Mismatch | null {
  const control = controlOf(frame)
  const wrong = wrongControl(control, order.control) ?? wrongSender(addressOf(frame), call, order)
  if (wrong || control & REFUSED) return wrong
  if (control & MORE) return { rule: 'V-F3', text: `control ${hexByte(control)} has more to say than yes` }
  return order.yes ? order.yes(dataOf(frame)) : notBare(dataOf(frame), call)
}

function wrongSender(address: string, call: Call, { from }: Order): Mismatch | null {
  if (!from) return wrongAddress(address, call)
  const wrong = from(address)
  return wrong === null ? null : { rule: 'V-F4', text: wrong }
}

function notBare(data: Uint8Array, { traits }: Call): Mismatch | null {
  return data.length === 0 || quirkOf(traits, 'acknowledgement') === 'any'
    ? null
    : { rule: 'V-F6', text: `${data.length} data bytes where yes has none` }
}

/** The answer must bring back these bytes and no others. Never shows them: they may be a password. */
export function echoOf(expected: Uint8Array): NonNullable<Order['yes']> {
  return data =>
    hexOf(data) === hexOf(expected)
      ? null
      : { rule: 'V-F5', text: `the answer does not bring back the ${expected.length} bytes it should` }
}

const nobodyAnswers = (): Mismatch => ({ rule: 'V-F3', text: 'what is sent to all has no answer' })
