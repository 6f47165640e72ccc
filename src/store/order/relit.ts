/** What a damaged row said of an order nobody knows: where somebody may sit in the dark by it, they have light (P-13, PR-06). */

import type { ArchiveView } from '../../reading/archive/archive.ts'
import type { Cleared } from '../../supply/order/clearing.ts'
import type { Restore, RestoreCause } from '../../supply/order/order.ts'
import { isStanding, requestRestore } from '../../supply/order/request.ts'
import { LATEST_ARRIVAL_MS } from '../../supply/order/timing.ts'
import { DAEMON } from '../journal/deed.ts'
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
}

/** Restores that stood when their rows were damaged: whoever paid waits for nothing else. */
export function relightStanding(parts: RelitParts, at: number): void {
  for (const { account, meter, kind } of parts.orders.openDamaged())
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
  const { orders, keeping, rules, epoch } = parts
  const { account, meter } = of
  const { orders: sound, damaged } = orders.ofMeter(meter)
  const last = damaged.at(-1)
  if (last === undefined) return
  const since = sound.slice(last.place).filter(({ kind }) => kind === 'restore')
  if (since.some(order => order.state === 'restored' || isStanding(order))) return
  const { cause, reference, happenedAt, at } = asked
  const { address, number, line, transformer } = rules.meters.get(meter) ?? NOWHERE
  const wanted = {
    ...{ id: `restore-${epoch}-${orders.lastSequence() + 1}`, account, meter, address, line, transformer },
    ...{ number: number ?? '', requestedBy: 'daemon', requestedAt: at, ticket: null, batch: null },
    reason: `${cause} ${reference}; row ${last.sequence} of orders is damaged`,
    isRehearsal: false,
  }
  const made = requestRestore({
    ...{ wanted, intended: 'close-allowed', cause, since: happenedAt, confirmation: null, earlier: [] },
  })
  if ('refused' in made) throw new Error(`no restore for ${meter}: ${made.refused.code}`)
  // A frame of the damaged one may still be on its way.
  const order: Restore = { ...made.order, settlesAt: at + LATEST_ARRIVAL_MS }
  keeping.order(order, { at, event: cause, caller: DAEMON, facts: { reference, happenedAt } })
}
