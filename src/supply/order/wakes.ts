/** When time alone, or what is due, next makes something of an order: until then nobody need look at it. Pure; UTC ms. */

import { laterAt } from './lateness.ts'
import { fieldOrderDue } from './next-restore.ts'
import type { Cut, Order, Restore } from './order.ts'
import { isOver } from './table.ts'
import { CONVERSATION_MS, PERSON_AFTER_MS, PROOF_WITHIN_MS } from './timing.ts'

/** Null where nothing more happens by itself. */
export function wakesAt(order: Order): number | null {
  const times = order.kind === 'cut' ? cutWakes(order) : restoreWakes(order)
  const known = [order.dueAt, ...times].filter(at => at !== null)
  return known.length === 0 ? null : Math.min(...known)
}

function cutWakes({ state, sent, expiresAt, noticed }: Cut): readonly (number | null)[] {
  if (isOver(state)) return []
  if (sent === null) return [expiresAt, noticed && state !== 'quarantined' ? noticed.latest + 1 : null]
  if (state === 'sending') return [sent.at + PROOF_WITHIN_MS]
  return state === 'unconfirmed' ? [sent.at + PERSON_AFTER_MS] : []
}

function restoreWakes(restore: Restore): readonly (number | null)[] {
  const { state, sent, fieldOrderAt } = restore
  if (state === 'superseded' || state === 'rehearsed') return []
  const fieldOrder = fieldOrderAt === null ? fieldOrderDue(restore) : Number.POSITIVE_INFINITY
  return [
    Number.isFinite(fieldOrder) ? fieldOrder : null,
    laterAt(restore),
    state === 'sending' && sent !== null ? sent.at + CONVERSATION_MS : null,
  ]
}
