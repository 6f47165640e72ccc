/** Says in the ledger when an account has reached a level or left one, in the transaction of what moved its balance. */

import { formatScaled } from '../../core/scaled.ts'
import { type LevelMoved, levelsMoved } from '../../supply/money/levels.ts'
import { stateOf } from './account-state.ts'
import type { Ledger } from './ledger.ts'
import type { ledgerWriterFor } from './writing.ts'

export type Levelling = (account: string, now: number) => void

export interface LevellingParts {
  readonly ledger: Pick<Ledger, 'of' | 'isThere' | 'hasThresholds'>
  readonly add: ReturnType<typeof ledgerWriterFor>
}

/** Where a balance is not known no level is. */
export function createLevelling({ ledger, add }: LevellingParts): Levelling {
  return (account, now) => {
    if (!ledger.hasThresholds(account)) return
    const { balance, perDay, thresholds, level } = stateOf(ledger.of(account), now)
    if (balance === null || thresholds === null) return
    const shown = { balance: formatScaled(balance), perDay: perDay && formatScaled(perDay) }
    const enter = ({ event, level: of, threshold }: LevelMoved) =>
      add({
        ...{ account, kind: 'level', about: `L${of}`, from: now, to: null, amount: null },
        facts: { event, threshold: formatScaled(threshold), ...shown },
        ...{ recordedAt: now, by: 'rule' },
      })
    for (const moved of levelsMoved(level, balance, thresholds, perDay)) enter(moved)
  }
}
