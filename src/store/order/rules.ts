/** What the configuration says of orders: by which policy, of which meters. Plain data, told to the store when it is opened. */

import type { Scaled } from '../../core/scaled.ts'
import type { BillingRule } from '../../supply/order/billing.ts'
import type { Standing } from '../../supply/order/final-check.ts'
import type { Customer, Policy } from '../../supply/policy/policy.ts'

export type OrderRules = CutRules | RestoreRules

export interface CutRules {
  readonly policy: Policy
  /** SHA-256 of its file, letter by letter: 64 hex digits. */
  readonly policyDigest: string
  /** All but the frame (PR-50). */
  readonly isRehearsal: boolean
  /** Who says right before a cut that it is still unpaid. */
  readonly billing: BillingRule
  readonly meters: ReadonlyMap<string, OrderedMeter>
}

/** Without a configuration of orders nobody is cut (PR-50), and who was has light again all the same (P-15). */
export interface RestoreRules {
  readonly policy: null
  readonly isRehearsal: false
  readonly meters: ReadonlyMap<string, OrderedMeter>
}

export const NO_METERS: RestoreRules = { policy: null, isRehearsal: false, meters: new Map() }

/** Null where nobody has said: then nothing is cut. */
export interface OrderedMeter {
  readonly address: string
  readonly number: string | null
  readonly line: string
  readonly transformer: string | null
  readonly customer: Customer | null
  readonly link: Standing['line']
  readonly control: Standing['control']
  /** What its protocol has not. */
  readonly lacks?: NonNullable<Standing['lacks']>
  /** Of the register that bills are made of, in its unit; and the most that it can count in an hour. */
  readonly register: string
  readonly mostPerHour: Scaled | null
  /** By which item a meter that keeps money tells its allow-close amount; absent of all others. */
  readonly closesAbove?: string
}
