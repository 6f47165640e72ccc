/** Orders in the store of one directory: what is asked of them, and what money and protections make of them. */

import type { DatabaseSync } from 'node:sqlite'
import { Fault, isPassing } from '../../core/faults.ts'
import type { Order } from '../../supply/order/order.ts'
import type { Damage } from '../damage.ts'
import { DAEMON, requireWhole } from '../journal/deed.ts'
import type { Journal } from '../journal/journal.ts'
import type { Levelling } from '../ledger/levelling.ts'
import type { OnceOnly } from '../ledger/once.ts'
import { isOutOfReserve } from '../reserve.ts'
import type { SafeguardEntry } from '../safeguard/entry.ts'
import type { Transaction } from '../statements.ts'
import type { Writer } from '../writer.ts'
import type { OrderCalls } from './asked.ts'
import { followMoney, followSafeguards } from './following.ts'
import { type HeldOpenParts, heldOpenOf } from './held-open.ts'
import { createKeeping } from './keeping.ts'
import { createOrdering } from './ordering.ts'
import { createOrders } from './orders.ts'
import { relightPaid, relightStanding } from './relit.ts'
import type { OrderRules } from './rules.ts'
import type { StandingParts } from './standing.ts'

export interface SupplyParts
  extends Omit<StandingParts, 'orders' | 'rules'>,
    Pick<HeldOpenParts, 'auditTurns'> {
  readonly database: DatabaseSync
  readonly damage: Pick<Damage, 'found'>
  readonly journal: Pick<Journal, 'add'>
  readonly onceOnly: OnceOnly
  readonly transaction: Transaction
  readonly offsetMinutes: number
  readonly rules: OrderRules
  readonly write: Writer['write']
}

export interface Supply {
  readonly paid: Levelling
  readonly safeguarded: (entry: SafeguardEntry, now: number) => void
  readonly calls: OrderCalls
}

export function createSupply(given: SupplyParts): Supply {
  const { database, damage, epoch, rules, write, isWritable, safeguards, ledger } = given
  const orders = createOrders(database, damage, epoch)
  const keeping = createKeeping({ ...given, orders })
  const { archive, transaction } = given
  const following = { orders, keeping, ledger, safeguards, epoch, archive, rules, policy: rules.policy }
  const ordering = createOrdering({ ...given, ...following })
  return {
    paid: followMoney(following),
    safeguarded: followSafeguards(following),
    calls: {
      orderAsk(asked) {
        const { caller, now: at, act } = asked
        requireWhole({ ...caller, at, action: act.kind, subject: 'order', facts: {} })
        if (!isWritable() && !isOutOfReserve(act))
          throw new Fault('STORE_FULL', 'there is no room for orders')
        return write('entering what was asked of orders', () => ordering.orderAsk(asked))
      },
      orderShow(asked) {
        requireWhole({ ...asked.caller, at: asked.now, action: 'show', subject: 'order', facts: {} })
        return write('noting what was shown', () => ordering.orderShow(asked))
      },
      orderOne(id) {
        const kept = orders.kept(id)
        return kept && { ...kept, heldOpen: heldOpenOf(given, kept.order) }
      },
      orderPage: orders.page,
      supplyState: () => ({ stopped: orders.stopped(), fuse: orders.fuse(), search: orders.search() }),
      ordersOpen(now) {
        const { orders: sound, damaged } = orders.allOpen()
        if (damaged.length === 0) return sound
        whereThereIsRoom(() =>
          write('restoring by damaged orders', () => transaction(() => relightStanding(following, now))),
        )
        return orders.open()
      },
      // What is kept back for a full store is not written full of cuts that wait for room.
      ordersDue(now) {
        const due = orders.due(now)
        const isSafe = (order: Order) => order.kind === 'restore' || order.sent !== null
        return due.every(isSafe) || isWritable() ? due : due.filter(isSafe)
      },
      ordersDark: orders.dark,
      darkSearch(search, at) {
        const { endedAt, open, unseen } = search
        // One that was broken off goes on: who paid since its first beginning has paid.
        const beganAt = orders.search()?.beganAt ?? search.beganAt
        const facts = { beganAt, endedAt, open: open.map(({ meter }) => meter), unseen: unseen.length }
        write('noting who was seen dark', () =>
          transaction(() => {
            const noted = { ...search, beganAt }
            keeping.state('search', noted, { at, event: 'dark-search', caller: DAEMON, facts })
            for (const seen of orders.search()?.open ?? []) {
              const pairing = archive().pairingAt(seen.meter, at)
              if (pairing?.account) relightPaid(following, seen, pairing.account, at)
            }
          }),
        )
      },
      orderStep: (...asked) => write('stepping an order', () => ordering.orderStep(...asked)),
      orderSend: asked => write('checking an order', () => ordering.orderSend(asked)),
    },
  }
}

/** What cannot be written now is written at another time; it is no reason to tell nothing of what there is. */
function whereThereIsRoom(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!isPassing(error)) throw error
  }
}
