/** Whether orders, kill switch and fuse are what the journal says that they became: what was changed or taken away is found (PR-65). Reads only. */

import type { DatabaseSync } from 'node:sqlite'
import { TURNS } from '../journal/turn.ts'
import { whole } from '../rows.ts'
import { digestOfOrder, digestOfState, orderIn, type StateKept, type StateName, stateIn } from './entry.ts'

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
  for (const name of Object.keys(SAID) as StateName[]) yield* stateVerified(file, name)
}

/** What is written down of each, and by which of it the switch is set or the fuse blown. */
const SAID: Readonly<
  Record<StateName, { readonly of: string; readonly set: readonly string[]; readonly unset: string }>
> = {
  stop: { of: 'the kill switch', set: ['supply.stopped'], unset: 'supply.resumed' },
  fuse: {
    of: 'the fuse',
    set: ['supply.fuse-blown', 'supply.fuse-reset-asked'],
    unset: 'supply.fuse-reset',
  },
  search: { of: 'what a look at all relays found', set: [], unset: 'supply.dark-search' },
}

/** What another life of the store had of it counts for nothing: it begins with all cuts stopped. */
function* stateVerified(file: DatabaseSync, name: StateName): Generator<OrderFinding> {
  const { of, set, unset } = SAID[name]
  const row = file.prepare('SELECT * FROM supply WHERE id = ?').get(name)
  const kept = row && stateIn(row)
  if (kept === null)
    yield { sequence: 1, kind: 'order', text: `${of} does not match its checksum: damaged, or changed` }
  const epoch = file.prepare('SELECT epoch FROM life').get()?.['epoch']
  const counts = kept && kept.epoch === epoch ? kept : undefined
  const entry = file
    .prepare(
      `SELECT sequence, action, facts FROM journal
       WHERE action IN (${holes([...set, unset])})
         AND sequence > (SELECT coalesce(max(sequence), 0) FROM journal WHERE action IN (${holes(TURNS)}))
       ORDER BY sequence DESC LIMIT 1`,
    )
    .get(...set, unset, ...TURNS)
  if (kept === null || (entry === undefined && counts === undefined)) return
  const sequence = entry ? whole(entry['sequence']) : 1
  const finding = (text: string): OrderFinding => ({ sequence, kind: 'order', text: `${of} ${text}` })
  if (entry === undefined) yield finding('is of no entry: it was put in')
  else if (counts === undefined)
    yield finding(`is not there, though entry ${sequence} tells of it: it was taken away`)
  else if (!isAsSaid(counts, String(entry['facts']), set.includes(String(entry['action']))))
    yield finding(`is not what entry ${sequence} says that it became: it was changed after`)
}

/** Entries of before they had a digest tell whether it was set. */
function isAsSaid(kept: StateKept, facts: string, isSet: boolean): boolean {
  const digest = digestIn(facts)
  if (typeof digest === 'string') return digest === digestOfState(kept)
  const said = kept.facts as { readonly blown?: unknown } | null
  return (said !== null && said.blown !== null) === isSet
}

function holes(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ')
}

/**
 * Orders are kept for good, whatever became of them: of each step there is an entry, and of each order the last of them. But what was told
 * since the copy that a store was restored from is of orders that this store does not have, or has as they were before.
 */
function toldOf(file: DatabaseSync) {
  const lost = lostSpans(file)
  const rows = file
    .prepare(
      `SELECT subject, min(sequence) AS first, max(sequence) AS last FROM journal
       WHERE subject LIKE 'order %' AND action LIKE 'order.%' AND action <> 'order.frame'
         ${lost.map(() => 'AND NOT (sequence > ? AND sequence < ?)').join(' ')}
       GROUP BY subject ORDER BY first`,
    )
    .all(...lost.flat())
  return new Map(
    rows.map(({ subject, first, last }) => [String(subject), { first: whole(first), last: whole(last) }]),
  )
}

/** Behind which entry the copy ended, and by which it took the place of the store. */
function lostSpans(file: DatabaseSync): readonly (readonly [after: number, before: number])[] {
  const turns = file.prepare("SELECT sequence, facts FROM journal WHERE action = 'store.restored'").all()
  return turns.map(({ sequence, facts }) => {
    const { journal } = objectIn(String(facts)) as { journal?: { carried?: number } | null }
    const before = whole(sequence)
    return [before - 1 - (journal?.carried ?? 0), before]
  })
}

function digestIn(facts: string): unknown {
  return objectIn(facts)['digest'] ?? null
}

/** What stands in a changed row may be no JSON at all. */
export function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}
