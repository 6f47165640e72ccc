/** Billing's word on whether an account still owes, right before a cut (P-07): who says it, and when it was so. Pure; UTC ms. */

import type { Scaled } from '../../core/scaled.ts'
import { MINUTE, SECOND } from '../../core/time.ts'
import type { Way } from '../account/terms.ts'

export type BillingRule =
  /** Billing is asked right before each cut. */
  | { readonly way: 'asked' }
  /** Billing says it by stating the balance, which is no older than that. */
  | { readonly way: 'pushed'; readonly mostAgeMs: number }
  /** Payments come here first: what is not entered here is not paid. */
  | { readonly way: 'ledger' }

export interface BillingWord {
  /** Null where nobody says what can be believed. */
  readonly says: 'unpaid' | 'paid' | null
  /** The server that was asked, `balance` or `ledger`. */
  readonly by: string
  /** Of an answer when it was asked for; null where nobody said anything. */
  readonly at: number | null
  /** Why nobody says it; where somebody does, what was said. */
  readonly text: string
}

/** What there is to go by. */
export interface BillingKnown {
  /** To a question of this attempt; null where none was asked. */
  readonly answer: BillingWord | null
  readonly balance: Way
  /** The time the last balance was stated for. */
  readonly statedAt: number | null
  /** Null where that is not known. */
  readonly owed: Scaled | null
}

/** An older answer is none. */
export const ANSWER_HOLDS_MS = MINUTE

export function billingWord(rule: BillingRule, known: BillingKnown, at: number): BillingWord {
  if (rule.way === 'asked') return answered(known.answer, at)
  const { balance, statedAt, owed } = known
  if (rule.way === 'ledger')
    return balance === 'here'
      ? owing('ledger', owed, at)
      : silent('ledger', null, 'its payments go elsewhere')
  if (balance !== 'pushed' || statedAt === null)
    return silent('balance', null, 'billing states no balance of it')
  const ageMs = at - statedAt
  return ageMs >= 0 && ageMs <= rule.mostAgeMs
    ? owing('balance', owed, statedAt)
    : silent('balance', statedAt, `stated ${ago(ageMs)}`)
}

export function silent(by: string, at: number | null, text: string): BillingWord {
  return { says: null, by, at, text }
}

function answered(answer: BillingWord | null, now: number): BillingWord {
  if (answer === null || answer.at === null) return answer ?? silent('billing', null, 'it was not asked')
  const ageMs = now - answer.at
  if (ageMs >= 0 && ageMs <= ANSWER_HOLDS_MS) return answer
  return silent(answer.by, answer.at, `asked ${ago(ageMs)}`)
}

function ago(ms: number): string {
  return ms < 0 ? 'in a time to come' : `${Math.ceil(ms / SECOND)} s ago`
}

function owing(by: string, owed: Scaled | null, at: number): BillingWord {
  if (owed === null) return silent(by, at, 'what is owed is not known')
  const says = owed.digits > 0n ? 'unpaid' : 'paid'
  return { says, by, at, text: says }
}
