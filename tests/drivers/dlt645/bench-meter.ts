/** A meter for conversations: answers by identifier from a list, with frame building of its own. */

import type { Call, Conversation, Frame, Request, Traits } from '../../../src/driver-api/driver.ts'
import { bytesOf } from './vectors.ts'

const FOLLOW_UP = 0x12

const low = (hex: string) => bytesOf(hex).toReversed()

/** A frame from its parts; `data` in wire order without the offset. */
export function frameBytes(address: string, control: number, data: Uint8Array): Uint8Array {
  const body = [0x68, ...low(address), 0x68, control, data.length, ...data.map(byte => (byte + 0x33) & 0xff)]
  return Uint8Array.from([...body, body.reduce((sum, byte) => sum + byte, 0) & 0xff, 0x16])
}

export const frame = (address: string, control: number, data: string): Frame => ({
  bytes: frameBytes(address, control, bytesOf(data)),
})

export interface Asked {
  readonly address: string
  readonly control: number
  /** Identifier, high byte first. */
  readonly item: string
  /** What follows the identifier. */
  readonly extra: readonly number[]
}

/** Reads a request back without the driver's help. */
export function askedIn(request: Request, itemBytes: number): Asked {
  const bytes = request.bytes.subarray(request.bytes.indexOf(0x68))
  const data = bytes.slice(10, -2).map(byte => (byte - 0x33) & 0xff)
  const hex = (part: Uint8Array) => Buffer.from(part.toReversed()).toString('hex').toUpperCase()
  return {
    address: hex(bytes.slice(1, 7)),
    control: bytes[8]!,
    item: hex(data.slice(0, itemBytes)),
    extra: [...data.slice(itemBytes)],
  }
}

/**
 * Data by identifier, wire order, as hex: a string answers, "ERR 02" refuses, null is silent, a list answers in order
 * of asking. What is not listed is refused as "no requested data".
 */
export type Holdings = Readonly<Record<string, string | null | (string | null)[]>>

export interface Talk<Result> {
  readonly result: Result
  /** Identifiers in the order they were asked. */
  readonly asked: readonly string[]
}

/** Holds a conversation to its end, the meter silent from `goneAt` on; frames that are no answer by the driver's own rules never reach it. */
export function talk<Result>(
  conversation: Conversation<Result>,
  holdings: Holdings,
  { itemBytes = 4, address, goneAt }: { itemBytes?: 4 | 2; address?: string; goneAt?: string } = {},
): Talk<Result> {
  const asked: string[] = []
  const times = new Map<string, number>()
  let isGone = false
  let step = conversation.next()
  while (!step.done) {
    if (asked.length > 1000) throw new Error('the conversation does not end')
    const question = askedIn(step.value, itemBytes)
    const key = [question.item, ...question.extra.map(byte => `#${byte}`)].join(' ')
    asked.push(key)
    const held = holdings[key]
    const turn = times.get(key) ?? 0
    times.set(key, turn + 1)
    const data = Array.isArray(held) ? held[Math.min(turn, held.length - 1)] : held
    isGone ||= key === goneAt
    const answer = isGone ? null : answerTo(question, data, address)
    if (answer && step.value.whyNot(answer)) throw new Error(`no answer: ${step.value.whyNot(answer)?.text}`)
    step = conversation.next(answer)
  }
  return { result: step.value, asked }
}

function answerTo(question: Asked, data: string | null | undefined, address?: string): Frame | null {
  const from = address ?? question.address
  if (data === null) return null
  if (data === undefined) return frame(from, question.control | 0xc0, '02')
  if (data.startsWith('ERR')) return frame(from, question.control | 0xc0, data.slice(4))
  const more = data.startsWith('MORE') ? 0x20 : 0
  const head = Buffer.from(question.item, 'hex').reverse().toString('hex')
  // Only the answer to a follow-up question repeats its number; what selects load records is not repeated.
  const repeated = question.control === FOLLOW_UP ? question.extra : []
  const tail = repeated.map(byte => byte.toString(16).padStart(2, '0')).join('')
  return frame(from, question.control | 0x80 | more, head + data.replace('MORE ', '') + tail)
}

export function callOf(traits: Traits = {}, address = '123456789012', refusedBefore: string[] = []): Call {
  return { address, sequence: () => 0, traits, refusedBefore: new Set(refusedBefore) }
}
