/** One errand to one meter for one order: looked at, and ordered where the store says so. */

import type { Clock } from '../core/clock.ts'
import { SECOND } from '../core/time.ts'
import type { BillingWord } from '../supply/order/billing.ts'
import type { Desk, Held } from '../supply/order/desk.ts'
import type { Answered } from '../supply/order/events.ts'
import type { Look } from '../supply/order/look.ts'
import type { Order, Sent } from '../supply/order/order.ts'
import type { Stepped } from '../supply/order/refusal.ts'
import type { OrderStore } from './ports.ts'

/** One that is under way. */
export interface Errand {
  readonly order: Order
  /** Its frame does not leave, if it has not left. */
  readonly forbid: () => void
}

export interface Told {
  /** The meter is looked at from now on: what it tells is no newer. */
  readonly looked: () => void
  readonly unreached: () => void
  /** What became of it, where that may be more than a try. */
  readonly stepped: (stepped: Stepped) => void
  readonly mayLeave: () => boolean
}

interface Parts {
  /** To the question of a cut; null where none is asked. */
  readonly billing: BillingWord | null
  readonly store: OrderStore
  readonly desk: Desk
  readonly clock: Clock
  readonly told: Told
}

/** Twice a conversation's time-out; the meter's clock was asked right before (P-17). */
const VALID_MS = 30 * SECOND

export function errandOf(order: Order, parts: Parts): () => Promise<void> {
  if (order.kind === 'restore' && order.state !== 'restored') return () => restore(order, parts)
  if (order.kind === 'cut' && order.sent === null) return () => cut(order, parts)
  return () => lookAfter(order, parts)
}

async function cut(order: Order, parts: Parts): Promise<void> {
  const { store, billing, told } = parts
  if (billing !== null && billing.says !== 'unpaid') return unlooked(order, parts)
  await reached(order, parts, 'cut', async held => {
    const checking = await store.step(order.id, { type: 'check' })
    if (!isIn(checking, 'checking')) return
    const sending = await checked(order, await lookBy(held, told), parts)
    await leave(order, sending, held, { store, told })
  })
}

/** Where billing does not say that it is unpaid nobody keeps a line for it. */
async function unlooked(order: Order, parts: Parts): Promise<void> {
  const checking = await parts.store.step(order.id, { type: 'check' })
  if (isIn(checking, 'checking')) await checked(order, null, parts)
}

function checked({ id }: Order, look: Look | null, { store, billing, clock }: Parts): Promise<Stepped> {
  return store.send(id, { look, billing, deadline: clock.now() + VALID_MS })
}

async function restore(order: Order, parts: Parts): Promise<void> {
  const { store, clock, told } = parts
  await reached(order, parts, 'restore', async held => {
    const look = await lookBy(held, told)
    if (look === null) return unreached(order, parts, 'the meter did not answer')
    const whyNot = held.whyNot(order.intended)
    const event = { type: 'send', look, deadline: clock.now() + VALID_MS, whyNot } as const
    const sending = await store.step(order.id, event)
    told.stepped(sending)
    await leave(order, sending, held, { store, told })
  })
}

async function lookAfter(order: Order, parts: Parts): Promise<void> {
  const { store, told } = parts
  await reached(order, parts, order.kind === 'restore' ? 'restore' : 'look', async held => {
    const look = await lookBy(held, told)
    if (look === null) return unreached(order, parts, 'the meter did not answer')
    await store.step(order.id, { type: 'looked', look })
  })
}

async function reached(
  order: Order,
  parts: Parts,
  urgency: 'restore' | 'cut' | 'look',
  work: (held: Held) => Promise<void>,
): Promise<void> {
  const way = { isThere: false }
  const errand = (held: Held) => {
    way.isThere = true
    return work(held)
  }
  try {
    await parts.desk.held(order.meter, urgency, errand)
  } catch (error) {
    if (way.isThere) throw error
    await unreached(order, parts, error instanceof Error ? error.message : 'no way to the meter')
  }
}

async function unreached(order: Order, { store, told }: Parts, text: string): Promise<void> {
  told.unreached()
  await store.step(order.id, { type: 'unreached', text })
}

async function lookBy(held: Held, told: Told): Promise<Look | null> {
  told.looked()
  return held.look().catch(() => null)
}

/** Only what is stored as sending leaves, and what came of it is stored whatever it was. */
async function leave(
  order: Order,
  stepped: Stepped,
  held: Held,
  { store, told }: Pick<Parts, 'store' | 'told'>,
): Promise<void> {
  if (!isIn(stepped, 'sending')) return
  const answered = await held.order(releasedOf(order, stepped.order.sent, told)).catch(nobodyKnows)
  await store.step(order.id, { type: 'answered', ...answered })
}

function nobodyKnows(error: unknown): Omit<Answered, 'type'> {
  return { outcome: 'silent', text: error instanceof Error ? error.message : 'no answer', look: null }
}

function releasedOf({ id, intended }: Order, sent: Sent | null, { mayLeave }: Told) {
  if (sent === null) throw new Error(`order ${id} is sending, and nothing says what`)
  const { attempt, operator, deadline } = sent
  return { order: id, attempt, intended, operator, deadline, mayLeave }
}

function isIn(stepped: Stepped, state: Order['state']): stepped is { readonly order: Order } {
  return 'order' in stepped && stepped.order.state === state
}
