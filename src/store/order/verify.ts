/** Whether orders are what the journal says that they became: one that was changed or taken away is found (PR-65). Reads only. */

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
  const told = toldOf(file)
  for (const row of rows.iterate()) {
    const subject = `order ${row['id']}`
    const lastTold = told.get(subject)?.last
    told.delete(subject)
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
    const isLast = last?.journal === lastTold
    if (said?.['subject'] === subject && digest === digestOfOrder(order) && isLast) continue
    const text = `order ${order.id} is not what entry ${last?.journal ?? 'of no number'} says that it became: it was changed after`
    yield { sequence: last?.journal ?? 1, kind: 'order', text }
  }
  for (const [subject, { first }] of told) {
    const text = `${subject}, of which entry ${first} is the first, is not there: it was taken away`
    yield { sequence: first, kind: 'order', text }
  }
}

/** Orders are kept for good, whatever became of them: of each step there is an entry, and of each order the last of them. */
function toldOf(file: DatabaseSync) {
  const rows = file
    .prepare(
      `SELECT subject, min(sequence) AS first, max(sequence) AS last FROM journal
       WHERE subject LIKE 'order %' AND action LIKE 'order.%' AND action <> 'order.frame'
       GROUP BY subject ORDER BY first`,
    )
    .all()
  return new Map(
    rows.map(({ subject, first, last }) => [String(subject), { first: whole(first), last: whole(last) }]),
  )
}

/** What stands in a changed row may be no JSON at all. */
function digestIn(facts: string): unknown {
  try {
    return (JSON.parse(facts) as { readonly digest?: unknown }).digest
  } catch {
    return null
  }
}
