/** What people and billing enter into the ledger, and what they are answered. */

import type { FaultCode } from '../../core/faults.ts'
import type { Terms } from '../../supply/account/terms.ts'
import type { Caller } from '../journal/deed.ts'
import type { TableWritten } from './table-written.ts'

export interface PostAsked {
  /** UTC ms. */
  readonly now: number
  /** Name of a key. */
  readonly by: string
  /** For the journal. */
  readonly caller: Caller
  readonly once: Once
  readonly act: LedgerAct
}

/** By which the same thing asked again is known (PR-61). */
export interface Once {
  readonly key: string
  /** Of all that was asked, in hexadecimal. */
  readonly digest: string
  /** Names the request in problems. */
  readonly request: string
}

/** Times UTC ms, amounts exact decimals. */
export type LedgerAct =
  | { readonly kind: 'terms'; readonly account: string; readonly terms: Terms }
  | ({ readonly kind: 'prices'; readonly list: string; readonly from: number } & TableWritten)
  | ({ readonly kind: 'payment'; readonly payment: string; readonly amount: string } & OfAccount)
  | ({ readonly kind: 'reversal'; readonly payment: string; readonly reason: string } & OfAccount)
  | {
      readonly kind: 'thresholds'
      readonly account: string
      readonly from: number
      readonly alarm1: string
      readonly alarm2: string
      readonly overdraft: string
    }
  /** `proposal` is the number of the entry that proposed them. */
  | { readonly kind: 'confirmed'; readonly account: string; readonly proposal: number }
  | ({ readonly kind: 'balance'; readonly amount: string } & OfAccount)

interface OfAccount {
  readonly account: string
  readonly at: number
}

/** What was answered the first time; `answer` is JSON. Refusals are kept too. */
export type Answered =
  | { readonly answer: string }
  | { readonly code: FaultCode; readonly text: string; readonly request: string }

/** `reused`: the key came with something else before. */
export type Posted = Answered | { readonly reused: true }

export interface ChargeAnswer {
  /** Entries written. */
  readonly entries: number
  /** False where there is more to be done at once. */
  readonly isDone: boolean
}
