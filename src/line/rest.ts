/**
 * Whether a connection that the other side closed was cut while it lay idle. Many serial servers close what is idle for
 * two seconds or five minutes; nothing is lost then, and it is opened again when somebody asks.
 */

import type { Clock } from '../core/clock.ts'

/** Idle is what has carried nothing for this long; below the shortest idle time of any box known, ms. */
const IDLE_MS = 1_000

export interface Rest {
  opened(): void
  wrote(): void
  heard(): void
  /** `isAsking`: a conversation is under way. */
  lostNothing(isAsking: boolean): boolean
}

export function createRest(clock: Clock): Rest {
  let openedAt = Number.NEGATIVE_INFINITY
  let trafficAt = Number.NEGATIVE_INFINITY
  let wasUsed = false
  /** A question left for a connection that had lain idle, and nothing came since: they may have crossed. */
  let metIdle = false

  return {
    opened() {
      openedAt = clock.monotonic()
      trafficAt = openedAt
      wasUsed = false
      metIdle = false
    },
    wrote() {
      const now = clock.monotonic()
      metIdle ||= now - trafficAt >= IDLE_MS
      trafficAt = now
      wasUsed = true
    },
    heard() {
      trafficAt = clock.monotonic()
      metIdle = false
    },
    // A box that hangs up on whoever calls has not lain idle: it is a fault, and left alone ever longer.
    lostNothing: isAsking => (isAsking ? metIdle : wasUsed || clock.monotonic() - openedAt >= IDLE_MS),
  }
}
