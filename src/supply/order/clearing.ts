/**
 * What a payment, a hold, a dispute, a protection make of an account's orders: cuts that have not left are withdrawn, what has left is
 * undone. All of it belongs into the transaction of the payment itself (P-13, PR-63). Pure; UTC ms.
 */

import type { ClearCause, OrderEvent } from './events.ts'
import { next } from './next.ts'
import type { Cut, Order, Restore, RestoreCause, Wanted } from './order.ts'
import type { Refused } from './refusal.ts'
import {
  isUncertain,
  possiblyCut,
  type RestoreAsked,
  requestRestore,
  restoreAwaited,
  restoreStanding,
} from './request.ts'
import { CUT_TABLE, isOver } from './table.ts'

export interface Cleared {
  readonly cause: ClearCause
  /** What the payment or the protection is called. */
  readonly reference: string
  /** When it happened where it was made; a payment's own time. */
  readonly happenedAt: number
  /** When it was told here. */
  readonly at: number
}

/**
 * `orders`: all of the account, in the order they were asked for. Answers those that are others now, in that order, new restores last.
 * `newId` names a restore.
 */
export function cleared(orders: readonly Order[], cleared: Cleared, newId: () => string): readonly Order[] {
  const meters = Map.groupBy(orders, ({ meter }) => meter)
  return [...meters.values()].flatMap(ofMeter => [
    ...withdrawn(ofMeter, cleared),
    ...undone(ofMeter, cleared, newId),
  ])
}

/**
 * What a person's order to restore makes of a meter's orders, in the same way; the restore is the last. Where one stands already for the
 * same it is that, as it is.
 */
export function restoring(asked: RestoreAsked): readonly Order[] | Refused {
  const made = requestRestore(asked)
  if ('refused' in made) return made
  const { wanted, earlier } = asked
  const at = wanted.requestedAt
  const cleared = { cause: 'asked', reference: wanted.reason, at } as const
  const isNew = !earlier.includes(made.order)
  const replaced = isNew ? supersededBy(made.order, earlier, at) : []
  return [...withdrawn(earlier, cleared), ...replaced, made.order]
}

/** A cut that has not left, which the kill switch, a blown fuse or a frozen batch makes wait for a decision. */
export function mayBeSetAside(order: Order): boolean {
  return order.kind === 'cut' && Object.hasOwn(CUT_TABLE[order.state], 'stopped')
}

type Withdrawal = Pick<Cleared, 'cause' | 'reference' | 'at'>

function withdrawn(orders: readonly Order[], { cause, reference, at }: Withdrawal): readonly Order[] {
  return orders
    .filter((order): order is Cut => order.kind === 'cut' && order.sent === null && !isOver(order.state))
    .map(order => stepped(order, { type: 'clear', cause, reference }, at))
}

function undone(orders: readonly Order[], cleared: Cleared, newId: () => string): readonly Order[] {
  const { cause, reference, happenedAt, at } = cleared
  const cut = possiblyCut(orders)
  if (cut === null || restoreAwaited(orders) || cause === 'exchange' || cause === 'policy') return []
  const restore = restoreFor(cut, orders, { cause, reference, happenedAt, at }, newId())
  return [...supersededBy(restore, orders, at), restore]
}

/** Looking for what became of a cut ends where its opposite is ordered. */
function supersededBy({ id }: Restore, orders: readonly Order[], at: number): readonly Order[] {
  const standing = restoreStanding(orders)
  const replaced = orders.filter(order => isUncertain(order) || order === standing)
  return replaced.map(order => stepped(order, { type: 'supersede', order: id }, at))
}

function restoreFor(
  cut: Cut,
  earlier: readonly Order[],
  { cause, reference, happenedAt, at }: Cleared & { readonly cause: RestoreCause },
  id: string,
): Restore {
  const { account, meter, address, number, line, transformer, batch, ticket, isRehearsal } = cut
  const wanted: Wanted = {
    ...{ id, account, meter, address, number, line, transformer, batch, ticket, isRehearsal },
    ...{ requestedBy: 'daemon', requestedAt: at, reason: `${cause} ${reference}` },
  }
  const asked = { wanted, intended: 'close-allowed', cause, since: happenedAt, confirmation: null } as const
  const made = requestRestore({ ...asked, earlier })
  if ('refused' in made) throw new Error(`no restore for ${cut.id}: ${made.refused.code}`)
  return made.order
}

function stepped(order: Order, event: OrderEvent, at: number): Order {
  const came = next(order, event, at)
  if ('refused' in came) throw new Error(`${event.type} of ${order.id}: ${came.refused.code}`)
  return came.order
}
