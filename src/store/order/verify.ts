/** Whether orders are what the journal says that they became: a changed one, or one by another policy, is found (PR-65). Reads only. */

import type { DatabaseSync } from 'node:sqlite'
import { whole } from '../rows.ts'
import { digestOfOrder, orderIn } from './entry.ts'

export interface OrderFinding {
  /** The entry of the journal that tells otherwise; of a damaged row 1. */
  readonly sequence: number
  readonly kind: 'order'
  readonly text: string
}

export function* ordersVerified(file: DatabaseSync): Generator<OrderFinding> {
  const isThere = file.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'supply'").get()
  if (isThere === undefined) return
  const entry = file.prepare('SELECT subject, facts FROM journal WHERE sequence = ?')
  const rows = file.prepare("SELECT * FROM supply WHERE kind IN ('cut', 'restore') ORDER BY sequence")
  for (const row of rows.iterate()) {
    const kept = orderIn(row)
    if (kept === null) {
      const text = `row ${whole(row['sequence'])} of orders does not match its checksum: it is damaged, or was changed`
      yield { sequence: 1, kind: 'order', text }
      continue
    }
    const { order, steps } = kept
    const last = steps.at(-1)
    const said = last && entry.get(last.journal)
    const digest = said ? digestIn(String(said['facts'])) : null
    if (said?.['subject'] === `order ${order.id}` && digest === digestOfOrder(order)) continue
    const text = `order ${order.id} is not what entry ${last?.journal ?? 'of no number'} says that it became: it was changed after`
    yield { sequence: last?.journal ?? 1, kind: 'order', text }
  }
}

/** What stands in a changed row may be no JSON at all. */
function digestIn(facts: string): unknown {
  try {
    return (JSON.parse(facts) as { readonly digest?: unknown }).digest
  } catch {
    return null
  }
}
