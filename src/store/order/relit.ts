/**
 * What a damaged row said of an order nobody knows, and an order made after the backup that was put back: where somebody may sit in the dark
 * by it, they have light (P-13, P-15, PR-06).
 */

import type { ArchiveView } from '../../reading/archive/archive.ts'
import { holdsAt } from '../../reading/archive/pairing.ts'
import type { Cleared } from '../../supply/order/clearing.ts'
import type { Restore, RestoreCause } from '../../supply/order/order.ts'
import { isStanding, requestRestore } from '../../supply/order/request.ts'
import { LATEST_ARRIVAL_MS } from '../../supply/order/timing.ts'
import { DAEMON } from '../journal/deed.ts'
import { isCredit } from '../ledger/credits.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { SeenOpen } from './asked.ts'
import type { Keeping } from './keeping.ts'
import type { Orders } from './orders.ts'
import type { OrderRules } from './rules.ts'

export interface RelitParts {
  readonly orders: Orders
  readonly keeping: Keeping
  readonly epoch: number
  readonly archive: () => Pick<ArchiveView, 'ofAccount'>
  readonly rules: Pick<OrderRules, 'meters'>
}

type Asked = Omit<Cleared, 'cause'> & { readonly cause: RestoreCause }

/** Of all meters that are or were the account's. */
export function relightAccount(parts: RelitParts, account: string, asked: Asked): void {
  const { orders, archive } = parts
  const paired = archive().ofAccount(account)
  const damaged = orders.ofAccount(account).damaged
  for (const meter of new Set([...paired, ...damaged].map(one => one.meter)))
    relight(parts, { account, meter }, asked)
  const now = paired.filter(one => holdsAt(one, asked.at)).map(({ meter }) => meter)
  for (const seen of orders.search()?.open ?? [])
    if (now.includes(seen.meter)) relightSeen(parts, { account, meter: seen.meter }, asked)
}

/** Of one seen open with no order that tells why, whose account has paid since the search for such began. */
export function relightPaid(
  parts: RelitParts & { readonly ledger: Pick<Ledger, 'of'> },
  { meter }: SeenOpen,
  account: string,
  at: number,
): void {
  const began = parts.orders.search()?.beganAt ?? at
  const { entries } = parts.ledger.of(account)
  const paid = entries.find(entry => entry.recordedAt >= began && isCredit(entry, entries))
  if (paid)
    relightSeen(
      parts,
      { account, meter },
      { cause: 'payment', reference: paid.about, happenedAt: paid.from, at },
    )
}

/** Restores that stood when their rows were damaged: whoever paid waits for nothing else. */
export function relightStanding(parts: RelitParts, at: number): void {
  for (const { account, meter, kind } of parts.orders.allOpen().damaged)
    if (kind === 'restore')
      relight(
        parts,
        { account, meter },
        { cause: 'payment', reference: 'before the damage', happenedAt: at, at },
      )
}

/** No frame reaches a meter that the meter list has no longer: somebody drives there (P-15). */
const NOWHERE = { address: '', number: null, line: '', transformer: null }

/** Once: where a restore was asked for since, that is it. */
function relight(parts: RelitParts, of: { readonly account: string; readonly meter: string }, asked: Asked) {
  const { orders: sound, damaged } = parts.orders.ofMeter(of.meter)
  const last = damaged.at(-1)
  if (last === undefined) return
  const since = sound.slice(last.place).filter(({ kind }) => kind === 'restore')
  if (since.some(order => order.state === 'restored' || isStanding(order))) return
  make(parts, of, asked, `row ${last.sequence} of orders is damaged`)
}

/** Who was seen open and is restored since is among them no more. */
function relightSeen(
  parts: RelitParts,
  of: { readonly account: string; readonly meter: string },
  asked: Asked,
) {
  const { orders } = parts.orders.ofMeter(of.meter)
  if (orders.some(order => order.kind === 'restore' && isStanding(order))) return
  make(parts, of, asked, 'seen open, and the store that was put back has no order that tells why')
}

function make(
  { orders, keeping, rules, epoch }: RelitParts,
  { account, meter }: { readonly account: string; readonly meter: string },
  { cause, reference, happenedAt, at }: Asked,
  why: string,
): void {
  const { address, number, line, transformer } = rules.meters.get(meter) ?? NOWHERE
  const wanted = {
    ...{ id: `restore-${epoch}-${orders.lastSequence() + 1}`, account, meter, address, line, transformer },
    ...{ number: number ?? '', requestedBy: 'daemon', requestedAt: at, ticket: null, batch: null },
    reason: `${cause} ${reference}; ${why}`,
    isRehearsal: false,
  }
  const made = requestRestore({
    ...{ wanted, intended: 'close-allowed', cause, since: happenedAt, confirmation: null, earlier: [] },
  })
  if ('refused' in made) throw new Error(`no restore for ${meter}: ${made.refused.code}`)
  // A frame of the order nobody knows may still be on its way.
  const order: Restore = { ...made.order, settlesAt: at + LATEST_ARRIVAL_MS }
  keeping.order(order, { at, event: cause, caller: DAEMON, facts: { reference, happenedAt } })
}
