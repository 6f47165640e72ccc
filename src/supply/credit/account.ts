/** What an account that is prepaid in the meter has there: what each of its meters told last, and what speaks against it. Plain data. */

import type { CreditThreshold } from '../../core/credit.ts'
import { compareScaled, type Scaled } from '../../core/scaled.ts'
import type { CreditFinding, CreditLook } from './looks.ts'
import type { TopUp } from './top-ups.ts'

export interface AccountCredit {
  readonly meters: readonly MeterCredit[]
  /** In the order they were paid. */
  readonly topUps: readonly TopUp[]
}

export interface MeterCredit {
  readonly meter: string
  /** What it told last; null where that was nothing. */
  readonly last: (CreditLook & { readonly quality: string }) | null
  readonly thresholds: ThresholdsTold | null
  readonly changes: readonly ThresholdChange[]
  readonly findings: readonly CreditFinding[]
}

export interface ThresholdsTold {
  /** UTC ms: the audit that told it last. */
  readonly at: number
  /** Those it told. */
  readonly amounts: Readonly<Partial<Record<CreditThreshold, string>>>
}

/** Set anew, and nothing here sets it. */
export interface ThresholdChange {
  /** The first audit that told it so, UTC ms. */
  readonly at: number
  readonly threshold: CreditThreshold
  readonly was: string
  readonly is: string
}

/** Whether the customer's button leaves the relay open: no more is left than its allow-close amount. Null where nobody knows. */
export function isHeldOpen(remaining: Scaled | null, closesAbove: Scaled | null): boolean | null {
  return remaining && closesAbove && compareScaled(remaining, closesAbove) <= 0
}
