/** What a billing read is: the record for one meter and boundary, or why there is none (docs/api.md). */

import type { Scaled } from '../../core/scaled.ts'
import type { Finding, Kind, Quality } from '../reading.ts'

/** A reading as the store keeps it: identity, version and the round it came in. */
export interface KeptReading {
  readonly id: string
  readonly obis: string
  readonly kind: Kind
  readonly slot: number
  readonly version: number
  readonly value: Scaled
  readonly unit: string
  readonly readAt: number
  readonly receivedAt: number
  readonly quality: Quality
  readonly findings: readonly Finding[]
  /** Readings of one round were read together. */
  readonly round: number
}

/** What must be known of a meter to judge its readings. */
export interface BillingFacts {
  readonly meter: string
  /** `freeze` for meters that freeze registers at midnight, `timed` for those that cannot. */
  readonly origin: 'freeze' | 'timed'
  /** Every energy register the tariff needs: totals, tariffs, reverse. */
  readonly needed: readonly string[]
  /** The meter's clock minus ours, measured nearest to the boundary; null when never measured. */
  readonly clock: { readonly measuredAt: number; readonly deviationMs: number } | null
  /** Where registers roll over, exclusive, multiplied as their values are; absent for those nobody knows it of. */
  readonly capacities?: Readonly<Record<string, Scaled>>
}

export const CONDITIONS = [
  'origin',
  'identity',
  'time',
  'complete',
  'valid',
  'continuous',
  'multiplier',
  'final',
  'released',
] as const
export type ConditionName = (typeof CONDITIONS)[number]
/** Those the readings of a boundary answer for by themselves; the rest is the gate's. */
export type OwnCondition = (typeof OWN_CONDITIONS)[number]
export const OWN_CONDITIONS = ['origin', 'identity', 'time', 'complete', 'valid'] as const

/** Something that stands against billing; codes are for programs, texts for people. */
export interface Doubt {
  readonly condition: ConditionName
  readonly code: DoubtCode
  /** The register meant; null when it is the whole record. */
  readonly obis: string | null
  readonly text: string
  /** `tariffs`: the totals may be billed, their split may not. */
  readonly blocks: 'all' | 'tariffs'
}

export type DoubtCode =
  | 'NOT_STAMPED_AT_BOUNDARY'
  | 'NOT_READ_IN_TIME'
  | 'IDENTITY_IN_DOUBT'
  | 'NOT_ACCEPTED'
  | 'CLOCK_UNKNOWN'
  | 'CLOCK_OFF'
  | 'CLOCK_BROKEN'
  | 'NOTHING_NEEDED'
  | 'TOTAL_NOT_PLANNED'
  | 'NOT_READ'
  | 'MIXED_ROUNDS'
  | 'CONFLICT'
  | 'NOT_GOOD'
  | 'NOT_WITNESSED'
  | 'WITNESS_AGAINST'
  | 'NOT_AUDITED'
  | 'ANOTHER_METER'
  | 'NOT_CONTINUOUS'
  | 'MULTIPLIER_CHANGED'
  | 'NOT_SETTLED'
  | 'HELD_BACK'
  | 'NEEDS_APPROVAL'
  | 'RELEASED_STANDS'
  | 'NOT_ESTIMABLE'
  | 'DAMAGED'
  | 'NOT_BILLED'
  | 'RELEASED_LATER'

/** One that speaks against all registers. */
export function doubtOf(
  condition: Doubt['condition'],
  code: DoubtCode,
  obis: string | null,
  text: string,
): Doubt {
  return { condition, code, obis, text, blocks: 'all' }
}

/** One of the nine conditions and how it came out, in words. */
export interface Condition {
  readonly number: number
  readonly name: ConditionName
  readonly met: boolean
  readonly text: string
}

export type BillingVerdict = BillingRead | Missing

interface Judged {
  readonly meter: string
  readonly origin: BillingFacts['origin']
  readonly conditions: readonly Condition[]
  readonly doubts: readonly Doubt[]
}

/** Provisional as long as the gate (gate.ts) has not released it. */
export interface BillingRead extends Judged {
  readonly status: 'ready' | 'totals-only'
  readonly state: 'provisional'
  /** The rounds that gave the registers: one for a timed read; for a freeze each proved the same stamp. */
  readonly rounds: readonly number[]
  readonly registers: readonly KeptReading[]
  /** Registers read and not released because their split is in doubt. */
  readonly withheld: readonly string[]
}

export interface Missing extends Judged {
  readonly status: 'missing'
  /** What is kept for this boundary; to look into, never to bill. */
  readonly known: readonly KeptReading[]
}
