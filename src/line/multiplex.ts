/** A link whose frames carry transaction numbers (Modbus TCP): several questions at once, late answers tell themselves. */

import type { Clock } from '../core/clock.ts'
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

/** Transaction numbers come round after 65,536; a second answer comes at once or never. */
const ANSWERED_KEPT = 32

interface Pending {
  readonly exchange: Exchange
  readonly answerBy: number
  readonly end: () => void
}

export function createMultiplex(parts: {
  readonly clock: Clock
  readonly counters: Counters
  readonly write: (bytes: Uint8Array) => void
  /** A second, different answer came to a question, perhaps after its conversation was over. */
  readonly contradicted: (exchange: Exchange) => void
}): Asker {
  const { clock, counters, write } = parts
  const pending = new Set<Pending>()
  /** The questions answered last, newest first: a second answer may follow the first. */
  const answered: Exchange[] = []
  let driverInUse: Driver | null = null
  let buffer: Uint8Array = new Uint8Array(0)

  async function ask(request: Request, driver: Driver, replyWithinMs: number): Promise<Exchange> {
    driverInUse = driver
    const stays = request.whyStay?.()
    if (stays) return stayedExchange(request, clock.now(), stays)
    const exchange = newExchange(request, clock.now())
    const sentAt = clock.monotonic()
    counters.requests += 1
    counters.bytesOut += request.bytes.length
    if (request.isUnanswered) {
      write(request.bytes)
      return exchange
    }
    await new Promise<void>(resolve => {
      const waiting: Pending = { exchange, answerBy: sentAt + replyWithinMs, end }
      const cancel = clock.after(replyWithinMs, end)
      function end(): void {
        cancel()
        pending.delete(waiting)
        resolve()
      }
      pending.add(waiting)
      write(request.bytes)
    })
    counters.busyMs += clock.monotonic() - sentAt
    if (exchange.outcome === 'answered') counters.answers += 1
    else counters.timeouts += 1
    return exchange
  }

  function heard(bytes: Uint8Array): void {
    counters.bytesIn += bytes.length
    const input = heardSoFar(buffer, bytes)
    if (!driverInUse) return
    endOver()
    const { frames, noise, broken, rest } = driverInUse.deframe(input, null)
    buffer = rest
    counters.noiseBytes += noise.length
    counters.broken += broken.length
    for (const frame of frames) {
      const waiting = [...pending].find(({ exchange }) => exchange.request.whyNot(frame) === null)
      if (waiting) {
        waiting.exchange.frame = frame
        waiting.exchange.receivedAt = clock.now()
        waiting.exchange.outcome = 'answered'
        answered.unshift(waiting.exchange)
        answered.length = Math.min(answered.length, ANSWERED_KEPT)
        waiting.end()
      } else {
        again(frame)
      }
    }
  }

  /** After a stop of the process bytes may be at hand before the timers that should have given them up (PR-34). */
  function endOver(): void {
    const now = clock.monotonic()
    for (const { answerBy, end } of [...pending]) if (now > answerBy) end()
  }

  /** A number nobody waits for: a second answer (V-F10), the answer to a question given up (V-F8), or nobody's. */
  function again(frame: Frame): void {
    const before = answered.find(({ request }) => request.whyNot(frame) === null)
    if (before?.frame && !sameBytes(before.frame.bytes, frame.bytes)) {
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
      buffer = new Uint8Array(0)
      for (const { exchange, end } of [...pending]) {
        exchange.outcome = 'LINE_CLOSED'
        end()
      }
    },
  }
}
