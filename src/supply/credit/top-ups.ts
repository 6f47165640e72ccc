/**
 * Whether what was paid for a meter has come into it: each payment is looked for in what the meter says that it was topped up by, the
 * same amount first. Exact. Pure.
 */

import { addScaled, compareScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import { DAY, HOUR } from '../../core/time.ts'
import { balanceLooked, type CreditLook, type Spent } from './looks.ts'

/** A payment that somebody entered here and that was not taken back. */
export interface TopUpPaid {
  readonly payment: string
  readonly amount: Scaled
  /** UTC ms. */
  readonly at: number
}

/**
 * `waiting`: it may still come. `missing`: a day is over, and the meter does not have it. `unread`: a day is over, and nobody has looked
 * since it was paid. `unknown`: nobody had looked before.
 */
export type TopUpStanding = 'in-meter' | 'waiting' | 'missing' | 'unread' | 'unknown'

export interface TopUp extends TopUpPaid {
  readonly standing: TopUpStanding
  /** The look that showed it, UTC ms. */
  readonly seenAt: number | null
  /** The last look at it, UTC ms; null where there was none. */
  readonly lookedAt: number | null
}

/** What is not in the meter by then never came (prepaid.md §1). */
export const ARRIVES_WITHIN_MS = DAY
/** How far clocks of others may be ahead: a payment may be in the meter before its time. */
const AHEAD_MS = HOUR

/** Looks of all meters of the account; those of each in order of time. */
export function topUpsOf(
  paid: readonly TopUpPaid[],
  meters: readonly (readonly CreditLook[])[],
  spent: (meter: string, from: number, to: number) => Spent,
  now: number,
): readonly TopUp[] {
  const seen = new Map<TopUpPaid, number>()
  const inOrder = paid.toSorted((a, b) => a.at - b.at)
  const arrivals = meters
    .flatMap(looks => looks.flatMap((look, place) => arrivedAt(looks[place - 1], look, spent)))
    .sort((a, b) => a.at - b.at)
  const all = meters.flat().map(({ at }) => at)
  const first = Math.min(...all)
  for (const arrival of arrivals) {
    // What was paid before anybody looked may have been in it by then.
    const isPending = (one: TopUpPaid) => !seen.has(one) && one.at >= first && one.at <= arrival.at + AHEAD_MS
    for (const one of matching(inOrder.filter(isPending).reverse(), arrival)) seen.set(one, arrival.at)
  }
  return inOrder.map(one => standingOf(one, seen.get(one) ?? null, all, now))
}

function standingOf(one: TopUpPaid, seenAt: number | null, looks: readonly number[], now: number): TopUp {
  const lookedAt = looks.length > 0 ? Math.max(...looks) : null
  const told = (standing: TopUpStanding): TopUp => ({ ...one, standing, seenAt, lookedAt })
  if (seenAt !== null) return told('in-meter')
  if (now < one.at + ARRIVES_WITHIN_MS) return told('waiting')
  if (lookedAt === null || lookedAt < one.at) return told('unread')
  return told(looks.some(at => at <= one.at) ? 'missing' : 'unknown')
}

/** What came into a meter between two looks, as far as it tells. */
type Arrival = { readonly since: number; readonly at: number } & (
  | { readonly amount: Scaled }
  | { readonly count: bigint }
  /** What is left has risen: by at least so much, and at most by what was used more. */
  | { readonly least: Scaled; readonly most: Scaled | null }
)

function arrivedAt(
  before: CreditLook | undefined,
  now: CreditLook,
  spent: (meter: string, from: number, to: number) => Spent,
): readonly Arrival[] {
  if (before === undefined) return []
  const span = { since: before.at, at: now.at }
  if (before.bought && now.bought) {
    const amount = subtractScaled(now.bought, before.bought)
    return amount.digits > 0n ? [{ ...span, amount }] : []
  }
  if (before.purchases && now.purchases) {
    const { digits: count } = subtractScaled(now.purchases, before.purchases)
    return count > 0n ? [{ ...span, count }] : []
  }
  const least = subtractScaled(balanceLooked(now), balanceLooked(before))
  if (least.digits <= 0n) return []
  const { most } = spent(now.meter, before.at, now.at)
  return [{ ...span, least, most: most && addScaled(least, most) }]
}

/** The newest first: one that was lost days ago does not come now. Of an amount the one of just that amount, else those it is enough for. */
function matching(pending: readonly TopUpPaid[], arrival: Arrival): readonly TopUpPaid[] {
  if ('count' in arrival) return pending.slice(0, Number(arrival.count))
  if ('least' in arrival) {
    const { least, most } = arrival
    const fits = ({ amount }: TopUpPaid) =>
      compareScaled(amount, least) >= 0 && (most === null || compareScaled(amount, most) <= 0)
    return pending.filter(fits).slice(0, 1)
  }
  const same = pending.find(({ amount }) => compareScaled(amount, arrival.amount) === 0)
  return same ? [same] : enoughFor(pending, arrival.amount)
}

function enoughFor(pending: readonly TopUpPaid[], all: Scaled): readonly TopUpPaid[] {
  const taken: TopUpPaid[] = []
  let left = all
  for (const one of pending) {
    if (compareScaled(one.amount, left) > 0) continue
    taken.push(one)
    left = subtractScaled(left, one.amount)
  }
  return taken
}
