/** What an event makes of an order: the table says whether it may, the steps what comes of it. Pure; UTC ms. */

import { stepAfterSending } from './after-sending.ts'
import { stepBeforeSending } from './before-sending.ts'
import type { CutEvent, OrderEvent, RestoreEvent } from './events.ts'
import { stepRestore } from './next-restore.ts'
import type { Cut, Order, Restore } from './order.ts'
import type { RefusalCode } from './reasons.ts'
import { refuse, type Stepped } from './refusal.ts'
import type { CutState, RestoreState } from './states.ts'
import { CUT_TABLE, RESTORE_TABLE } from './table.ts'

export function next(order: Cut, event: CutEvent, at: number): Stepped<Cut>
export function next(order: Restore, event: RestoreEvent, at: number): Stepped<Restore>
export function next(order: Order, event: OrderEvent, at: number): Stepped
export function next(order: Order, event: OrderEvent, at: number): Stepped {
  const may = mayLead(order, event)
  if (may === undefined) return refuse(whyNot(order, event), `it is ${order.state}`)
  const stepped =
    order.kind === 'cut' ? stepCut(order, event as CutEvent, at) : stepRestoreBy(order, event, at)
  if ('order' in stepped && !may.includes(stepped.order.state))
    throw new Error(
      `${event.type} led ${order.kind} ${order.id} from ${order.state} to ${stepped.order.state}`,
    )
  return stepped
}

function mayLead(order: Order, { type }: OrderEvent): readonly string[] | undefined {
  const row: Readonly<Record<string, readonly string[] | undefined>> =
    order.kind === 'cut' ? CUT_TABLE[order.state] : RESTORE_TABLE[order.state]
  return Object.hasOwn(row, type) ? row[type] : undefined
}

function stepCut(cut: Cut, event: CutEvent, at: number): Stepped<Cut> {
  return cut.sent === null ? stepBeforeSending(cut, event, at) : { order: stepAfterSending(cut, event, at) }
}

function stepRestoreBy(restore: Restore, event: OrderEvent, at: number): Stepped<Restore> {
  return stepRestore(restore, event as RestoreEvent, at)
}

/** What an event is told that the state has no place for. */
function whyNot(order: Order, event: OrderEvent): RefusalCode {
  if (order.kind === 'restore') return event.type === 'cancel' ? 'RESTORE_STAYS' : OF_RESTORE[order.state]
  if (
    event.type === 'approve' &&
    order.approved !== null &&
    order.sent === null &&
    STANDS.includes(order.state)
  )
    return 'APPROVED_ALREADY'
  if (event.type === 'noticed' && order.noticed !== null && STANDS.includes(order.state))
    return 'NOTICED_ALREADY'
  if (event.type === 'release')
    return STANDS.includes(order.state) ? 'NOT_IN_QUARANTINE' : OF_CUT[order.state]
  if (event.type === 'resolve' && order.sent === null && STANDS.includes(order.state)) return 'NOT_SENT_YET'
  return OF_CUT[order.state]
}

const STANDS: readonly CutState[] = ['requested', 'approved', 'armed', 'checking']

const OF_CUT: Readonly<Record<CutState, RefusalCode>> = {
  requested: 'NOT_APPROVED',
  approved: 'NOT_NOTICED',
  armed: 'UNDER_CHECK',
  checking: 'UNDER_CHECK',
  sending: 'SENT_ALREADY',
  unconfirmed: 'SENT_ALREADY',
  manual: 'SENT_ALREADY',
  confirmed: 'ORDER_CONFIRMED',
  refused: 'ORDER_REFUSED',
  'not-sent': 'ORDER_NOT_SENT',
  'not-executed': 'ORDER_NOT_EXECUTED',
  withdrawn: 'ORDER_WITHDRAWN',
  expired: 'ORDER_OVER',
  quarantined: 'IN_QUARANTINE',
  superseded: 'ORDER_SUPERSEDED',
  rehearsed: 'ORDER_REHEARSED',
}

const OF_RESTORE: Readonly<Record<RestoreState, RefusalCode>> = {
  requested: 'NOT_SENT_YET',
  sending: 'SENT_ALREADY',
  'close-allowed': 'SENT_ALREADY',
  restored: 'ORDER_RESTORED',
  'not-sent': 'NOT_SENT_YET',
  refused: 'NOT_SENT_YET',
  unconfirmed: 'SENT_ALREADY',
  superseded: 'ORDER_SUPERSEDED',
  rehearsed: 'ORDER_REHEARSED',
}
