/** One request on the wire and what came of it: the contract that a bus and a multiplexed link both keep. */

import type { FaultCode } from '../core/faults.ts'
import type { Driver, Frame, Request } from '../driver-api/driver.ts'
import type { ExchangeRecord } from '../reading/exchange.ts'

export interface Asker {
  /** Sends once and waits for the frame that answers. Never rejects: silence is an outcome. */
  ask(request: Request, driver: Driver, replyWithinMs: number): Promise<Exchange>
  /** Resolves when nothing more can belong to the conversation that ends here. */
  settle(driver: Driver): Promise<void>
  heard(bytes: Uint8Array): void
  /** The link went down; what is under way ends unanswered. */
  down(): void
}

/** Filled in while the exchange lasts; final once its conversation has settled. */
export interface Exchange {
  readonly request: Request
  frame: Frame | null
  readonly sentAt: number
  receivedAt: number | null
  outcome: 'answered' | FaultCode
  /** A second, different answer to the same question came: a collision, or two meters of one address (PR-44). */
  doubled: boolean
  /** Frames heard meanwhile that were no answer, as evidence; the first few. */
  readonly others: ExchangeRecord[]
}

export interface Counters {
  requests: number
  answers: number
  timeouts: number
  retries: number
  strays: number
  lates: number
  echoes: number
  broken: number
  noiseBytes: number
  doubled: number
  bytesOut: number
  bytesIn: number
  busyMs: number
}

export function newCounters(): Counters {
  return {
    requests: 0,
    answers: 0,
    timeouts: 0,
    retries: 0,
    strays: 0,
    lates: 0,
    echoes: 0,
    broken: 0,
    noiseBytes: 0,
    doubled: 0,
    bytesOut: 0,
    bytesIn: 0,
    busyMs: 0,
  }
}

/** More evidence of disturbance than this per exchange tells nothing new. */
const OTHERS_KEPT = 8

export function keepOther(
  exchange: Exchange,
  reply: Uint8Array,
  at: number,
  outcome: ExchangeRecord['outcome'],
): void {
  if (exchange.others.length >= OTHERS_KEPT) return
  exchange.others.push({
    request: exchange.request.bytes,
    reply,
    sentAt: exchange.sentAt,
    receivedAt: at,
    outcome,
  })
}
