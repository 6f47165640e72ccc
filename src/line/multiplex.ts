/** A link whose frames carry transaction numbers (Modbus TCP): several questions at once, late answers tell themselves. */

import type { Cancel, Clock } from '../core/clock.ts'
import { sameBytes } from '../core/hex.ts'
import type { Driver, Frame, Request } from '../driver-api/driver.ts'
import {
  type Asker,
  type Counters,
  type Exchange,
  heardSoFar,
  keepContradiction,
  keepOther,
  newExchange,
  stayedExchange,
} from './asker.ts'
import { HELD_UP_MS } from './pending.ts'

/** A second answer comes at once or never: so many answered questions are kept for each that may be under way. */
const ANSWERED_KEPT = 1
const NOTHING = new Uint8Array(0)

interface Pending {
  readonly exchange: Exchange
  readonly sentAt: number
  readonly answerBy: number
  readonly end: (exchange: Exchange) => void
}

export function createMultiplex(parts: {
  readonly clock: Clock
  readonly counters: Counters
  readonly write: (bytes: Uint8Array, request: Request) => void
  /** Most questions under way at once. */
  readonly inFlight: number
  /** A second, different answer came to a question, perhaps after its conversation was over. */
  readonly contradicted: (exchange: Exchange) => void
}): Asker {
  const { clock, counters, write } = parts
  /** In the order they were sent. */
  const pending: Pending[] = []
  /** The questions answered last, in a ring: a second answer may follow the first. */
  const answered: Exchange[] = []
  let answeredAt = 0
  /** How often a question was given up: each time it left it may yet be answered. */
  const givenUp = new WeakMap<Request, number>()
  let driverInUse: Driver | null = null
  let buffer: Uint8Array = NOTHING
  /** One timer for all: left to run when its question is answered, and set anew only for what is then still open. */
  let cancelLook: Cancel | null = null
  let lookAt = Number.POSITIVE_INFINITY

  function ask(request: Request, driver: Driver, replyWithinMs: number): Promise<Exchange> {
    driverInUse = driver
    const stays = request.whyStay?.()
    if (stays) return Promise.resolve(stayedExchange(request, clock.now(), stays))
    const exchange = newExchange(request, clock.now())
    const sentAt = clock.monotonic()
    counters.requests += 1
    counters.bytesOut += request.bytes.length
    if (request.isUnanswered) {
      write(request.bytes, request)
      return Promise.resolve(exchange)
    }
    return new Promise(end => {
      const answerBy = sentAt + replyWithinMs
      pending.push({ exchange, sentAt, answerBy, end })
      if (answerBy < lookAt) lookAgain(answerBy, replyWithinMs)
      write(request.bytes, request)
    })
  }

  function lookAgain(at: number, inMs: number): void {
    cancelLook?.()
    lookAt = at
    cancelLook = clock.after(inMs, look)
  }

  function look(): void {
    cancelLook = null
    lookAt = Number.POSITIVE_INFINITY
    const now = clock.monotonic()
    endOlder(now)
    const next = pending.reduce((first, { answerBy }) => Math.min(first, answerBy), Number.POSITIVE_INFINITY)
    if (next < lookAt) lookAgain(next, Math.ceil(next - now))
  }

  function endOlder(now: number): void {
    for (const { exchange, answerBy } of pending) if (now - answerBy > HELD_UP_MS) exchange.heldUp = true
    endWhere(({ answerBy }) => answerBy <= now)
  }

  function endWhere(isOver: (waiting: Pending) => boolean): void {
    for (const waiting of pending.filter(isOver)) end(waiting)
  }

  function end(waiting: Pending): void {
    const { exchange } = waiting
    pending.splice(pending.indexOf(waiting), 1)
    counters.busyMs += clock.monotonic() - waiting.sentAt
    if (exchange.outcome === 'answered') exchange.tookMs = clock.monotonic() - waiting.sentAt
    if (exchange.outcome === 'answered') counters.answers += 1
    else {
      counters.timeouts += 1
      givenUp.set(exchange.request, (givenUp.get(exchange.request) ?? 0) + 1)
    }
    waiting.end(exchange)
  }

  function heard(bytes: Uint8Array): void {
    counters.bytesIn += bytes.length
    if (!driverInUse) return
    const now = clock.monotonic()
    // After a stop of the process bytes may be at hand before the timer that should have given them up (PR-34).
    if (now > lookAt) endOlder(now)
    const { frames, noise, broken, rest } = driverInUse.deframe(heardSoFar(buffer, bytes), null)
    buffer = rest
    counters.noiseBytes += noise.length
    counters.broken += broken.length
    for (const frame of frames) take(frame)
  }

  function take(frame: Frame): void {
    const waiting = pending.find(({ exchange }) => exchange.request.whyNot(frame) === null)
    if (!waiting) {
      again(frame)
      return
    }
    const { exchange } = waiting
    exchange.frame = frame
    exchange.receivedAt = clock.now()
    exchange.outcome = 'answered'
    answered[answeredAt] = exchange
    answeredAt = (answeredAt + 1) % (ANSWERED_KEPT * parts.inFlight)
    end(waiting)
  }

  /**
   * A number nobody waits for: the answer to another try of the same, a second answer (V-F10), the answer to a question
   * given up (V-F8), or nobody's.
   */
  function again(frame: Frame): void {
    const before = answered.find(({ request }) => request.whyNot(frame) === null)
    const owed = (before && givenUp.get(before.request)) ?? 0
    if (before && owed > 0) {
      givenUp.set(before.request, owed - 1)
      counters.lates += 1
    } else if (before?.frame && !sameBytes(before.frame.bytes, frame.bytes)) {
      keepContradiction(before, frame.bytes, clock.now(), counters)
      parts.contradicted(before)
    } else {
      counters.lates += 1
      const [oldest] = pending
      if (oldest) keepOther(oldest.exchange, frame.bytes, clock.now(), 'V-F8')
    }
  }

  return {
    ask,
    heard,
    settle: () => Promise.resolve(),
    down() {
      buffer = NOTHING
      cancelLook?.()
      cancelLook = null
      lookAt = Number.POSITIVE_INFINITY
      for (const { exchange } of pending) exchange.outcome = 'LINE_CLOSED'
      endWhere(() => true)
    },
  }
}
