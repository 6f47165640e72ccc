/** A conversation's exchanges as evidence: what was said, and by which rule an answer was no value. */

import type { Driver, RawRefusal } from '../driver-api/driver.ts'
import type { Exchange } from '../line/asker.ts'
import { bytesWithout, secretsOf } from '../line/secrets.ts'
import type { ExchangeRecord } from '../reading/exchange.ts'

/**
 * The exchanges in order, so that a reading's index finds its own; what else was heard follows behind. Passwords never
 * reach the store, nor those in a frame that answers somebody else.
 */
export function recordsOf(
  exchanges: readonly Exchange[],
  refusals: readonly RawRefusal[],
  driver: Driver,
): ExchangeRecord[] {
  const records = [
    ...exchanges.map(exchange => recordOf(exchange, refusals)),
    ...exchanges.flatMap(({ others }) => others),
  ]
  const without = (bytes: Uint8Array) => bytesWithout(bytes, secretsOf(bytes, driver))
  return records.map(record => ({
    ...record,
    request: without(record.request),
    reply: record.reply && without(record.reply),
  }))
}

function recordOf(
  { request, frame, sentAt, receivedAt, outcome }: Exchange,
  refusals: readonly RawRefusal[],
): ExchangeRecord {
  const broken = frame && refusals.find(refusal => refusal.frames.includes(frame))
  return {
    request: bytesWithout(request.bytes, request.secretBytes ? [request.secretBytes] : []),
    reply: frame?.bytes ?? null,
    sentAt,
    receivedAt,
    outcome: broken ? (broken.refused.rule ?? broken.refused.code) : outcome,
  }
}
