/** The way to the meters, for whoever carries out orders: a line held alone, a look, one frame. */

import type { Answered } from './events.ts'
import type { Look } from './look.ts'
import type { Intended } from './order.ts'

export interface Desk {
  /** Nobody else has the meter's line until the work is done. Throws where there is no way to the meter now. */
  held<Result>(meter: string, urgency: Urgency, work: (held: Held) => Promise<Result>): Promise<Result>
}

/** Restores go before everything else on a line; where it is only looked nothing is ordered, and nobody waits in the dark for it. */
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
