/** The ledger's entries: added, never changed. Corrections, reversals and what is charged too much are entries of their own. */

import { addScaled, parseScaled, type Scaled } from '../../core/scaled.ts'

/**
 * `terms`, `prices`: what holds from when on; of prices `account` is empty. `payment`, `reversal`, `charge` move the balance,
 * `balance` states it; a `top-up` is paid for money that the meter keeps, and moves none here. `thresholds` are proposed, `confirmed` by another; `level`: one was reached or left.
 */
export const KINDS = [
  'terms',
  'prices',
  'payment',
  'top-up',
  'reversal',
  'balance',
  'charge',
  'thresholds',
  'confirmed',
  'level',
] as const
export type EntryKind = (typeof KINDS)[number]

export interface LedgerEntry {
  /** 1, 2, …, of all accounts. */
  readonly sequence: number
  readonly account: string
  readonly kind: EntryKind
  /** Of a payment, a top-up and their reversals how the payment is called, of a charge the meter, of prices the list. */
  readonly about: string
  /** UTC ms: when it was so; of a charge the span. */
  readonly from: number
  readonly to: number | null
  /** An exact decimal, negative where the balance falls; null where no money moves. */
  readonly amount: string | null
  /** JSON, an object: what else is to be known of it. */
  readonly facts: string
  /** UTC ms. */
  readonly recordedAt: number
  /** Name of a key, or "rule". */
  readonly by: string
}

/** What the ledger can hold of one amount. */
export const AMOUNT = /^-?\d{1,12}(\.\d{1,6})?$/

/** After these entries of one account, in order. */
export function balanceAfter(
  before: Scaled | null,
  entries: readonly Pick<LedgerEntry, 'kind' | 'amount'>[],
): Scaled | null {
  let balance = before
  for (const { kind, amount } of entries) {
    const moved = amount === null ? null : parseScaled(amount)
    if (moved === null) continue
    balance = kind === 'balance' || balance === null ? moved : addScaled(balance, moved)
  }
  return balance
}
