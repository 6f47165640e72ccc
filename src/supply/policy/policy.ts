/** What a supplier may do before it cuts somebody off, as its jurisdiction has it. Restores are in no rule of it. */

import type { Scaled } from '../../core/scaled.ts'
import type { DateRange, LocalDate, Weekday } from './dates.ts'

/** Whose notice takes how long. */
export const CUSTOMERS = ['residents', 'others'] as const
export type Customer = (typeof CUSTOMERS)[number]

/** Who may never, or not simply, be cut (P-10). */
export const PROTECTIONS = [
  'life_support',
  'elderly_alone',
  'low_income',
  'public_service',
  'finance_paid',
  'important_user',
  'bankruptcy',
  'legal_hold',
  'billing_dispute',
  'temporary_hold',
] as const
export type Protection = (typeof PROTECTIONS)[number]

export const BEHAVIOURS = ['block', 'needs_authority_ref', 'extra_notice', 'manual_visit'] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

/** Whose cuts are counted (PR-57). */
export const FUSED = ['gateway', 'line', 'transformer', 'actor', 'batch'] as const
export type Fused = (typeof FUSED)[number]

/** What a key may do, as far as it concerns supply. */
export const SCOPES = ['read', 'billing', 'operate', 'approve', 'restore', 'admin', 'audit'] as const
export type Scope = (typeof SCOPES)[number]

/** The document a rule is from, as the supplier wrote it. */
export interface Sourced {
  readonly source: string
}

export interface Policy {
  readonly name: string
  readonly edition: string
  readonly jurisdiction: string
  /** Of the IANA list. */
  readonly zone: string
  /** Who at the supplier answers for it, and the first day it holds. */
  readonly accepted: { readonly by: string; readonly on: LocalDate }
  readonly firstNotice: FirstNotice
  /** Delivered so long before the cut, ms (P-05). */
  readonly secondNotice: Sourced & { readonly leastMs: number; readonly mostMs: number }
  readonly windows: Windows
  readonly holidays: Holidays
  readonly noCut: readonly NoCut[]
  /** Conditions somebody else declares, such as heat; what is not known to be off is on. */
  readonly declared: readonly (Sourced & { readonly name: string })[]
  readonly protections: ReadonlyMap<Protection, ProtectionRule>
  readonly arrears: Sourced & { readonly least: Scaled; readonly currency: string }
  readonly read: Sourced & { readonly mostAgeMs: number }
  readonly meterClock: Sourced & { readonly mostErrorMs: number }
  readonly fuses: Fuses
  readonly approval: Approval
}

/** Full days between delivered and cut (P-04); it lapses so many days after it was delivered. */
export interface FirstNotice extends Sourced {
  readonly days: Readonly<Record<Customer, number>>
  readonly lapsesAfterDays: number
}

export interface Windows extends Sourced {
  readonly open: readonly Window[]
  readonly never: readonly Weekday[]
}

/** Minutes since midnight, from `from` on, before `to`. */
export interface Window {
  readonly days: readonly Weekday[]
  readonly from: number
  readonly to: number
}

export interface Holidays extends Sourced {
  /** Outside of these dates nobody knows (PR-56). */
  readonly known: DateRange
  /** Whether the day before a holiday is as good as one. */
  readonly dayBefore: boolean
  readonly days: readonly (DateRange & { readonly name: string })[]
}

export interface NoCut extends DateRange, Sourced {
  readonly name: string
}

/** Days are added to those of the first notice. */
export interface ProtectionRule extends Sourced {
  readonly behaviour: Behaviour
  readonly extraDays: number
}

export interface Fuses extends Sourced {
  readonly limits: ReadonlyMap<Fused, Limit>
  /** Stops at so many times the usual, or at this share of all meters. */
  readonly ratio: { readonly times: number; readonly percent: number }
  /** So many of a batch must be verified before the rest go. */
  readonly canary: number
}

/** Cuts at most within each. */
export interface Limit {
  readonly tenMinutes: number
  readonly hour: number
  readonly day: number
}

export interface Approval extends Sourced {
  /** Pairs of which nobody holds both. */
  readonly apart: readonly (readonly [Scope, Scope])[]
  /** How long a selection holds. */
  readonly selectForMs: number
}
