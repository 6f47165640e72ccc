/**
 * A conversation held again, with the answers that are kept: the driver asks what it asked then, and is handed the frames it
 * was handed then. What it asks and nobody answered stays unanswered.
 */

import { sameBytes } from '../core/hex.ts'
import type { Call, Conversation, Driver, Frame, ReadResult, Request } from '../driver-api/driver.ts'
import type { ExchangeRecord } from '../reading/exchange.ts'
import type { Heard } from '../reading/from-raw.ts'

/** How a conversation begins, and in words what it was about. */
export interface Way {
  readonly asks: string
  begin(call: Call): Conversation<ReadResult>
}

export interface Replayed {
  readonly result: ReadResult
  /** In the order of the exchanges, so that an index means the same; null where an exchange was not used. */
  readonly heard: readonly Heard[]
}

/** The exchanges of a round as a driver would have been handed them. */
export interface Tape {
  readonly driver: Driver
  readonly exchanges: readonly Taped[]
}

interface Taped extends Pick<ExchangeRecord, 'sentAt' | 'receivedAt'> {
  readonly request: Uint8Array
  /** Null where nothing answered. */
  readonly frame: Frame | null
}

/** Conversations that ask for more than this have lost their way. */
const MOST_STEPS = 400
/** Frames that answered nothing: heard too late, twice, of another meter, or broken. */
const NO_ANSWER = /^(V-F[12358]|V-F4|V-F10|FRAME_|LINE_)/

export function tapeOf(driver: Driver, exchanges: readonly ExchangeRecord[]): Tape {
  const plain = driver.retrace?.unnumbered ?? ((bytes: Uint8Array) => bytes)
  return {
    driver,
    exchanges: exchanges.map(({ request, reply, sentAt, receivedAt, outcome }) => ({
      request: plain(request),
      frame: reply === null || NO_ANSWER.test(outcome) ? null : { bytes: plain(reply) },
      sentAt,
      receivedAt,
    })),
  }
}

/** The request a way begins with; null where it asks nothing. */
export function firstOf(way: Way, call: Call): Uint8Array | null {
  const step = way.begin(call).next()
  return step.done ? null : step.value.bytes
}

/** Where on the tape a way may begin at or before an exchange, the nearest first. */
export function beginnings({ exchanges }: Tape, first: Uint8Array, carrier: number): readonly number[] {
  return exchanges
    .flatMap(({ request }, place) => (place <= carrier && sameBytes(request, first) ? [place] : []))
    .reverse()
}

/** From an exchange on. The k-th time something is asked, the k-th answer to it is given, and the last one again after that. */
export function replay({ exchanges }: Tape, way: Way, call: Call, from: number): Replayed {
  const given = new Map<Frame, number>()
  const taken = new Map<string, number>()

  function answerTo({ bytes, whyNot }: Request): Frame | null {
    const fitting = exchanges.flatMap(({ request, frame }, place) =>
      place >= from && frame !== null && sameBytes(request, bytes) && whyNot(frame) === null ? [place] : [],
    )
    const key = bytes.join()
    const nth = taken.get(key) ?? 0
    const place = fitting[nth] ?? fitting.at(-1)
    const frame = place === undefined ? null : (exchanges[place]?.frame ?? null)
    if (place === undefined || frame === null) return null
    taken.set(key, nth + 1)
    given.set(frame, place)
    return frame
  }

  const conversation = way.begin(call)
  let step = conversation.next()
  for (let steps = 0; !step.done && steps < MOST_STEPS; steps += 1) {
    const { value: request } = step
    const frame = answerTo(request)
    for (const other of request.alongside ?? []) other.answered(answerTo(other.request))
    step = conversation.next(frame)
  }
  const heard = exchanges.map(({ frame, sentAt, receivedAt }) => ({
    frame: frame !== null && given.has(frame) ? frame : null,
    sentAt,
    receivedAt,
    doubled: false,
  }))
  return { result: step.done ? step.value : { reads: [], refused: [] }, heard }
}
