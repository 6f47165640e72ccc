/** What happens to stored orders, and what follows from it for others: within the transaction of whatever it was. */

import { mayBeSetAside } from '../../supply/order/clearing.ts'
import type { OrderEvent } from '../../supply/order/events.ts'
import { finalCheck } from '../../supply/order/final-check.ts'
import { blownBy } from '../../supply/order/fuses.ts'
import type { OrderInterlock } from '../../supply/order/interlock.ts'
import { next } from '../../supply/order/next.ts'
import type { Order } from '../../supply/order/order.ts'
import { refuse, type Stepped } from '../../supply/order/refusal.ts'
import { DAEMON } from '../journal/deed.ts'
import type { SendAsked } from './asked.ts'
import type { Keeping, Step } from './keeping.ts'
import type { Orders } from './orders.ts'
import { type StandingParts, standingOf } from './standing.ts'

export interface SteppingParts {
  readonly orders: Orders
  readonly keeping: Keeping
}

export type Told = Pick<Step, 'at' | 'caller' | 'facts'>

/** Null where there is no such order. The very same order where nothing came of it. */
export function step(parts: SteppingParts, id: string, event: OrderEvent, told: Told): Stepped | null {
  const found = parts.orders.kept(id)
  if (found === null) return null
  const stepped = next(found.order, event, told.at)
  if ('refused' in stepped || stepped.order === found.order) return stepped
  parts.keeping.order(stepped.order, { ...told, event: event.type })
  if (stepped.order.state !== found.order.state) freezeBatchOf(parts, stepped.order, told.at)
  return stepped
}

/** Cuts that have not left wait for a decision: all of them, or those of a batch. */
export function setAside(
  parts: SteppingParts,
  event: Extract<OrderEvent, { readonly type: 'stopped' | 'fuse-blown' | 'batch-frozen' }>,
  told: Told,
  batch?: string,
): void {
  const meant = parts.orders.open().filter(one => batch === undefined || one.batch === batch)
  for (const { id } of meant.filter(mayBeSetAside)) step(parts, id, event, told)
}

const FAILED: readonly Order['state'][] = ['unconfirmed', 'manual', 'refused', 'not-executed']

/** One that failed holds back all others it was asked for with, until somebody has looked (PR-57). */
function freezeBatchOf(parts: SteppingParts, { kind, batch, state, id }: Order, at: number): void {
  if (kind !== 'cut' || batch === null || !FAILED.includes(state)) return
  freezeBatch(parts, batch, `order ${id} is ${state}`, at)
}

export function freezeBatch(parts: SteppingParts, batch: string, text: string, at: number): void {
  setAside(parts, { type: 'batch-frozen', text }, { at, caller: DAEMON }, batch)
}

/** The last word before a frame: all that is known now, held against the look. */
export function send(
  parts: SteppingParts & StandingParts & { readonly orders: Orders },
  { id, look, billing, deadline, at, moment }: SendAsked,
): Stepped | null {
  const order = parts.orders.kept(id)?.order
  if (!order) return null
  if (order.kind !== 'cut') return refuse('RESTORE_GOES_ON', 'only cuts are checked')
  const standing = standingOf(parts, order, { ...moment, billing }, at)
  const check = finalCheck(parts.rules.policy, order, standing, look, at)
  const asked = check.interlocks.map(({ name, verdict, code }) => ({ name, verdict, code }))
  const facts = { policy: parts.rules.policyDigest, billing: standing.billing, interlocks: asked }
  const told = { at, caller: DAEMON, facts }
  const { isRehearsal } = parts.rules
  const stepped = step(parts, id, { type: 'send', check, deadline, isRehearsal }, told)
  if (standing.fuse && order.state === 'checking') fuseBlownBy(parts, standing.fuse, at)
  return stepped
}

/** What blows the fuse holds back every cut there is, until two people reset it (PR-57). */
function fuseBlownBy(parts: SteppingParts, said: OrderInterlock, at: number): void {
  const before = parts.orders.fuse()
  const state = blownBy(before, said, at)
  if (state === before || state.blown === null) return
  const { text } = state.blown
  parts.keeping.state('fuse', state, { at, event: 'fuse-blown', caller: DAEMON, facts: { text } })
  setAside(parts, { type: 'fuse-blown', text }, { at, caller: DAEMON })
}
