/** Says that a notice is of no debt any more, in the transaction of what paid it: after another debt a customer is told anew (P-13). */

import { formatScaled, type Scaled } from '../../core/scaled.ts'
import { stateOf } from '../ledger/account-state.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Levelling } from '../ledger/levelling.ts'
import type { Safeguards } from './safeguards.ts'
import { type AddSafeguard, BY_RULE } from './writing.ts'

export interface ClearingParts {
  readonly ledger: Pick<Ledger, 'of'>
  readonly safeguards: Pick<Safeguards, 'of' | 'hasNotices'>
  readonly addSafeguard: AddSafeguard
}

/** To be called wherever a balance has moved. */
export function createClearing(parts: ClearingParts): Levelling {
  const { safeguards, addSafeguard } = parts
  return (account, now) => {
    if (!safeguards.hasNotices(account)) return
    const balance = creditOf(parts, account, now)
    if (balance === null) return
    const facts = { balance: formatScaled(balance) }
    for (const { id: about } of safeguards.of(account).notices.filter(({ clearedAt }) => clearedAt === null))
      addSafeguard({ kind: 'cleared', account, about, at: now, facts, recordedAt: now, by: 'rule' }, BY_RULE)
  }
}

/** The balance where it is known that nothing is owed; else null. */
export function creditOf(
  { ledger }: Pick<ClearingParts, 'ledger'>,
  account: string,
  now: number,
): Scaled | null {
  const { balance } = stateOf(ledger.of(account), now)
  return balance !== null && balance.digits >= 0n ? balance : null
}
