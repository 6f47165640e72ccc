/** One request on the wire and what came of it: the contract that a bus and a multiplexed link both keep. */

import type { Failure, FaultCode } from '../core/faults.ts'
import type { Driver, Frame, Refusal, Request } from '../driver-api/driver.ts'
import type { ExchangeRecord } from '../reading/exchange.ts'

export interface Asker {
  /** Sends once and waits for the frame that answers. Never rejects: silence is an outcome. */
  ask(request: Request, driver: Driver, replyWithinMs: number): Promise<Exchange>
  /** Resolves when nothing more can belong to the conversation that ends here. */
  settle(driver: Driver): Promise<void>
  heard(bytes: Uint8Array): void
  /** The port was set anew between two questions: so long a character takes now, ms. */
  retime?(characterMs: number): void
  /** The link went down; what is under way ends unanswered. */
  down(): void
  /** Of all bytes heard those of a box on the way, which are no meter's. */
  readonly boxBytes?: number
}

/** Filled in while the exchange lasts; final once its conversation has settled. */
export interface Exchange {
  readonly request: Request
  frame: Frame | null
  readonly sentAt: number
  receivedAt: number | null
  /** 'sent': to all meters, none of which answers. */
  outcome: 'answered' | 'sent' | FaultCode
  /** Why not one byte of it left; missing where something was sent. */
  readonly stayed?: Refusal
  /** From the last byte of the question to the first of the answer, ms, where it was answered; as far as that is known. */
  tookMs?: number
  /** A second, different answer to the same question came: a collision, or two meters of one address (PR-44). */
  doubled: boolean
  /** Its answer equals, byte for byte, one to another question shortly before, on a link where nothing tells them apart. */
  copied?: boolean
  /** The end of its time was noticed late: its answer may have come in time, and nobody knows when (PR-34). */
  heldUp?: true
  /** Frames heard meanwhile that were no answer, as evidence; the first few. */
  readonly others: ExchangeRecord[]
  /** Whom it was asked, once its line has noted it. */
  meter?: string | undefined
}

/** An exchange as it begins: nothing heard yet. */
export function newExchange(request: Request, sentAt: number): Exchange {
  const outcome = request.isUnanswered ? 'sent' : 'LINE_SILENT'
  return {
    request,
    frame: null,
    sentAt,
    receivedAt: null,
    outcome,
    doubled: false,
    copied: false,
    others: [],
    meter: undefined,
  }
}

/** One that never begins; whoever asked is told that nothing left. */
export function stayedExchange(request: Request, at: number, why: Refusal): Exchange {
  request.stayed?.(why)
  return { ...newExchange(request, at), outcome: why.code, stayed: why }
}

/** Why nothing leaves over a link that is down. */
export const LINK_DOWN: Refusal = { code: 'LINE_CLOSED', text: 'the line was down before anything was sent' }

/** Growing counts since the start of the daemon. */
export interface Counters {
  requests: number
  answers: number
  /** Requests without an answer in time, after no retry is left. */
  timeouts: number
  retries: number
  /** Good frames that answered another question (rule V-F3 … V-F6). */
  strays: number
  /** Answers that came after their time-out (rule V-F8). */
  lates: number
  echoes: number
  /** Frames with bad checksum, start, end. */
  broken: number
  /** Times the beginning of a frame had to be looked for among other bytes. */
  resyncs: number
  noiseBytes: number
  /** Two different answers to one question. */
  doubled: number
  bytesOut: number
  bytesIn: number
  /** Wire and waiting time used, ms. */
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
    resyncs: 0,
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

/** A second, different answer to a question: counted, and kept as evidence. */
export function keepContradiction(
  exchange: Exchange,
  reply: Uint8Array,
  at: number,
  counters: Counters,
): void {
  exchange.doubled = true
  counters.doubled += 1
  keepOther(exchange, reply, at, 'V-F10')
}

/** What was heard so far with what has just been heard. */
export function heardSoFar(before: Uint8Array, more: Uint8Array): Uint8Array {
  if (before.length === 0) return more
  const joined = new Uint8Array(before.length + more.length)
  joined.set(before)
  joined.set(more, before.length)
  return joined
}

/** Why a request had no answer, in words; null when it was answered. */
export function faultOf({ outcome, stayed, others }: Exchange, meter: string): Failure | null {
  if (outcome === 'answered' || outcome === 'sent') return null
  if (stayed && stayed !== LINK_DOWN) return { code: stayed.code, text: stayed.text }
  if (outcome === 'LINE_SILENT') return { code: outcome, text: `${meter} did not answer` }
  if (outcome === 'LINE_CLOSED') return { code: outcome, text: `the line was down when ${meter} was asked` }
  const heard = others.map(other => other.outcome).join(', ')
  return {
    code: outcome,
    text: `no good answer of ${meter}${heard === '' ? '; only noise came' : `; heard: ${heard}`}`,
  }
}
