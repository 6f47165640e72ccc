/** Finding meters whose addresses nobody knows, and what each of them serves (2007 5.2.2, 7.4; 1997 by a read). */

import type {
  AddressRule,
  Call,
  Capabilities,
  Conversation,
  Discovery,
  Frame,
  Identity,
  Mismatch,
  Request,
} from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { isRefusal } from '../encodings/decoding.ts'
import { textOf } from '../encodings/encodings.ts'
import { layOut } from '../items/answer.ts'
import { pointOf } from '../items/item-table.ts'
import { answersFor } from '../wire/address.ts'
import { hexByte, writtenOf } from '../wire/bytes.ts'
import { addressOf, controlOf, dataOf, FROM_METER } from '../wire/frame.ts'
import { readBytes } from '../wire/read-frame.ts'
import { CAPABILITIES } from './capabilities.ts'
import { type Answer, askItem } from './exchange.ts'
import { createHearing, type Hearing, hear, isUnanswered } from './hearing.ts'
import { readItem } from './read.ts'

/** Any single meter. */
const ANYONE = 'AAAAAAAAAAAA'
const READ_ADDRESS = 0x13
const DIGITS = /^[0-9]{12}$/

export function discoveryOf(dialect: Dialect): Discovery {
  return {
    anyone: ANYONE,
    narrow,
    identify: call =>
      dialect.protocol === 'dlt645-2007' ? identify2007(dialect, call) : identify1997(dialect, call),
    capabilities: call => capabilities(dialect, call),
    addressRules: (call, neighbours) => addressRules(dialect, call, neighbours),
    identityItems: CAPABILITIES[dialect.protocol].identity,
    auditItems: CAPABILITIES[dialect.protocol].audit,
  }
}

/**
 * One byte more from the low end: a hundred addresses, since AA stands for whole bytes of two digits. Firmware of 1997 is
 * known that wants three real bytes at least; to go there at once would take a million questions, so it is asked like
 * every other and stays unresolved where it does not answer, until somebody gives the low digits of a meter to begin with.
 */
function narrow(address: string): readonly string[] {
  const wild = /^(?:AA)+/.exec(address)?.[0] ?? ''
  if (wild === '') return []
  const real = address.slice(wild.length)
  return Array.from({ length: 100 }, (_, byte) => `${wild.slice(2)}${String(byte).padStart(2, '0')}${real}`)
}

/** Command 13 is for AA alone; meters without it, and shortened addresses, are asked for a register, as all reads may be. */
function* identify2007(dialect: Dialect, call: Call): Conversation<Identity | null> {
  if (call.address === ANYONE) {
    const frame = yield readAddress()
    if (frame) return identityOf(writtenOf(dataOf(frame)), [frame])
  }
  const answer = yield* askItem(call, dialect, '04000401')
  if (!answer) return null
  const own = headerOf(answer)
  if (DIGITS.test(own)) return identityOf(own, answer.frames)
  // Some meters answer a wildcard under the wildcard; then only what they hold as their address tells it.
  const held = 'data' in answer ? writtenOf(answer.data) : ''
  return answersFor(call.address, held) ? identityOf(held, answer.frames) : null
}

/**
 * There is no command for it: any read to AA is answered under the real address, a refusal too. Of a meter that answers
 * under AA only its number is known, which is its address on most meters: it is when it answers to it.
 */
function* identify1997(dialect: Dialect, call: Call): Conversation<Identity | null> {
  const answer = (yield* askItem(call, dialect, 'C032')) ?? (yield* askItem(call, dialect, '9010'))
  if (!answer) return null
  const own = headerOf(answer)
  if (DIGITS.test(own)) return identityOf(own, answer.frames)
  const number = 'data' in answer ? writtenOf(answer.data) : ''
  if (!DIGITS.test(number) || !answersFor(call.address, number)) return null
  const proof = yield* askItem({ ...call, address: number }, dialect, '9010')
  return proof && headerOf(proof) === number ? identityOf(number, [...answer.frames, ...proof.frames]) : null
}

function identityOf(address: string, frames: readonly Frame[]): Identity | null {
  return DIGITS.test(address) ? { address, frames } : null
}

function headerOf({ frames: [frame] }: Answer): string {
  return frame ? addressOf(frame) : ''
}

/** The answer names the address twice, in its header and in its data (7.4). */
function readAddress(): Request {
  return {
    bytes: readBytes(ANYONE, READ_ADDRESS, new Uint8Array(0)),
    safeToRepeat: true,
    whyNot(frame): Mismatch | null {
      const control = controlOf(frame)
      if (control !== (READ_ADDRESS | FROM_METER))
        return { rule: 'V-F3', text: `control ${hexByte(control)} does not answer ${hexByte(READ_ADDRESS)}` }
      const told = writtenOf(dataOf(frame))
      if (!DIGITS.test(told)) return { rule: 'V-F6', text: `"${told}" is no address` }
      return answersFor(addressOf(frame), told)
        ? null
        : { rule: 'V-F4', text: `meter ${addressOf(frame)} says its address is ${told}` }
    },
  }
}

/** Real bytes of the shortened addresses asked: the shortest, what firmware of 1997 wants at least, all but one. */
const REAL_BYTES = [0, 1, 3, 5]

function* addressRules(
  dialect: Dialect,
  call: Call,
  neighbours: readonly string[],
): Conversation<readonly AddressRule[]> {
  const rules: AddressRule[] = []
  const item = dialect.protocol === 'dlt645-2007' ? '04000401' : 'C032'
  for (const real of REAL_BYTES) {
    const asked = 'AA'.repeat(6 - real) + call.address.slice(12 - 2 * real)
    if (neighbours.some(address => answersFor(asked, address))) continue
    const answer = yield* askItem({ ...call, address: asked, traits: {} }, dialect, item)
    rules.push({ asked, answeredUnder: answer && headerOf(answer) })
  }
  return rules
}

/**
 * Null when the meter does not answer, or has gone. What comes in a layout the table cannot read is as good as refused;
 * what a meter is silent to is asked twice, between questions that it answers.
 */
function* capabilities(dialect: Dialect, call: Call): Conversation<Capabilities | null> {
  const { items, facts: factItems } = CAPABILITIES[dialect.protocol]
  const serves: string[] = []
  const refuses: string[] = []
  const facts: Record<string, string> = {}
  let followUp: boolean | null = null
  const hearing = createHearing(call, dialect)
  if (!(yield* isThere(dialect, hearing))) return null
  for (const [item, selection] of new Map([
    ...items,
    ...(call.traits.blocks ?? []).map(block => [block, []] as const),
  ])) {
    const answer = yield* hear(hearing, item, item, selection)
    if (!answer && !(yield* isThere(dialect, hearing))) return null
    if (!answer || isUnanswered(answer)) continue
    // Of several frames: they came to their end, or a part was refused.
    if (answer.frames.length > 1) followUp = 'data' in answer
    const list = serving(dialect, item, answer) ? serves : refuses
    list.push(item)
  }
  for (const item of factItems) {
    const layout = dialect.table.find(item)
    const point = layout && pointOf(layout, 0)
    if (!point) continue
    const read = yield* readItem(dialect, hearing, item, [point])
    if (!read && !(yield* isThere(dialect, hearing))) break
    const [first] = read ?? []
    if (first && 'value' in first) facts[item] = textOf(first.value)
  }
  const { unanswered } = hearing
  const silentTo = unanswered.flatMap(({ name }) => name ?? []).filter(name => !factItems.includes(name))
  return { serves, refuses, silentTo, unanswered, followUp, facts }
}

/** By the register every meter has; the time, where that had no answer. */
function* isThere(dialect: Dialect, hearing: Hearing): Conversation<boolean> {
  const register = dialect.protocol === 'dlt645-2007' ? '00010000' : '9010'
  const [, time = dialect.clock] = dialect.clock.split('+')
  return ((yield* hear(hearing, register, null)) ?? (yield* hear(hearing, time, null))) !== null
}

function serving(dialect: Dialect, item: string, answer: Answer): boolean {
  if ('refused' in answer) return false
  const layout = dialect.table.find(item)
  // Memories answer with the identifier alone while they are empty; they are served all the same.
  if (!layout) return true
  return answer.data.length > 0 && !isRefusal(layOut(layout, answer.data))
}
