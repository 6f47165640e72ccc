/** A new order, or why there is none: one of a meter at a time, and a cut only where nothing stands against it (PR-51). Pure; UTC ms. */

import { digestOf } from './digest.ts'
import type { FactsShown } from './facts-shown.ts'
import type { OrderInterlock } from './interlock.ts'
import type { Confirmation, Cut, Order, Restore, RestoreCause, Wanted } from './order.ts'
import { deadFrom, isOnlyTold } from './proof.ts'
import { type Refused, refuse, refuseBy } from './refusal.ts'
import { UNCERTAIN } from './states.ts'
import { isOver } from './table.ts'
import { CUT_STANDS_MS } from './timing.ts'

export interface CutAsked {
  readonly wanted: Wanted
  /** Shown to who asks, as they are now. */
  readonly facts: FactsShown
  /** All that must pass before anybody is asked to approve (`selectCheck`). */
  readonly interlocks: readonly OrderInterlock[]
  /** All orders of the meter, in the order they were asked for. */
  readonly earlier: readonly Order[]
}

/** What both kinds begin with. */
const NOTHING_YET = { because: null, attempts: 0, sent: null, supersededBy: null } as const

export function requestCut({
  wanted,
  facts,
  interlocks,
  earlier,
}: CutAsked): { readonly order: Cut } | Refused {
  const standing = earlier.find(isStanding)
  if (standing)
    return refuse(
      standing.kind === 'cut' ? 'ORDER_STANDS' : 'RESTORE_STANDS',
      `${standing.id} is ${standing.state}`,
    )
  const against = interlocks.filter(({ verdict }) => verdict !== 'pass')
  if (against.length > 0) return refuseBy(against)
  const { requestedBy: to, requestedAt: at } = wanted
  return {
    order: {
      ...wanted,
      ...{ kind: 'cut', intended: 'open', state: 'requested', since: at, dueAt: null },
      ...NOTHING_YET,
      ...{ expiresAt: at + CUT_STANDS_MS, approved: null, noticed: null },
      shown: { to, at, facts, digest: digestOf(facts) },
    },
  }
}

export interface RestoreAsked {
  readonly wanted: Wanted
  readonly intended: Restore['intended']
  readonly cause: RestoreCause
  /** The payment's own time; when it was asked for where there was none. */
  readonly since: number
  readonly confirmation: Confirmation | null
  /** All orders of the meter, in the order they were asked for. */
  readonly earlier: readonly Order[]
}

/** One that stands already for the same is answered as it is; a direct close takes the place of a permission. */
export function requestRestore(asked: RestoreAsked): { readonly order: Restore } | Refused {
  const { wanted, intended, confirmation, earlier } = asked
  const at = wanted.requestedAt
  if (intended === 'closed' && confirmation === null)
    return refuse('CONFIRMATION_MISSING', 'nobody says that a direct close endangers nobody')
  if (intended !== 'closed' && confirmation !== null)
    return refuse('NOTHING_CONFIRMED', 'the customer presses the button')
  if (confirmation !== null && confirmation.at > at)
    return refuse('CONFIRMATION_IN_FUTURE', 'confirmed at a time that is not yet')
  const standing = restoreAwaited(earlier)
  if (
    standing &&
    (standing.intended === intended || standing.intended === 'closed') &&
    (wanted.isRehearsal || !standing.isRehearsal) &&
    !isOfOther(standing, wanted)
  )
    return { order: standing }
  return { order: restoreOf(asked, at) }
}

/** By the meter list as it was then: no look at the meter as it is listed now ever proves it. */
function isOfOther({ address, number }: Restore, wanted: Wanted): boolean {
  return wanted.number !== '' && (address !== wanted.address || number !== wanted.number)
}

function restoreOf(
  { wanted, intended, cause, since, confirmation, earlier }: RestoreAsked,
  at: number,
): Restore {
  const cut = lastSentCut(earlier)
  const replaced = restoreStanding(earlier)
  const settlesAt = cut?.sent ? deadFrom(cut.sent) : null
  return {
    ...wanted,
    ...{ kind: 'restore', intended, cause, confirmation, state: 'requested', since: at, dueAt: at },
    ...NOTHING_YET,
    ...{ countsFrom: Math.min(since, replaced?.countsFrom ?? at, at), tries: 0 },
    fieldOrderAt: replaced?.fieldOrderAt ?? null,
    beforeCut: cut?.sent?.before ?? null,
    settlesAt: settlesAt !== null && settlesAt > at ? settlesAt : null,
  }
}

/** Those that keep another from being asked for: cuts that are not over, restores that are not done and settled. */
export function isStanding(order: Order): boolean {
  if (order.kind === 'cut') return !isOver(order.state)
  if (order.state === 'superseded' || order.state === 'rehearsed') return false
  return order.state !== 'restored' || order.dueAt !== null
}

export function restoreStanding(orders: readonly Order[]): Restore | null {
  return orders.findLast((order): order is Restore => order.kind === 'restore' && isStanding(order)) ?? null
}

/** The same, but for one that is done by a person's word alone: whoever pays or asks after that is tried anew. */
export function restoreAwaited(orders: readonly Order[]): Restore | null {
  const standing = restoreStanding(orders)
  return standing && isToldRestored(standing) ? null : standing
}

/**
 * The last cut of which a frame may have left, and that nothing restored since; null where there is none. That it was not carried out, or
 * was undone, a meter can prove; where only a person says so the meter is asked once more.
 */
export function possiblyCut(orders: readonly Order[]): Cut | null {
  const cut = lastSentCut(orders)
  if (cut === null) return null
  const later = orders.slice(orders.indexOf(cut) + 1)
  const isUndone = (order: Order) =>
    order.kind === 'restore' && order.state === 'restored' && !isToldRestored(order)
  return later.some(isUndone) ? null : cut
}

function isToldRestored(restore: Restore): boolean {
  return restore.state === 'restored' && isOnlyTold(restore)
}

function lastSentCut(orders: readonly Order[]): Cut | null {
  const isSent = (order: Order): order is Cut =>
    order.kind === 'cut' && order.sent !== null && order.state !== 'not-sent' && !isProvedNotDone(order)
  return orders.findLast(isSent) ?? null
}

function isProvedNotDone(cut: Cut): boolean {
  return cut.state === 'not-executed' && !isOnlyTold(cut)
}

/** Cuts whose frame may be out, and that a restore takes the place of. */
export function isUncertain(order: Order): order is Cut {
  return order.kind === 'cut' && UNCERTAIN.includes(order.state)
}
