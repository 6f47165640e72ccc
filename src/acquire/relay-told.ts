/** What became of one order, as the desk tells it. */

import type { Failure } from '../core/faults.ts'
import type { Driver, Refusal } from '../driver-api/driver.ts'
import type { RelayAnswer } from '../driver-api/relay.ts'
import type { Exchange } from '../line/asker.ts'
import { toldIn } from '../line/guard/leaving.ts'
import type { Conversed } from '../line/line.ts'
import { hexWithout, secretsOf } from '../line/secrets.ts'
import type { Look } from '../supply/order/look.ts'
import { relayTold } from './relay-look.ts'

export interface Told {
  /** `not-sent`: not one byte left, nor will. `silent`: it left, and nobody knows more. */
  readonly outcome: 'accepted' | 'refused' | 'not-sent' | 'silent'
  readonly why: Refusal | null
  /** When its first byte left, UTC ms; null where none did. */
  readonly sentAt: number | null
  /** What was read right after it; null where nothing was. The number is that of the look before, on the same held line. */
  readonly after: Look | null
  /** In the driver's own words; null where it was not asked. */
  readonly answer: RelayAnswer | null
  /** Every frame of it in order, passwords replaced. */
  readonly frames: readonly FrameShown[]
}

export interface FrameShown {
  readonly way: 'sent' | 'received'
  readonly at: number
  readonly hex: string
}

interface About {
  readonly driver: Driver
  readonly address: string
  /** As it told right before; null where it did not, or is in doubt. */
  readonly number: string | null
  readonly offsetMinutes: number
  readonly now: number
}

export function notSent({ code, text }: Failure): Told {
  const why = { code, text }
  return { outcome: 'not-sent', why, sentAt: null, after: null, answer: null, frames: [] }
}

export function toldOf(talked: Conversed<RelayAnswer>, about: About): Told {
  const { result: answer, exchanges } = talked
  // Whether it left is known by the line; nobody else's word counts for that.
  const order = exchanges.find(({ request, stayed }) => !stayed && toldIn(request.bytes).length > 0)
  const isSent = order !== undefined
  const outcome = !isSent
    ? 'not-sent'
    : answer.outcome === 'refused'
      ? 'refused'
      : answer.outcome === 'accepted' || (answer.outcome === 'done' && order.frame !== null)
        ? 'accepted'
        : 'silent'
  return {
    outcome,
    why: isSent ? whyTold(answer) : whyStayed(talked),
    sentAt: isSent ? order.sentAt : null,
    after: afterOf(answer, about),
    answer,
    frames: exchanges.flatMap(exchange => shown(exchange, about.driver)),
  }
}

/** What kept the bytes back knows better than the driver, which only had no answer. */
function whyStayed({ result, exchanges, fault }: Conversed<RelayAnswer>): Refusal | null {
  return exchanges.findLast(({ stayed }) => stayed)?.stayed ?? result.why ?? fault
}

/** A meter that keeps power refuses with the bit of a wrong password (prepaid.md §7): what it said of itself before tells. */
function whyTold({ why, before }: RelayAnswer): Refusal | null {
  if (why?.code !== 'METER_NOT_AUTHORISED' || before?.isKeptPowered !== true) return why
  return { ...why, code: 'METER_REFUSED', text: `the meter keeps power, and refuses with: ${why.text}` }
}

function afterOf({ after }: RelayAnswer, { address, number, offsetMinutes, now }: About): Look | null {
  if (!after) return null
  const relay = relayTold(after, offsetMinutes)
  return { at: now, address, number, register: null, clockErrorMs: null, ...relay }
}

function shown({ request, frame, stayed, sentAt, receivedAt }: Exchange, driver: Driver): FrameShown[] {
  if (stayed) return []
  const hexOf = (bytes: Uint8Array) => hexWithout(bytes, secretsOf(bytes, driver, request))
  const sent: FrameShown = { way: 'sent', at: sentAt, hex: hexOf(request.bytes) }
  return frame ? [sent, { way: 'received', at: receivedAt ?? sentAt, hex: hexOf(frame.bytes) }] : [sent]
}
