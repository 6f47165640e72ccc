/** What payments, protections and receipts make of orders, in the very transaction they are entered in (PR-63). */

import { holdsAt } from '../../reading/archive/pairing.ts'
import { noticeFact } from '../../supply/notice/standing.ts'
import { type Cleared, cleared } from '../../supply/order/clearing.ts'
import type { Order } from '../../supply/order/order.ts'
import type { Policy, Protection } from '../../supply/policy/policy.ts'
import { DAEMON } from '../journal/deed.ts'
import { isCredit } from '../ledger/credits.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Levelling } from '../ledger/levelling.ts'
import type { SafeguardEntry } from '../safeguard/entry.ts'
import type { Safeguards } from '../safeguard/safeguards.ts'
import { type RelitParts, relightAccount } from './relit.ts'
import { type SteppingParts, step } from './stepping.ts'

export interface FollowingParts extends SteppingParts, RelitParts {
  readonly orders: RelitParts['orders']
  readonly keeping: RelitParts['keeping']
  readonly ledger: Pick<Ledger, 'of'>
  readonly safeguards: Pick<Safeguards, 'of'>
  /** Null where no orders are configured. */
  readonly policy: Pick<Policy, 'secondNotice'> | null
}

/** To be called wherever a balance has moved; right after what moved it. */
export function followMoney(parts: FollowingParts): Levelling {
  return (account, now) => {
    const { entries } = parts.ledger.of(account)
    // What moved it is entered now; an older payment has taken back what it could.
    const last = entries.findLast(({ kind, recordedAt }) => kind !== 'level' && recordedAt === now)
    if (last && isCredit(last, entries))
      clear(parts, account, {
        ...{ cause: 'payment', reference: last.about || `balance ${last.sequence}` },
        ...{ happenedAt: last.from, at: now },
      })
  }
}

const CAUSES: Readonly<Partial<Record<Protection, Cleared['cause']>>> = {
  temporary_hold: 'hold',
  billing_dispute: 'dispute',
}

/** A protection that is entered, or goes further than it did; and a second notice that arrived. */
export function followSafeguards(parts: FollowingParts): (entry: SafeguardEntry, now: number) => void {
  return (entry, now) => {
    const { kind, account, about } = entry
    if (kind === 'receipt' || kind === 'visit') armed(parts, account, now)
    const said = JSON.parse(entry.facts) as { readonly class?: Protection; readonly proposal?: number | null }
    if (kind === 'protection' || (kind === 'changed' && said.proposal === null)) {
      const cause = (said.class && CAUSES[said.class]) ?? 'protection'
      clear(parts, account, { cause, reference: about, happenedAt: now, at: now })
    }
  }
}

function clear(parts: FollowingParts, account: string, asked: Cleared): void {
  const { orders, keeping, epoch } = parts
  const all = ordersAround(parts, account, asked.at)
  let made = 0
  const newId = () => {
    made += 1
    return `restore-${epoch}-${orders.lastSequence() + made}`
  }
  const { cause, reference, happenedAt, at } = asked
  for (const order of cleared(all, asked, newId))
    keeping.order(order, {
      ...{ at, event: cause, caller: DAEMON },
      facts: { reference, happenedAt },
    })
  if (cause !== 'exchange' && cause !== 'policy') relightAccount(parts, account, { ...asked, cause })
}

/**
 * Of all its meters: its own, what restored them in whoever's name, and cuts of whoever had a meter before that hangs at this account now:
 * who moved in sits in the dark by them all the same.
 */
function ordersAround({ orders, archive }: FollowingParts, account: string, at: number): readonly Order[] {
  const paired = new Set(
    archive()
      .ofAccount(account)
      .filter(one => holdsAt(one, at))
      .map(({ meter }) => meter),
  )
  const meters = new Set([...orders.ofAccount(account).orders.map(({ meter }) => meter), ...paired])
  return [...meters].flatMap(meter =>
    orders
      .ofMeter(meter)
      .orders.filter(
        one => one.account === account || one.kind === 'restore' || (one.sent !== null && paired.has(meter)),
      ),
  )
}

/** Cuts whose second notice is delivered may leave within its time (P-05). */
export function armed(parts: FollowingParts, account: string, at: number): void {
  const { orders, policy, safeguards } = parts
  if (policy === null) return
  const waiting = orders.open().filter(one => one.account === account && one.state === 'approved')
  if (waiting.length === 0) return
  const { notices, isWhole } = safeguards.of(account)
  for (const { id } of waiting) {
    const deliveredAt = noticeFact(
      notices.filter(({ order }) => order === id),
      'second',
    )
    if (!isWhole || typeof deliveredAt !== 'number') continue
    const { leastMs, mostMs } = policy.secondNotice
    const event = { deliveredAt, earliest: deliveredAt + leastMs, latest: deliveredAt + mostMs }
    step(parts, id, { type: 'noticed', ...event }, { at, caller: DAEMON })
  }
}
