/** What the doors may ask of orders. Where none are configured nobody is cut (PR-50), and where there never was one there is none of it. */

import type {
  OrderAsked,
  OrderOne,
  OrderPosted,
  OrderShown,
  OrdersAsked,
  OrdersPage,
  ShowAsked,
  SupplyState,
} from '../store/order/asked.ts'
import type { Policy } from '../supply/policy/policy.ts'

export interface OrderDoors {
  /** Resolves when what was asked is synced to disk, and what it forbids can leave no more (PR-63, PR-66). */
  ask(asked: Omit<OrderAsked, 'moment'>): Promise<OrderPosted>
  /** What may be approved, as it is now: to have seen it is written down. Null where there is no such order. */
  show(asked: Omit<ShowAsked, 'moment'>): Promise<OrderShown | null>
  /** Null where there is no such order. */
  one(order: string): Promise<OrderOne | null>
  list(asked: OrdersAsked): Promise<OrdersPage>
  /** The kill switch, its file too, and the fuse. */
  state(): Promise<SupplyState & { readonly hasStopFile: boolean | null }>
  /** False: without a configuration of orders there are restores alone (P-15). */
  readonly takesCuts: boolean
  readonly isRehearsal: boolean
  /** Pairs of scopes that no key may hold both of: `approval.apart` of the policy. */
  readonly apart: Policy['approval']['apart']
}
