/** How an account is supplied: its mode, since when, by which agreement, and which way its balance is kept (C-06). Pure. */

export const MODES = ['post-paid', 'cost-control', 'prepaid-here', 'prepaid-in-meter'] as const
export type Mode = (typeof MODES)[number]

/** `here`: payments less charges. `pushed`: billing says it. `none`: there is no balance here. */
export const WAYS = ['none', 'here', 'pushed'] as const
export type Way = (typeof WAYS)[number]

export interface Terms {
  /** UTC ms, a midnight of the site; they hold until the next begin. */
  readonly from: number
  readonly mode: Mode
  /** How the agreement is called in the supplier's books. */
  readonly agreement: string
  readonly balance: Way
  /** ISO 4217; null where there is no balance, and no price list. */
  readonly currency: string | null
  /** The price list it is charged by, or by which its meter should take the money it keeps; null where it is not charged here. */
  readonly prices: string | null
}

/** In order of `from`; null before the first. */
export function termsAt(all: readonly Terms[], instant: number): Terms | null {
  return all.findLast(({ from }) => from <= instant) ?? null
}

/** Why these may not follow those in force, in words; null where they may. */
export function termsRefused(next: Terms, before: readonly Terms[], now: number): string | null {
  return ownRefused(next) ?? orderRefused(next, before, now)
}

function ownRefused({ mode, balance, currency, prices }: Terms): string | null {
  const hasMoney = mode === 'cost-control' || mode === 'prepaid-here'
  if (hasMoney !== (balance !== 'none'))
    return `mode ${mode} has balance ${hasMoney ? 'here or pushed' : 'none'}, not ${balance}`
  if (mode === 'prepaid-in-meter')
    return (currency === null) === (prices === null)
      ? null
      : `mode ${mode} has both a price list, which its meter is held against, and its currency, or neither`
  if ((currency !== null) !== hasMoney) return `mode ${mode} has ${hasMoney ? 'a' : 'no'} currency`
  if ((prices !== null) !== (balance === 'here'))
    return `balance ${balance} has ${balance === 'here' ? 'a' : 'no'} price list`
  return null
}

function orderRefused(next: Terms, before: readonly Terms[], now: number): string | null {
  const last = before.at(-1)
  if (last === undefined) return null
  if (next.from <= last.from || next.from <= now)
    return 'terms that follow others begin later than those and in the future: what was charged stays charged'
  const kept = before.findLast(({ balance }) => balance !== 'none')
  if (kept && next.balance !== 'none' && kept.balance !== next.balance)
    return `the balance of this account is kept ${kept.balance}; one account has one of the two ways`
  if (kept && next.currency !== null && kept.currency !== next.currency)
    return `the balance of this account is in ${kept.currency}`
  return null
}
