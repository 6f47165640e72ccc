/** What is entered as long as a write succeeds, out of what is kept back for a full store: by it somebody has light, or keeps it (P-13, P-15). */

import type { LedgerAct } from './ledger/asked.ts'
import type { OrderAct } from './order/asked.ts'
import type { SafeguardAct } from './safeguard/asked.ts'

type Act = (LedgerAct | SafeguardAct | OrderAct)['kind']

/**
 * Payments, what billing states of a balance, protections, holds among them, and what arrived of notices; what stops, takes back or undoes
 * a cut. All else waits for room.
 */
const OUT_OF_RESERVE: readonly Act[] = [
  ...(['payment', 'balance', 'protection', 'change', 'receipt'] as const),
  ...(['stop', 'cancel', 'restore', 'resolve'] as const),
]

export function isOutOfReserve({ kind }: { readonly kind: Act }): boolean {
  return OUT_OF_RESERVE.includes(kind)
}
