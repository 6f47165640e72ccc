/** What of an order others are told when it changes: billing, and whoever notifies customers (PR-60, P-12). Pure; UTC ms. */

import { latenessOf, waitedMs } from './lateness.ts'
import type { Because, Cut, Order, Restore, Wanted } from './order.ts'
import type { CutState, Lateness } from './states.ts'

/** What billing is to take the order for. A cut that nothing proves is none. */
export const TAKEN_FOR = ['not-cut', 'unknown', 'cut', 'restoring', 'restored'] as const
export type TakenFor = (typeof TAKEN_FOR)[number]

/** An order as it is after the change. */
export interface OrderChange
  extends Pick<Wanted, 'account' | 'meter' | 'reason' | 'ticket' | 'batch' | 'isRehearsal'>,
    Pick<Order, 'kind' | 'intended' | 'state' | 'since' | 'supersededBy'> {
  readonly order: string
  readonly because: Because | null
  readonly takenFor: TakenFor
  /** Of a restore. */
  readonly service: Service | null
}

export interface Service extends Pick<Restore, 'cause' | 'countsFrom' | 'fieldOrderAt'> {
  readonly lateness: Lateness
  readonly waitedMs: number
}

/** Null where what others can see is as it was before; `before` is null of a new order. */
export function changeOf(before: Order | null, after: Order, at: number): OrderChange | null {
  if (isInward(after) || (before !== null && looksAlike(before, after))) return null
  const { id: order, account, meter, reason, ticket, batch, isRehearsal } = after
  const { kind, intended, state, since, supersededBy, because } = after
  return {
    ...{ order, account, meter, kind, intended, state, since, because, takenFor: takenFor(after) },
    ...{ reason, ticket, batch, isRehearsal, supersededBy },
    service: after.kind === 'restore' ? serviceOf(after, at) : null,
  }
}

export function serviceOf(restore: Restore, at: number): Service {
  const { cause, countsFrom, fieldOrderAt } = restore
  const waited = waitedMs(restore, at)
  return { cause, countsFrom, fieldOrderAt, lateness: latenessOf(waited), waitedMs: waited }
}

/** Between being asked for and leaving a cut goes to and fro each minute, which is nobody else's. */
const INWARD: readonly CutState[] = ['approved', 'armed', 'checking']

function isInward({ kind, state }: Order): boolean {
  return kind === 'cut' && INWARD.some(one => one === state)
}

function looksAlike(before: Order, after: Order): boolean {
  if (before.state !== after.state) return false
  if (before.kind !== 'restore' || after.kind !== 'restore') return true
  const isRaised = (restore: Restore) => restore.fieldOrderAt !== null
  return before.lateness === after.lateness && isRaised(before) === isRaised(after)
}

export function takenFor(order: Order): TakenFor {
  if (order.kind === 'cut') return cutTakenFor(order)
  if (order.state === 'restored') return 'restored'
  // Only who was never cut is restored by a rehearsal.
  return order.state === 'rehearsed' ? 'not-cut' : 'restoring'
}

function cutTakenFor({ state, sent }: Cut): TakenFor {
  if (state === 'confirmed') return 'cut'
  if (state === 'sending') return 'unknown'
  return state === 'superseded' && sent !== null ? 'restoring' : 'not-cut'
}
