/** What carrying out orders needs of whoever keeps them, and of billing; the way to the meters is `Desk` of src/supply/order/desk.ts. */

import type { BillingWord } from '../supply/order/billing.ts'
import type { OrderEvent } from '../supply/order/events.ts'
import type { Look } from '../supply/order/look.ts'
import type { Cut, Order } from '../supply/order/order.ts'
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
   * `sending` is the only state in which its frame may leave.
   */
  send(id: string, seen: Seen): Promise<Stepped>
}

/** What only the last minute tells. */
export interface Seen {
  /** Null where the meter did not answer, or was not asked. */
  readonly look: Look | null
  /** Null where billing is not asked. */
  readonly billing: BillingWord | null
  /** After it the meter is not to obey, UTC ms. */
  readonly deadline: number
}

export interface Billing {
  /** Whether it is still unpaid; what it throws is as good as silence. */
  ask(cut: Cut): Promise<BillingWord>
}
