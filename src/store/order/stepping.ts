/** What happens to stored orders, and what follows from it for others: within the transaction of whatever it was. */

import type { OrderEvent } from '../../supply/order/events.ts'
import { finalCheck } from '../../supply/order/final-check.ts'
import { blownBy } from '../../supply/order/fuses.ts'
import type { OrderInterlock } from '../../supply/order/interlock.ts'
import { next } from '../../supply/order/next.ts'
import type { Order } from '../../supply/order/order.ts'
import { refuse, type Stepped } from '../../supply/order/refusal.ts'
import type { SendAsked } from './asked.ts'
import { DAEMON, type Keeping, type Step } from './keeping.ts'
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

/** Of cuts that have not left; those to which it can happen no more stay what they are. */
export function stepUnsent(
  parts: SteppingParts,
  event: OrderEvent,
  told: Told,
  isMeant: (order: Order) => boolean = () => true,
): void {
  const unsent = parts.orders.open().filter(({ kind, sent }) => kind === 'cut' && sent === null)
  for (const { id } of unsent.filter(isMeant)) step(parts, id, event, told)
}

const FAILED: readonly Order['state'][] = ['unconfirmed', 'manual', 'refused', 'not-executed']

/** One that failed holds back all others it was asked for with, until somebody has looked (PR-57). */
function freezeBatchOf(parts: SteppingParts, { kind, batch, state, id }: Order, at: number): void {
  if (kind !== 'cut' || batch === null || !FAILED.includes(state)) return
  freezeBatch(parts, batch, `order ${id} is ${state}`, at)
}

export function freezeBatch(parts: SteppingParts, batch: string, text: string, at: number): void {
  stepUnsent(parts, { type: 'batch-frozen', text }, { at, caller: DAEMON }, one => one.batch === batch)
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
  stepUnsent(parts, { type: 'fuse-blown', text }, { at, caller: DAEMON })
}
