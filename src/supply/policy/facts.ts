/** What is known of one account and its meter when a cut is thought of. Null is unknown, and never passes (PR-53). */

import type { Scaled } from '../../core/scaled.ts'
import type { LocalDate } from './dates.ts'
import type { Customer, Protection } from './policy.ts'

/** There is none, there is no receipt, or when it was delivered, UTC ms. */
export type Notice = 'none' | 'sent' | number

export interface Facts {
  readonly customer: Customer | null
  readonly arrears: { readonly amount: Scaled; readonly currency: string } | null
  /** The newest read that the balance rests on. */
  readonly read: { readonly at: number; readonly quality: ReadQuality } | null
  /** The meter's clock minus ours. */
  readonly meterClockErrorMs: number | null
  readonly gatewayTime: 'trusted' | 'doubted' | null
  readonly firstNotice: Notice | null
  readonly secondNotice: Notice | null
  readonly protections: readonly Protected[] | null
  /** By the name the policy has for it: whether it is on. */
  readonly declared: ReadonlyMap<string, boolean>
}

export const READ_QUALITIES = ['actual', 'estimated', 'suspect'] as const
export type ReadQuality = (typeof READ_QUALITIES)[number]

export interface Protected {
  readonly class: Protection
  /** Both days are in it; null has no end. */
  readonly from: LocalDate
  readonly to: LocalDate | null
  /** The authority's approval of this cut. */
  readonly authorityReference: string | null
  /** When somebody was there, UTC ms. */
  readonly visited: number | null
}

export const NOTHING_KNOWN: Facts = {
  customer: null,
  arrears: null,
  read: null,
  meterClockErrorMs: null,
  gatewayTime: null,
  firstNotice: null,
  secondNotice: null,
  protections: null,
  declared: new Map(),
}
