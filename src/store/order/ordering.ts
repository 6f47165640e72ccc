/** All that is asked of orders in the store's thread. */

import { digestOf, whatChanged } from '../../supply/order/digest.ts'
import type { Order } from '../../supply/order/order.ts'
import { DAEMON } from '../journal/deed.ts'
import type { OrderCalls, OrderShown, ShowAsked } from './asked.ts'
import { createOrderPosting, type OrderingParts, selected } from './posting.ts'
import { send, step } from './stepping.ts'

export function createOrdering(parts: OrderingParts): OrderCalls {
  const { orders, transaction } = parts
  return {
    orderAsk: createOrderPosting(parts),
    orderShow: asked => transaction(() => shown(parts, asked)),
    orderOne: orders.kept,
    orderPage: orders.page,
    supplyState: () => ({ stopped: orders.stopped(), fuse: orders.fuse() }),
    ordersOpen: orders.open,
    ordersDue: orders.due,
    orderStep: (id, event, at) => transaction(() => step(parts, id, event, { at, caller: DAEMON })),
    orderSend: asked => transaction(() => send(parts, asked)),
  }
}

/** What was shown may be approved for a while; that it was is a step. */
function shown(parts: OrderingParts, { order: id, to, caller, now, moment }: ShowAsked): OrderShown | null {
  const order = parts.orders.kept(id)?.order
  if (!order) return null
  if (order.kind !== 'cut' || order.sent !== null || !ASKED.includes(order.state))
    return { order, facts: null, digest: null, changes: [], interlocks: [] }
  const { facts, interlocks } = selected(parts, order, { moment, now })
  const stepped =
    facts && order.state === 'requested'
      ? step(parts, id, { type: 'shown', to, facts }, { at: now, caller })
      : null
  return {
    order: stepped && 'order' in stepped ? stepped.order : order,
    facts,
    digest: facts && digestOf(facts),
    changes: facts && order.approved ? whatChanged(order.approved.facts, facts) : [],
    interlocks,
  }
}

const ASKED: readonly Order['state'][] = ['requested', 'approved', 'armed', 'checking', 'quarantined']
