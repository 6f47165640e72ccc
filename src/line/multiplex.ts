/** A link whose frames carry transaction numbers (Modbus TCP): several questions at once, late answers tell themselves. */

import type { Clock } from '../core/clock.ts'
import type { Driver, Request } from '../driver-api/driver.ts'
import { type Asker, type Counters, type Exchange, keepOther } from './asker.ts'

interface Pending {
  readonly exchange: Exchange
  readonly end: () => void
}

export function createMultiplex(parts: {
  readonly clock: Clock
  readonly counters: Counters
  readonly write: (bytes: Uint8Array) => void
}): Asker {
  const { clock, counters, write } = parts
  const pending = new Set<Pending>()
  let driverInUse: Driver | null = null
  let buffer: Uint8Array = new Uint8Array(0)

  async function ask(request: Request, driver: Driver, replyWithinMs: number): Promise<Exchange> {
    driverInUse = driver
    const exchange: Exchange = {
      request,
      frame: null,
      sentAt: clock.now(),
      receivedAt: null,
      outcome: 'LINE_SILENT',
      doubled: false,
      others: [],
    }
    const sentAt = clock.monotonic()
    counters.requests += 1
    counters.bytesOut += request.bytes.length
    await new Promise<void>(resolve => {
      const waiting: Pending = { exchange, end }
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
    const input = buffer.length === 0 ? bytes : Buffer.concat([buffer, bytes])
    if (!driverInUse) return
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
        waiting.end()
      } else {
        stray(frame.bytes)
      }
    }
  }

  /** An old transaction number: the answer to a question given up (V-F8), or nobody's. */
  function stray(bytes: Uint8Array): void {
    counters.lates += 1
    const [oldest] = pending
    if (oldest) keepOther(oldest.exchange, bytes, clock.now(), 'V-F8')
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
