/** What people ask of orders: judged beside all that is known, written once with its key and its entries of the journal (PR-61). */

import { restoring } from '../../supply/order/clearing.ts'
import type { OrderEvent } from '../../supply/order/events.ts'
import type { FactsShown } from '../../supply/order/facts-shown.ts'
import { selectCheck } from '../../supply/order/final-check.ts'
import { reset } from '../../supply/order/fuses.ts'
import { type OrderInterlock, refuses } from '../../supply/order/interlock.ts'
import type { Order, Wanted } from '../../supply/order/order.ts'
import { type Refused, refuse, refuseBy } from '../../supply/order/refusal.ts'
import { possiblyCut, requestCut, restoreStanding } from '../../supply/order/request.ts'
import type { Journal } from '../journal/journal.ts'
import type { Answered } from '../ledger/asked.ts'
import type { OnceOnly } from '../ledger/once.ts'
import type { Transaction } from '../statements.ts'
import type { OrderAct, OrderAsked, OrderPosted } from './asked.ts'
import { armed, type FollowingParts } from './following.ts'
import type { OrderRules } from './rules.ts'
import { type StandingParts, type Subject, standingOf } from './standing.ts'
import { freezeBatch, setAside, step } from './stepping.ts'
import { tellOrder, tellSupply } from './told.ts'

export interface OrderingParts extends FollowingParts, Omit<StandingParts, 'rules'> {
  readonly orders: FollowingParts['orders']
  readonly archive: StandingParts['archive']
  readonly rules: OrderRules
  readonly ledger: StandingParts['ledger']
  readonly safeguards: StandingParts['safeguards']
  readonly policy: OrderRules['policy']
  readonly journal: Pick<Journal, 'add'>
  readonly onceOnly: OnceOnly
  readonly transaction: Transaction
  readonly offsetMinutes: number
}

type CuttingParts = OrderingParts & Pick<StandingParts, 'rules'>

/** Null where nobody is cut (PR-50). */
export function cuttingIn(parts: OrderingParts): CuttingParts | null {
  const { rules } = parts
  return rules.policy === null ? null : { ...parts, rules }
}

const NO_CUTS = { unknown: 'nobody is cut here: supply.orders is not configured' }

type Act<Kind extends OrderAct['kind']> = Extract<OrderAct, { readonly kind: Kind }>
/** What it comes to: an order, what stands against all of them, or why not. */
type Done = { readonly order: Order } | { readonly state: true } | Refused | { readonly unknown: string }

export function createOrderPosting(parts: OrderingParts): (asked: OrderAsked) => OrderPosted {
  const { journal, onceOnly, transaction } = parts
  return asked =>
    transaction(() => {
      const { posted, isAgain } = onceOnly(asked, () => answerOf(parts, asked))
      if (!isAgain && !('answer' in posted)) journal.add(deedRefused(asked, posted))
      return posted as OrderPosted
    })
}

function answerOf(parts: OrderingParts, asked: OrderAsked): Answered {
  const done = doneBy(parts, asked)
  const { request } = asked.once
  if ('unknown' in done) return { code: 'ASK_UNKNOWN', text: done.unknown, request }
  if ('refused' in done) {
    const { refused: refusal } = done
    const told = { code: 'ORDER_REFUSED' as const, text: `${refusal.code}: ${refusal.text}`, request }
    return { ...told, ...{ refusal } }
  }
  const { orders, offsetMinutes } = parts
  const told =
    'order' in done
      ? tellOrder(done.order, offsetMinutes, asked.now)
      : tellSupply({ stopped: orders.stopped(), fuse: orders.fuse() }, offsetMinutes)
  return { answer: JSON.stringify(told) }
}

function deedRefused(
  { act, caller, now: at, once: { key, digest } }: OrderAsked,
  posted: Exclude<OrderPosted, { readonly answer: string }>,
) {
  const subject = 'order' in act ? `order ${act.order}` : 'meter' in act ? `meter ${act.meter}` : 'supply'
  const why = 'reused' in posted ? { code: 'KEY_REUSED' } : { code: codeOf(posted), text: posted.text }
  const facts = { digest, idempotencyKey: key, ...why }
  return { ...caller, at, action: `order-${act.kind}.refused`, subject, facts }
}

function codeOf({ code, refusal }: Extract<OrderPosted, { readonly code: unknown }>): string {
  return refusal?.code ?? code
}

function doneBy(parts: OrderingParts, asked: OrderAsked): Done {
  const { act, by } = asked
  const cutting = cuttingIn(parts)
  switch (act.kind) {
    case 'cut':
      return cutting ? cut(cutting, act, asked) : NO_CUTS
    case 'restore':
      return restore(parts, act, asked)
    case 'approve':
      return cutting ? approve(cutting, act, asked) : NO_CUTS
    case 'cancel':
      return stepped(parts, asked, act.order, { type: 'cancel', by, reason: act.reason })
    case 'release':
      return cutting ? stepped(parts, asked, act.order, { type: 'release', by }) : NO_CUTS
    case 'resolve':
      return stepped(parts, asked, act.order, { type: 'resolve', by, as: act.as, how: act.how })
    default:
      return allOf(parts, act, asked)
  }
}

function stepped(parts: OrderingParts, asked: OrderAsked, id: string, event: OrderEvent): Done {
  return step(parts, id, event, toldBy(asked)) ?? { unknown: `there is no order ${id}` }
}

function toldBy({ now: at, caller, once: { key, digest } }: OrderAsked) {
  return { at, caller, facts: { idempotencyKey: key, asked: digest } }
}

/** Who was cut is restored as they were cut, also where the meter list has the meter no longer (P-15). */
function wantedBy(
  { rules, orders }: OrderingParts,
  { id, kind, account, meter, reason, ticket, batch }: Act<'cut' | 'restore'>,
  { by, now }: OrderAsked,
): Wanted | null {
  const cutBefore = kind === 'restore' ? possiblyCut(orders.ofMeter(meter).orders) : null
  const found = rules.meters.get(meter) ?? cutBefore
  if (!found) return null
  const { address, number, line, transformer } = found
  return {
    ...{ id, account, meter, address, number: number ?? cutBefore?.number ?? '', line, transformer },
    ...{ requestedBy: by, requestedAt: now, reason, ticket, batch, isRehearsal: rules.isRehearsal },
  }
}

function cut(parts: CuttingParts, act: Act<'cut'>, asked: OrderAsked): Done {
  const wanted = wantedBy(parts, act, asked)
  if (wanted === null) return { unknown: `there is no meter ${act.meter} that orders may be for` }
  if (parts.orders.isThere(act.id)) throw new Error(`order ${act.id} is there already`)
  const { facts, interlocks } = selected(parts, wanted, asked)
  if (facts === null) return refuseBy(interlocks.filter(({ verdict }) => verdict !== 'pass'))
  const { orders: earlier } = parts.orders.ofMeter(act.meter)
  const made = requestCut({ wanted, facts, interlocks, earlier })
  if ('order' in made) parts.keeping.order(made.order, { ...toldBy(asked), event: 'request' })
  return made
}

/** What is shown of it now, and all that is asked; null where it is not all known, which is one of the answers then. */
export function selected(
  parts: StandingParts,
  subject: Subject,
  { moment, now }: Pick<OrderAsked, 'moment' | 'now'>,
): { readonly facts: FactsShown | null; readonly interlocks: readonly OrderInterlock[] } {
  const standing = standingOf(parts, subject, moment, now)
  const interlocks = selectCheck(parts.rules.policy, standing, now)
  const { shown: facts } = standing
  if (facts !== null) return { facts, interlocks }
  const unknown = refuses('facts', 'FACTS_UNKNOWN', whatIsUnknown(parts, subject, interlocks))
  return { facts, interlocks: [...interlocks, unknown] }
}

/** Interlocks by whose facts what is shown is made. */
const SHOWN = ['first_notice', 'arrears', 'read', 'protection']

function whatIsUnknown(
  { rules, orders, archive }: StandingParts,
  { meter, account }: Subject,
  interlocks: readonly OrderInterlock[],
): string {
  if (rules.meters.get(meter)?.number === null)
    return `meter ${meter} has no meterNumber in the meter list, or its profile no serialNumber to hold it to`
  if (!orders.ofMeter(meter).isWhole) return `an earlier order of meter ${meter} is damaged`
  if (
    !archive()
      .ofAccount(account)
      .some(one => one.meter === meter)
  )
    return `meter ${meter} is not paired with account ${account}`
  const lacking = interlocks.filter(({ verdict, name }) => verdict !== 'pass' && SHOWN.includes(name))
  if (lacking.length > 0)
    return `what is to be shown waits for ${lacking.map(({ name, code }) => `${name} (${code})`).join(', ')}`
  return 'account, archive, ledger or book do not tell all that is to be shown'
}

function approve(parts: CuttingParts, act: Act<'approve'>, asked: OrderAsked): Done {
  const { by, now } = asked
  const order = parts.orders.kept(act.order)?.order
  if (!order) return { unknown: `there is no order ${act.order}` }
  if (order.kind === 'restore') return refuse('RESTORE_GOES_ON', 'a restore needs no approval')
  const { facts: known, interlocks } = selected(parts, order, asked)
  // What is unknown is among the interlocks; that nothing was shown is said before them.
  const facts = known ?? order.shown?.facts ?? order.approved?.facts
  if (facts === undefined) return refuse('NOT_SHOWN', 'nobody was shown what is to be approved')
  const { selectForMs } = parts.rules.policy.approval
  const event = { type: 'approve', by, digest: act.digest, facts, interlocks, selectForMs } as const
  const done = stepped(parts, asked, act.order, event)
  if (!('order' in done)) return done
  // Its second notice may have been delivered before.
  armed(parts, order.account, now)
  return { order: parts.orders.kept(act.order)?.order ?? done.order }
}

function restore(parts: OrderingParts, act: Act<'restore'>, asked: OrderAsked): Done {
  const { orders, keeping } = parts
  const named = wantedBy(parts, act, asked)
  if (named === null) return { unknown: `there is no meter ${act.meter} that orders may be for` }
  const { orders: earlier, isWhole } = orders.ofMeter(act.meter)
  // Who was truly cut off, or may have been by an order that is damaged or lost, is not restored by a rehearsal.
  const isKnown = isWhole && !orders.mayLackOne(act.meter)
  const isReal = !isKnown || possiblyCut(earlier) !== null || restoreStanding(earlier)?.isRehearsal === false
  const wanted = { ...named, isRehearsal: named.isRehearsal && !isReal }
  const { intended, cause } = act
  const confirmation = act.confirmation && { ...act.confirmation, by: asked.by }
  const made = restoring({ wanted, intended, cause, since: asked.now, confirmation, earlier })
  if ('refused' in made) return made
  const cutBefore = cause === 'wrongful' ? possiblyCut(earlier) : null
  for (const order of made)
    if (!earlier.includes(order)) {
      const event = order.id === act.id ? 'request' : order.state
      keeping.order(order, { ...toldBy(asked), event })
    }
  if (cutBefore?.batch) freezeBatch(parts, cutBefore.batch, `order ${cutBefore.id} was wrong`, asked.now)
  const last = made.at(-1)
  return last ? { order: last } : { unknown: 'nothing is to be restored' }
}

function allOf(parts: OrderingParts, act: Act<'stop' | 'resume' | 'reset'>, asked: OrderAsked): Done {
  const { by, now: at, moment } = asked
  const { orders, keeping } = parts
  const told = { ...toldBy(asked), facts: { ...toldBy(asked).facts, reason: act.reason } }
  if (act.kind === 'stop') {
    if (orders.stopped() === null)
      keeping.state('stop', { by, at, reason: act.reason }, { ...told, event: 'stopped' })
    setAside(parts, { type: 'stopped', by }, told)
    return { state: true }
  }
  if (act.kind === 'resume') {
    if (moment.hasStopFile !== false) return refuse('STOP_FILE_THERE', 'the file of the kill switch is there')
    if (orders.stopped() === null) return refuse('NOT_STOPPED', 'cuts are not stopped')
    keeping.state('stop', null, { ...told, event: 'resumed' })
    return { state: true }
  }
  const state = reset(orders.fuse(), by)
  if (typeof state === 'string') return refuse(state, 'the fuse stays as it is')
  const event = state.blown === null ? 'fuse-reset' : 'fuse-reset-asked'
  keeping.state('fuse', state, { ...told, event })
  return { state: true }
}
