/** All that is asked of orders in the store's thread. */

import { digestOf, whatChanged } from '../../supply/order/digest.ts'
import type { OrderEvent } from '../../supply/order/events.ts'
import type { Order } from '../../supply/order/order.ts'
import { isOver } from '../../supply/order/table.ts'
import { DAEMON } from '../journal/deed.ts'
import type { OrderCalls, OrderShown, ShowAsked } from './asked.ts'
import { createOrderPosting, cuttingIn, type OrderingParts, selected } from './posting.ts'
import { send, step } from './stepping.ts'

export function createOrdering(
  parts: OrderingParts,
): Pick<OrderCalls, 'orderAsk' | 'orderShow' | 'orderStep' | 'orderSend'> {
  const { transaction } = parts
  return {
    orderAsk: createOrderPosting(parts),
    orderShow: asked => transaction(() => shown(parts, asked)),
    orderStep: (id, event, at) => transaction(() => stepped(parts, id, event, at)),
    orderSend(asked) {
      const cutting = cuttingIn(parts)
      return transaction(() => (cutting ? send(cutting, asked) : stepped(parts, asked.id, OFF, asked.at)))
    },
  }
}

const OFF = { type: 'clear', cause: 'policy', reference: 'supply.orders is not configured' } as const

/** Where nobody is cut whatever comes next takes back what has not left (PR-50). */
function stepped(parts: OrderingParts, id: string, event: OrderEvent, at: number) {
  const order = parts.rules.policy === null ? parts.orders.kept(id)?.order : undefined
  const isBack = order?.kind === 'cut' && order.sent === null && !isOver(order.state)
  return step(parts, id, isBack ? OFF : event, { at, caller: DAEMON })
}

/** What was shown may be approved for a while; that it was is a step, for which a full store has no room: nothing is approved then. */
function shown(parts: OrderingParts, { order: id, to, caller, now, moment }: ShowAsked): OrderShown | null {
  const order = parts.orders.kept(id)?.order
  if (!order) return null
  const cutting = cuttingIn(parts)
  if (!cutting || order.kind !== 'cut' || order.sent !== null || !ASKED.includes(order.state))
    return { order, facts: null, digest: null, changes: [], interlocks: [] }
  const { facts, interlocks } = selected(cutting, order, { moment, now })
  const stepped =
    facts && order.state === 'requested' && parts.isWritable()
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
