/** What an approver is shown of a cut, as it was at one moment (PR-51). Plain data that JSON holds; amounts exact, in quotes; UTC ms. */

import type { Customer, Protection } from '../policy/policy.ts'

export interface FactsShown {
  readonly meter: string
  readonly address: string
  readonly number: string
  readonly account: string
  /** Whose meter it is, since when, and where that is written. */
  readonly pairing: { readonly from: number; readonly reference: string }
  readonly customer: Customer
  /** What is owed, and the number of the last payment, reversal or pushed balance that is in it. */
  readonly arrears: { readonly amount: string; readonly currency: string; readonly credits: number }
  /** The last billing-quality read that the balance rests on. */
  readonly read: { readonly at: number; readonly register: string; readonly value: string }
  /** The digest is of the file, letter by letter. */
  readonly policy: { readonly name: string; readonly edition: string; readonly digest: string }
  readonly protections: readonly ProtectionShown[]
  /** When it was delivered. */
  readonly firstNotice: number
}

export interface ProtectionShown {
  readonly class: Protection
  readonly from: string
  readonly to: string | null
  readonly authorityReference: string | null
  readonly visited: number | null
}
