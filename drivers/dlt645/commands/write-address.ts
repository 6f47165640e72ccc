/** A new address for the one meter of a line: who is there is asked first, and the answer must be that meter's. */

import type { Obeyed } from '../../../src/driver-api/command.ts'
import type { Call, Conversation, Frame, Request } from '../../../src/driver-api/driver.ts'
import { askItem } from '../conversations/exchange.ts'
import type { Dialect } from '../dialect.ts'
import { quirkOf } from '../quirks.ts'
import { ANYONE, BROADCAST, isOneMeter } from '../wire/address.ts'
import { wireOf, writtenOf } from '../wire/bytes.ts'
import { addressOf, dataOf } from '../wire/frame.ts'
import type { Wrong } from './arguments.ts'
import { notSent, type Order, obey, orderRequest } from './obey.ts'

/** The meter number, which meters of 1997 without a function for it tell instead of their address. */
const METER_NUMBER_1997 = 'C032'

/** Sent to whoever is there, so the caller has to say that this is meant. */
export function writeAddress(dialect: Dialect, call: Call, to: string): Conversation<Obeyed> | Wrong {
  if (call.address !== ANYONE)
    return { wrong: `an address is written to ${ANYONE}, with one meter on the line, not to ${call.address}` }
  if (!isOneMeter(to)) return { wrong: `a new address is 12 digits other than 999999999999, not "${to}"` }
  return dialect.protocol === 'dlt645-2007' ? write2007(dialect, call, to) : write1997(dialect, call, to)
}

/** 15; the answer comes under the new address (7.5). */
function* write2007(dialect: Dialect, call: Call, to: string): Conversation<Obeyed> {
  const whoIs = yield readAddress(call)
  if (!whoIs) return nobody()
  return yield* obey(call, dialect, {
    control: 0x15,
    data: wireOf(to),
    from: address =>
      address === to ? null : `answer of ${address}, should come under the new address ${to}`,
  })
}

/** 0A; meters answer under the old address or the new. */
function* write1997(dialect: Dialect, call: Call, to: string): Conversation<Obeyed> {
  const answer = yield* alone(askItem(call, dialect, METER_NUMBER_1997))
  const frame = answer?.frames[0]
  if (!frame) return nobody()
  const old = addressOf(frame)
  const order: Order = {
    control: 0x0a,
    data: wireOf(to),
    to: quirkOf(call.traits, 'write-address') === '99' ? BROADCAST : ANYONE,
    from: address =>
      address === to || address === old ? null : `answer of ${address}, should be of ${old} or ${to}`,
  }
  return yield* obey(call, dialect, order)
}

/** The same questions, answered only where nobody else is heard: a second meter may take half a second to begin. */
function* alone<Result>(conversation: Conversation<Result>): Conversation<Result> {
  let step = conversation.next()
  while (!step.done) step = conversation.next(yield { ...step.value, isForOneAlone: true })
  return step.value
}

/** 13: six address bytes, under that address or under AA (7.4). */
function readAddress(call: Call): Request {
  const order: Order = {
    control: 0x13,
    data: new Uint8Array(0),
    yes: data =>
      data.length === 6 ? null : { rule: 'V-F6', text: `${data.length} bytes, an address has 6` },
  }
  const request = orderRequest(call, order)
  return {
    ...request,
    safeToRepeat: true,
    isForOneAlone: true,
    whyNot: frame => request.whyNot(frame) ?? contradicts(frame),
  }
}

function contradicts(frame: Frame): ReturnType<Request['whyNot']> {
  const [head, said] = [addressOf(frame), writtenOf(dataOf(frame))]
  return said.length !== 12 || head === said || head === ANYONE
    ? null
    : { rule: 'V-F4', text: `${head} says that its address is ${said}` }
}

function nobody(): Obeyed {
  const text = 'nobody answers, or several at once; nothing was written'
  return notSent({ code: 'LINE_SILENT', text })
}
