/**
 * What an account owes for what its meter counted: a function of the book, of whose the meter is, of terms and of prices. Exact,
 * never rounded. Charges that stand are held against it and the difference is an entry of its own, so nothing is charged twice
 * however often this is done. Pure.
 */

import { addScaled, multiplyScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import { type Terms, termsAt } from '../account/terms.ts'
import { type Climbed, climbed, climbedAmount, type Ladder, ladderBegan } from './ladder.ts'
import { type PriceTable, priceOver } from './prices.ts'

/** What one register counted between two released midnights, neither of them estimated. */
export interface Counted {
  readonly meter: string
  readonly obis: string
  readonly unit: string
  /** UTC ms. */
  readonly from: number
  readonly to: number
  /** Null where it fell, or rests on an estimate. */
  readonly quantity: Scaled | null
  /** Numbers of the releases it rests on, in order. */
  readonly releases: readonly number[]
}

/** Who holds the meter at the beginning, and until when. */
export interface Payer {
  readonly account: string
  /** UTC ms; null: nothing ends it. */
  readonly until: number | null
  /** In order of `from`. */
  readonly terms: readonly Terms[]
  readonly tablesOf: (list: string) => readonly PriceTable[]
  /** What the account was charged for of the register since its ladder began, before this span, kWh. */
  readonly usedSince: (began: number) => Scaled
  readonly offsetMinutes: number
}

/** What is owed for a register's span, or of a day for the supply itself. */
export interface Owed extends Span {
  readonly amount: Scaled
}

export interface Span {
  readonly account: string
  readonly obis: string
  readonly from: number
  readonly to: number
}

export const NOT_CHARGED = {
  NOBODYS: 'the meter belongs to no account at its beginning',
  ACCOUNT_CHANGES: 'the account changes within it, and no midnight in between is released',
  TERMS_CHANGE: 'the terms of the account change within it, and no midnight in between is released',
  LADDER_BEGINS: 'the ladder begins anew within it, and no midnight in between is released',
  PRICE_CHANGES: 'the price changes within it, and no midnight in between is released',
  NO_PRICE: 'the price list has no table for it',
  NOT_KNOWN: 'what was counted is not known, or rests on an estimate',
  UNIT: 'prices are for kWh, and the register counts something else',
} as const

export type NotCharged = keyof typeof NOT_CHARGED

export type Judged =
  | Charged
  | { readonly because: NotCharged; readonly account: string | null }
  /** Nothing is to be paid for it here: by the terms, or as the list does not name the register. */
  | 'free'

export interface Charged {
  readonly owed: Owed
  /** For each kWh, wherever on a ladder. */
  readonly price: Scaled
  readonly pricedFrom: number
  /** Where a ladder is climbed: since when, from where, and what of it lies in which step. */
  readonly ladder: LadderClimbed | null
}

export interface LadderClimbed {
  readonly began: number
  readonly used: Scaled
  readonly steps: readonly Climbed[]
}

export function judgeCharge(counted: Counted, payer: Payer | null): Judged {
  const { obis, unit, from, to, quantity } = counted
  if (payer === null) return { because: 'NOBODYS', account: null }
  const { account, terms } = payer
  const not = (because: NotCharged): Judged => ({ because, account })
  const first = termsAt(terms, from)
  const last = termsAt(terms, to - 1)
  if (first?.balance !== 'here' && last?.balance !== 'here') return 'free'
  if (payer.until !== null && payer.until < to) return not('ACCOUNT_CHANGES')
  const isSame = first?.balance === last?.balance && first?.prices === last?.prices
  if (!isSame || first === null || first.prices === null) return not('TERMS_CHANGE')
  const found = priceOver(payer.tablesOf(first.prices), obis, from, to)
  if (found === 'not priced') return 'free'
  if (found === 'no table') return not('NO_PRICE')
  if (found === 'changes') return not('PRICE_CHANGES')
  if (unit !== 'kWh') return not('UNIT')
  if (quantity === null) return not('NOT_KNOWN')
  const ladder = found.ladder && ladderClimbed(found.ladder, counted, payer)
  if (ladder === 'begins') return not('LADDER_BEGINS')
  const flat = multiplyScaled(found.price, quantity)
  const amount = ladder ? addScaled(flat, climbedAmount(ladder.steps)) : flat
  return { owed: { account, obis, from, to, amount }, price: found.price, pricedFrom: found.from, ladder }
}

function ladderClimbed(
  ladder: Ladder,
  { from, to, quantity }: Counted,
  { usedSince, offsetMinutes }: Payer,
): LadderClimbed | 'begins' {
  const began = ladderBegan(ladder, from, offsetMinutes)
  if (ladderBegan(ladder, to - 1, offsetMinutes) !== began) return 'begins'
  const used = usedSince(began)
  return { began, used, steps: quantity ? climbed(ladder, used, quantity) : [] }
}

/** By account, register and span: what is owed now less what has been charged, where that is not nothing. */
export function differences(owed: readonly Owed[], charged: readonly Owed[]): readonly Owed[] {
  const due = new Map<string, Owed>(owed.map(one => [keyOf(one), one]))
  for (const one of charged) {
    const key = keyOf(one)
    const before = due.get(key)?.amount ?? { digits: 0n, scaler: 0 }
    due.set(key, { ...one, amount: subtractScaled(before, one.amount) })
  }
  return [...due.values()].filter(({ amount }) => amount.digits !== 0n)
}

function keyOf({ account, obis, from, to }: Span): string {
  return `${account}\n${obis}\n${from}\n${to}`
}
