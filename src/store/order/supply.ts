/** Orders in the store of one directory: what is asked of them, and what money and protections make of them. */

import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../core/faults.ts'
import type { Damage } from '../damage.ts'
import { requireWhole } from '../journal/deed.ts'
import type { Journal } from '../journal/journal.ts'
import type { Levelling } from '../ledger/levelling.ts'
import type { OnceOnly } from '../ledger/once.ts'
import type { SafeguardEntry } from '../safeguard/entry.ts'
import type { Transaction } from '../statements.ts'
import type { Writer } from '../writer.ts'
import type { OrderAct, OrderCalls } from './asked.ts'
import { followMoney, followSafeguards } from './following.ts'
import { createKeeping } from './keeping.ts'
import { createOrdering } from './ordering.ts'
import { createOrders } from './orders.ts'
import { relightStanding } from './relit.ts'
import type { OrderRules } from './rules.ts'
import type { StandingParts } from './standing.ts'

export interface SupplyParts extends Omit<StandingParts, 'orders' | 'rules'> {
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

/** What stops or undoes a cut is taken as long as anything can be written. */
const ALWAYS: readonly OrderAct['kind'][] = ['stop', 'cancel', 'restore', 'resolve']

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
        if (!isWritable() && !ALWAYS.includes(act.kind))
          throw new Fault('STORE_FULL', 'there is no room for orders')
        return write('entering what was asked of orders', () => ordering.orderAsk(asked))
      },
      orderShow(asked) {
        requireWhole({ ...asked.caller, at: asked.now, action: 'show', subject: 'order', facts: {} })
        return write('noting what was shown', () => ordering.orderShow(asked))
      },
      orderOne: orders.kept,
      orderPage: orders.page,
      supplyState: () => ({ stopped: orders.stopped(), fuse: orders.fuse() }),
      ordersOpen(now) {
        if (isWritable() && orders.openDamaged().length > 0)
          write('restoring by damaged orders', () => transaction(() => relightStanding(following, now)))
        return orders.open()
      },
      ordersDue: orders.due,
      ordersDark: orders.dark,
      orderStep: (...asked) => write('stepping an order', () => ordering.orderStep(...asked)),
      orderSend: asked => write('checking an order', () => ordering.orderSend(asked)),
    },
  }
}
