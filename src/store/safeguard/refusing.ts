/** What judging an act needs, and what it comes to: an entry, or words that say why not. */

import type { Archive } from '../../reading/archive/archive.ts'
import type { Journal } from '../journal/journal.ts'
import type { Answered } from '../ledger/asked.ts'
import type { OnceOnly } from '../ledger/once.ts'
import type { Transaction } from '../statements.ts'
import type { SafeguardAct, SafeguardAsked } from './asked.ts'
import type { SafeguardEntry } from './entry.ts'
import type { Safeguards } from './safeguards.ts'
import type { AddSafeguard, ByRule, NewSafeguard } from './writing.ts'

export interface SafeguardingParts {
  readonly safeguards: Safeguards
  readonly add: AddSafeguard
  readonly byRule: ByRule
  readonly journal: Pick<Journal, 'add'>
  readonly onceOnly: OnceOnly
  readonly archive: () => Pick<Archive, 'versionsOf'>
  /** Whether it is known that an account owes nothing. */
  readonly owesNothing: (account: string) => boolean
  /** What the policy in force has declared; null where there is none. */
  readonly conditions: readonly string[] | null
  /** What follows from it for orders, within its transaction. */
  readonly follow: (entry: SafeguardEntry, now: number) => void
  readonly transaction: Transaction
  readonly offsetMinutes: number
  readonly epoch: number
}

export type Refused = Pick<Extract<Answered, { code: unknown }>, 'code' | 'text'>
export type Act<Kind extends SafeguardAct['kind']> = Extract<SafeguardAct, { kind: Kind }>
/** What is written of an act; of some another kind than was asked for. */
export type Entered = Omit<NewSafeguard, 'recordedAt' | 'by'>
export type Acting = Pick<SafeguardAsked, 'now' | 'by'>

export function refused(text: string): Refused {
  return { code: 'SAFEGUARD_REFUSED', text }
}

/** People mistype numbers, and a protection of nobody protects nobody. */
export function accountRefused({ archive }: SafeguardingParts, account: string): Refused | null {
  if (archive().versionsOf(account).length > 0) return null
  return { code: 'ASK_UNKNOWN', text: `the archive has no account ${account}; import it first` }
}
