/** An exchange as the log of frames tells it, at level trace; secrets of the question are shown nowhere. */

import type { Log } from '../core/log.ts'
import type { Driver } from '../driver-api/driver.ts'
import type { Exchange } from './asker.ts'
import { hexWithout, secretsOf } from './secrets.ts'

export function traceExchange(log: Log, lineId: string, exchange: Exchange, driver: Driver): Exchange {
  const { request, frame, others, sentAt, receivedAt, outcome, stayed } = exchange
  if (stayed) {
    log.trace({ lineId, code: outcome }, 'not sent')
    return exchange
  }
  const shown = (bytes: Uint8Array) => hexWithout(bytes, secretsOf(bytes, driver, request))
  log.trace({ lineId, hex: hexWithout(request.bytes, secretsOf(request.bytes, driver, request)) }, 'sent')
  for (const other of others)
    log.trace({ lineId, code: other.outcome, hex: shown(other.reply ?? new Uint8Array(0)) }, 'heard')
  if (frame) log.trace({ lineId, hex: shown(frame.bytes), ms: (receivedAt ?? sentAt) - sentAt }, 'received')
  else if (outcome !== 'sent') log.trace({ lineId, code: outcome }, 'no answer')
  return exchange
}
