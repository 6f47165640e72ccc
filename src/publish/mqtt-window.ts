/** Sends messages over one connection with a bounded number of them unacknowledged (PR-13). */

import type { Clock } from '../core/clock.ts'
import { SECOND } from '../core/time.ts'
import type { Connection, How, Outcome } from './mqtt-connection.ts'

export interface Sendable {
  readonly topic: string
  readonly payload: string
}

export interface Sent {
  /** One outcome per message; 'lost' for what was not acknowledged or not sent at all. */
  readonly outcomes: readonly Outcome[]
  /** True when the broker left a message unacknowledged for too long; the connection is of no more use. */
  readonly overdue: boolean
}

/** More in flight only adds latency (measured: 16 to 64 give the full rate). */
const IN_FLIGHT = 20
export const ACKNOWLEDGE_WITHIN_MS = 30 * SECOND

/** Ends when every message has its outcome, the connection ends, or an acknowledgement is overdue. */
export function sendAll(
  connection: Connection,
  messages: readonly Sendable[],
  clock: Clock,
  how: How = 'reading',
): Promise<Sent> {
  const limit = Math.min(IN_FLIGHT, connection.receiveMaximum)
  const outcomes: Outcome[] = messages.map(() => 'lost')
  /** Index of each unacknowledged message and when it was sent, oldest first. */
  const inFlight = new Map<number, number>()
  let next = 0
  return new Promise(resolve => {
    let over = false
    const end = (overdue: boolean) => {
      if (over) return
      over = true
      cancelTimer()
      cancelEnded()
      resolve({ outcomes, overdue })
    }
    const settle = (index: number, outcome: Outcome) => {
      if (over) return
      outcomes[index] = outcome
      inFlight.delete(index)
      if (outcome === 'lost') end(false)
      else fill()
    }
    const fill = () => {
      for (; !over && inFlight.size < limit; next += 1) {
        const message = messages[next]
        if (message === undefined) break
        const index = next
        inFlight.set(index, clock.monotonic())
        connection.publish(message.topic, message.payload, how, outcome => settle(index, outcome))
      }
      if (inFlight.size === 0) end(false)
    }
    /** One timer for all: it looks at the oldest, and again when that one would be due. */
    const look = () => {
      const [oldest = clock.monotonic()] = inFlight.values()
      const left = oldest + ACKNOWLEDGE_WITHIN_MS - clock.monotonic()
      if (left <= 0) end(true)
      else cancelTimer = clock.after(left, look)
    }
    let cancelTimer = clock.after(ACKNOWLEDGE_WITHIN_MS, look)
    const cancelEnded = connection.whenEnded(() => end(false))
    fill()
  })
}
