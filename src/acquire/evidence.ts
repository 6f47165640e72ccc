/** A conversation's exchanges as evidence: what was said, and by which rule an answer was no value. */

import type { RawRefusal } from '../driver-api/driver.ts'
import type { Exchange } from '../line/asker.ts'
import type { ExchangeRecord } from '../reading/exchange.ts'

/** The exchanges in order, so that a reading's index finds its own; what else was heard follows behind. */
export function recordsOf(exchanges: readonly Exchange[], refusals: readonly RawRefusal[]): ExchangeRecord[] {
  const answers = exchanges.map(exchange => recordOf(exchange, refusals))
  return [...answers, ...exchanges.flatMap(({ others }) => others)]
}

function recordOf(
  { request, frame, sentAt, receivedAt, outcome }: Exchange,
  refusals: readonly RawRefusal[],
): ExchangeRecord {
  const broken = frame && refusals.find(refusal => refusal.frames.includes(frame))
  return {
    request: masked(request.bytes, request.secretBytes),
    reply: frame?.bytes ?? null,
    sentAt,
    receivedAt,
    outcome: broken ? (broken.refused.rule ?? broken.refused.code) : outcome,
  }
}

/** Passwords never reach the store. */
function masked(bytes: Uint8Array, secret: readonly [number, number] | undefined): Uint8Array {
  return secret ? bytes.map((byte, index) => (index >= secret[0] && index < secret[1] ? 0 : byte)) : bytes
}
