/** What of an account's entries lessens what is owed, or may have. */

import { compareScaled } from '../../core/scaled.ts'
import type { LedgerEntry } from '../../supply/money/entry.ts'
import { exactly } from './table-written.ts'

/** The last payment or reversal, or the last balance by which less is owed than by the one before; undefined where there is none. */
export function creditedBy(entries: readonly LedgerEntry[]): LedgerEntry | undefined {
  return entries.findLast(one => isCredit(one, entries) || one.kind === 'reversal')
}

/** A balance that billing states anew is one where less is owed than before, or nothing. */
export function isCredit(
  { kind, amount, sequence }: Pick<LedgerEntry, 'kind' | 'amount' | 'sequence'>,
  entries: readonly LedgerEntry[],
): boolean {
  if (kind !== 'balance') return kind === 'payment' || kind === 'top-up'
  const before = entries.findLast(one => one.kind === 'balance' && one.sequence < sequence)
  const now = exactly(amount ?? '')
  return now.digits >= 0n || before === undefined || compareScaled(now, exactly(before.amount ?? '')) > 0
}

/** The time it was given by who entered it, which may have been ahead of our clock, UTC ms. */
export function statedAt({ from, facts }: Pick<LedgerEntry, 'from' | 'facts'>): number {
  const { stated } = JSON.parse(facts) as { readonly stated?: string }
  return stated === undefined ? from : Date.parse(stated)
}
