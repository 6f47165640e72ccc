/** Writes orders: what is said anew of one is a step with its entry in the journal, within one transaction (PR-65). */

import type { DatabaseSync } from 'node:sqlite'
import { changeOf } from '../../supply/order/change.ts'
import type { Order } from '../../supply/order/order.ts'
import type { Caller, Facts } from '../journal/deed.ts'
import type { Journal } from '../journal/journal.ts'
import type { OrderStep } from './asked.ts'
import {
  digestOfOrder,
  digestOfState,
  type KeptOrder,
  orderFields,
  type StateName,
  SUPPLY_COLUMNS,
  stateFields,
} from './entry.ts'
import type { Orders } from './orders.ts'

/** One that is tried for weeks has thousands, and each look at it reads them: what is left out is in the journal. */
const FIRST_KEPT = 20
const LAST_KEPT = 80

export interface Keeping {
  /** What only changes when it is looked at next is no step. */
  order(order: Order, step: Step): void
  /** The kill switch or the fuse, with what the journal is told of it. */
  state(name: StateName, facts: object | null, deed: Step): void
}

export interface Step {
  readonly at: number
  /** What happened: `approve`, `send`. */
  readonly event: string
  readonly caller: Caller
  /** What else the journal is told. */
  readonly facts?: Facts
}

export interface KeepingParts {
  readonly database: DatabaseSync
  readonly orders: Orders
  readonly journal: Pick<Journal, 'add'>
  readonly epoch: number
}

export function createKeeping({ database, orders, journal, epoch }: KeepingParts): Keeping {
  const put = (verb: string) =>
    database.prepare(`${verb} INTO supply (${SUPPLY_COLUMNS}) VALUES (${SUPPLY_COLUMNS.map(() => '?')})`)
  const [add, change] = [put('INSERT'), put('REPLACE')]

  function stepTo(order: Order, found: KeptOrder | null, { at, event, caller, facts }: Step): OrderStep {
    const { id, account, meter, kind, state, because, isRehearsal } = order
    const digest = digestOfOrder(order)
    const told = { account, meter, kind, state, because: because?.code ?? null, dryRun: isRehearsal, digest }
    const change = changeOf(found?.order ?? null, order, at)
    const deed = { ...caller, at, action: `order.${event}`, subject: `order ${id}` }
    const entry = journal.add({ ...deed, facts: { ...told, ...facts, ...(change && { change }) } })
    const step = (found?.steps.at(-1)?.step ?? 0) + 1
    return { step, at, event, state, by: caller.actor, digest, journal: entry }
  }

  return {
    order(order, told) {
      const found = orders.kept(order.id)
      const steps = found?.steps ?? []
      const isStep = steps.at(-1)?.digest !== digestOfOrder(order)
      const sequence = found?.sequence ?? orders.lastSequence() + 1
      const write = found ? change : add
      const all = isStep ? shortened([...steps, stepTo(order, found, told)]) : steps
      write.run(...orderFields({ sequence, order, steps: all }))
    },
    state(name, facts, { at, event, caller, facts: told }) {
      const sequence = orders.rowOf(name) ?? orders.lastSequence() + 1
      const kept = { epoch, facts }
      change.run(...stateFields(sequence, name, kept))
      const deed = { ...caller, at, action: `supply.${event}`, subject: 'supply' }
      journal.add({ ...deed, facts: { ...told, digest: digestOfState(kept) } })
    },
  }
}

function shortened(steps: readonly OrderStep[]): readonly OrderStep[] {
  return steps.length > FIRST_KEPT + LAST_KEPT
    ? [...steps.slice(0, FIRST_KEPT), ...steps.slice(-LAST_KEPT)]
    : steps
}
