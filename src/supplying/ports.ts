/** What carrying out orders needs of others: where they are kept, and the way to the meters. */

import type { Answered, OrderEvent } from '../supply/order/events.ts'
import type { Look } from '../supply/order/look.ts'
import type { Intended, Order } from '../supply/order/order.ts'
import type { Stepped } from '../supply/order/refusal.ts'

/** Each step is one transaction with its entry in the journal: where that cannot be written there is no step (PR-65). */
export interface OrderStore {
  /** All to which something may still happen (`isStanding`), in the order they were asked for. */
  open(): Promise<readonly Order[]>
  /** Those of them that `wakesAt` by now; asked once a second. */
  due(): Promise<readonly Order[]>
  /** What `next` makes of it as it is kept now. */
  step(id: string, event: OrderEvent): Promise<Stepped>
  /**
   * Of a cut under its check: all that is known now is gathered, checked with the look, and what comes of it is written and synced.
   * `sending` is the only state in which its frame may leave. `look` is null where the meter did not answer.
   */
  send(id: string, look: Look | null, deadline: number): Promise<Stepped>
}

export interface Desk {
  /** Nobody else has the meter's line until the work is done. Throws where there is no way to the meter now. */
  held<Result>(meter: string, urgency: Urgency, work: (held: Held) => Promise<Result>): Promise<Result>
}

/** Restores go before everything else on a line. */
export type Urgency = 'restore' | 'cut' | 'look'

export interface Held {
  /** Null where the meter does not answer; to throw is the same. */
  look(): Promise<Look | null>
  /** Why the meter's relay knows no such order; null where it does. */
  whyNot(intended: Intended): string | null
  /** One frame, once. Where it throws nobody knows whether it left. */
  order(released: Released): Promise<Omit<Answered, 'type'>>
}

/** What of a stored order leaves, and until when. */
export interface Released {
  readonly order: string
  readonly attempt: number
  readonly intended: Intended
  readonly operator: string
  /** The meter is not to obey after it, UTC ms. */
  readonly deadline: number
  /** Asked right before the first byte, in the same turn; what it forbids does not leave. */
  readonly mayLeave: () => boolean
}
