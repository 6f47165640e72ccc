/** Says that a notice is of no debt any more, in the transaction of what paid it: after another debt a customer is told anew (P-13). */

import { formatScaled, type Scaled } from '../../core/scaled.ts'
import { balanceOf } from '../ledger/account-state.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Levelling } from '../ledger/levelling.ts'
import type { Safeguards } from './safeguards.ts'
import type { ByRule } from './writing.ts'

export interface ClearingParts {
  readonly ledger: Pick<Ledger, 'of'>
  readonly safeguards: Pick<Safeguards, 'of' | 'hasNotices'>
  readonly byRule: ByRule
}

/** To be called wherever a balance has moved. */
export function createClearing(parts: ClearingParts): Levelling {
  const { safeguards, byRule } = parts
  return (account, now) => {
    if (!safeguards.hasNotices(account)) return
    const balance = creditOf(parts, account)
    if (balance === null) return
    const facts = { balance: formatScaled(balance) }
    for (const { id: about, clearedAt } of safeguards.of(account).notices)
      if (clearedAt === null) byRule('cleared', { account, about }, facts, now)
  }
}

/** The balance where it is known that nothing is owed; else null. */
export function creditOf({ ledger }: Pick<ClearingParts, 'ledger'>, account: string): Scaled | null {
  const balance = balanceOf(ledger.of(account))
  return balance !== null && balance.digits >= 0n ? balance : null
}
