/** What people ask of orders of supply, what they are answered, and what is shown of them. Times UTC ms. */

import type { FaultCode } from '../../core/faults.ts'
import type { BillingWord } from '../../supply/order/billing.ts'
import type { OrderChange } from '../../supply/order/change.ts'
import type { Change } from '../../supply/order/digest.ts'
import type { OrderEvent } from '../../supply/order/events.ts'
import type { FactsShown } from '../../supply/order/facts-shown.ts'
import type { FuseState } from '../../supply/order/fuses.ts'
import type { OrderInterlock } from '../../supply/order/interlock.ts'
import type { Look } from '../../supply/order/look.ts'
import type { Cut, Order, RestoreCause } from '../../supply/order/order.ts'
import type { Refusal, Stepped } from '../../supply/order/refusal.ts'
import type { Facts } from '../../supply/policy/facts.ts'
import type { Caller } from '../journal/deed.ts'
import type { PostAsked } from '../ledger/asked.ts'

export interface OrderAsked extends Omit<PostAsked, 'act'> {
  readonly act: OrderAct
  readonly moment: Moment
}

/** `order` is the id of one that is there. */
export type OrderAct =
  /** `id`: of the new order, one of its own for each time it is asked. */
  | ({ readonly kind: 'cut'; readonly id: string } & New)
  | ({
      readonly kind: 'restore'
      readonly id: string
      readonly intended: 'close-allowed' | 'closed'
      readonly cause: Extract<RestoreCause, 'asked' | 'wrongful'>
      /** Of a direct close only. */
      readonly confirmation: { readonly how: string; readonly at: number } | null
    } & New)
  /** The digest of what was shown last. */
  | { readonly kind: 'approve'; readonly order: string; readonly digest: string }
  | { readonly kind: 'cancel'; readonly order: string; readonly reason: string }
  /** Out of quarantine, by another than who asked for it. */
  | { readonly kind: 'release'; readonly order: string }
  | Resolved
  /** The kill switch (PR-66). */
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'resume'; readonly reason: string }
  /** The first person asks for it, another one does it. */
  | { readonly kind: 'reset'; readonly reason: string }

interface New {
  readonly account: string
  /** Its id in the meter list. */
  readonly meter: string
  readonly reason: string
  readonly ticket: string | null
  readonly batch: string | null
}

/** What a person found where the meter does not tell; of a restore only that it is done. */
interface Resolved {
  readonly kind: 'resolve'
  readonly order: string
  readonly as: 'executed' | 'not-executed'
  readonly how: string
}

/** What the store does not know by itself. */
export interface Moment {
  readonly gatewayTime: Facts['gatewayTime']
  /** Lines of which most meters are silent; null where nobody knows. */
  readonly outages: readonly string[] | null
  readonly isStoreWell: boolean
  /** Whether the file of the kill switch is there; null where that could not be seen. */
  readonly hasStopFile: boolean | null
}

/** `answer` is JSON; a refusal of an order has its own code and remedy. Both are kept, and answered again to the same key. */
export type OrderPosted =
  | { readonly answer: string }
  | {
      readonly code: FaultCode
      readonly text: string
      readonly request: string
      /** Of ORDER_REFUSED. */
      readonly refusal?: Refusal
    }
  | { readonly reused: true }

export interface ShowAsked {
  readonly order: string
  /** To whom: what was shown to them they, or another, may approve. */
  readonly to: string
  /** The same, for the journal. */
  readonly caller: Caller
  readonly now: number
  readonly moment: Moment
}

export interface OrderShown {
  readonly order: Order
  /** As they are now; null of restores, of orders that are over, and where they are not all known. */
  readonly facts: FactsShown | null
  readonly digest: string | null
  /** What is another than was approved. */
  readonly changes: readonly Change[]
  /** All that was asked now, passed or not; empty of restores and of what has left. */
  readonly interlocks: readonly OrderInterlock[]
}

export interface OrderKept {
  readonly order: Order
  /** In their order; of many the first 20 and the last 80. */
  readonly steps: readonly OrderStep[]
}

/** As one that is looked at. */
export interface OrderOne extends OrderKept {
  /** Null where nothing is known that keeps the customer's button from closing it. */
  readonly heldOpen: HeldOpen | null
}

/** What the meter told last of money it keeps; amounts exact, as it told them. */
export interface HeldOpen {
  readonly remaining: string
  readonly closesAbove: string
  readonly unit: string
  /** Of what is left, UTC ms. */
  readonly readAt: number
  /** Of the allow-close amount, UTC ms. */
  readonly auditedAt: number
  readonly text: string
}

export interface OrderStep {
  /** 1, 2, … of one order. */
  readonly step: number
  readonly at: number
  readonly event: string
  readonly state: Order['state']
  /** Who did it; `daemon` where nobody did. */
  readonly by: string
  /** Of the order after it, 64 hex digits; its entry of the journal has it too. */
  readonly digest: string
  /** Number of that entry. */
  readonly journal: number
}

/** In the order they were asked for, after a number; each of these narrows it. */
export interface OrdersAsked {
  readonly after: number
  /** 1 to 500. */
  readonly limit: number
  readonly account?: string | undefined
  readonly meter?: string | undefined
  readonly kind?: Order['kind'] | undefined
  readonly state?: Order['state'] | undefined
  /** Only those to which something may still happen. */
  readonly isOpen?: boolean | undefined
}

export interface OrdersPage {
  readonly orders: readonly NumberedOrder[]
  /** Ask for what comes after it; null where that is all. */
  readonly reached: number | null
}

export interface NumberedOrder {
  readonly sequence: number
  readonly order: Order
}

/** What stands against all cuts at once. */
export interface SupplyState {
  readonly stopped: { readonly by: string; readonly at: number; readonly reason: string } | null
  readonly fuse: FuseState
  /** Null where none was needed. Without those that were restored since. */
  readonly search: DarkSearch | null
}

export interface ChangesPage {
  /** In recorded order. */
  readonly changes: readonly NumberedChange[]
  /** Ask for what comes after it. */
  readonly reached: number
  readonly hasMore: boolean
}

/** `sequence` is the number of its entry in the journal: it grows, with gaps. */
export interface NumberedChange extends OrderChange {
  readonly sequence: number
  readonly at: number
}

export interface Dark {
  /** Whether any was ever asked for, damaged or not. */
  readonly hasOrders: boolean
  /** By which somebody may sit in the dark: a frame may have left, and nothing restored it since. */
  readonly cuts: readonly Cut[]
  /** Meters with an order that is damaged: nobody knows of them. */
  readonly unknown: readonly string[]
  /** The store was restored from a copy, or rescued, and not all relays have been looked at since. */
  readonly needsSearch: boolean
}

/** Relays that were looked at because the store may lack orders: it was restored from a copy, or rescued. */
export interface DarkSearch {
  readonly beganAt: number
  /** Null while some are still to be looked at. */
  readonly endedAt: number | null
  /** Seen open, and no order of ours tells why. */
  readonly open: readonly SeenOpen[]
  /** Meters that have not answered, or do not tell. */
  readonly unseen: readonly string[]
}

export interface SeenOpen {
  readonly meter: string
  readonly seenAt: number
  /** By the meter's own record: when by its clock, and by which operator code. */
  readonly openedAt: number | null
  readonly operator: string | null
}

export interface SendAsked {
  readonly id: string
  /** Null where the meter did not answer. */
  readonly look: Look | null
  /** What billing answered; null where it is not asked. */
  readonly billing: BillingWord | null
  readonly deadline: number
  readonly at: number
  readonly moment: Moment
}

/** Null where there is no such order. */
export interface OrderCalls {
  orderAsk(asked: OrderAsked): OrderPosted
  orderShow(asked: ShowAsked): OrderShown | null
  orderOne(id: string): OrderOne | null
  orderPage(asked: OrdersAsked): OrdersPage
  supplyState(): SupplyState
  /** Where a restore among them is damaged it is asked for anew. */
  ordersOpen(now: number): readonly Order[]
  /** Those of them of which time makes something by then; cuts that have not left wait while there is no room to write. */
  ordersDue(now: number): readonly Order[]
  ordersDark(): Dark
  darkSearch(search: DarkSearch, at: number): void
  /** By the daemon itself. */
  orderStep(id: string, event: OrderEvent, at: number): Stepped | null
  orderSend(asked: SendAsked): Stepped | null
}

export interface ChangeCalls {
  /** What others are told of orders, after a number; perhaps none though there is more. */
  orderChanges(after: number, limit: number): ChangesPage
  /** Up to which number a follower of this name was told; 0 at first. */
  changesTold(to: string): number
  changesTell(to: string, sequence: number): void
}
