/**
 * The store as everybody else writes to it while orders may be under way: what a payment, a protection or an exchange forbids can leave no more
 * by the time it is answered (PR-63), and a meter that was heard is not kept waiting for its restore (P-15).
 */

import type { Store } from '../store/store.ts'
import type { Order } from '../supply/order/order.ts'
import type { Supplying } from './supplying.ts'

export interface GuardedStore {
  readonly store: Store
  /** From when on there is something to be guarded. */
  guard(supplying: Pick<Supplying, 'forbid' | 'reachable'>): void
}

export function guardStore(inner: Store): GuardedStore {
  let supplying: Pick<Supplying, 'forbid' | 'reachable'> | null = null
  /** Where it is not said of whom it is, all cuts wait for their next check. */
  const forbid = (act: object) => {
    const account = 'account' in act ? act.account : null
    supplying?.forbid((order: Order) => account === null || order.account === account)
  }
  const own: Pick<Store, 'post' | 'safeguard' | 'pair' | 'accept'> = {
    async post(asked) {
      const posted = await inner.post(asked)
      if (asked.act.kind !== 'prices') forbid(asked.act)
      return posted
    },
    async safeguard(asked) {
      const posted = await inner.safeguard(asked)
      // That it is not so forbids nothing.
      if (asked.act.kind !== 'declared' || asked.act.is) forbid(asked.act)
      return posted
    },
    async pair(asked) {
      const revision = await inner.pair(asked)
      forbid(asked)
      return revision
    },
    async accept(round) {
      const accepted = await inner.accept(round)
      if (round.exchanges.some(({ outcome }) => outcome === 'answered'))
        void supplying?.reachable(round.meter)
      return accepted
    },
  }
  // What is told anew each time it is asked for stays so.
  const store: Store = Object.assign(Object.create(inner) as Store, own)
  return {
    store,
    guard(given) {
      supplying = given
    },
  }
}
