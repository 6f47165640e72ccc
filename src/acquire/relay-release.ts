/** What an order leaves by: made of a stored order whose sending is written down, good for one frame. */

import type { Refusal } from '../driver-api/value.ts'
import type { Intended } from '../supply/order/order.ts'

/** A stored order whose next frame is written down and synced as about to leave (PR-58). */
export interface Sending {
  readonly id: string
  readonly state: 'sending'
  /** Which frame of this order: a restore may have several, a cut has one. From 1. */
  readonly attempts: number
  readonly meter: string
  readonly address: string
  readonly intended: Intended
  readonly sent: {
    /** After it no meter that looks at deadlines obeys, UTC ms. */
    readonly deadline: number
    /** Eight hex digits. */
    readonly operator: string
  }
}

/** Only `releaseOf` makes one; it opens one line for one frame. */
export interface Release {
  readonly order: string
  readonly attempt: number
}

interface Held {
  readonly sending: Sending
  readonly whyStay: () => Refusal | null
}

const held = new WeakMap<Release, Held>()

/** `whyStay` is asked in the moment the first byte would leave: a payment acknowledged by then says no (PR-63). */
export function releaseOf(sending: Sending, whyStay: () => Refusal | null): Release {
  const release: Release = Object.freeze({ order: sending.id, attempt: sending.attempts })
  held.set(release, { sending, whyStay })
  return release
}

/** Takes it: it opens nothing a second time. Null where it was taken, or nobody made it. */
export function takeRelease(release: Release): Held | null {
  const taken = held.get(release) ?? null
  held.delete(release)
  return taken
}
