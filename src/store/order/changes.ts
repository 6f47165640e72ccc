/** What others are told of orders: read from the entries of the journal that each step was written with, so that none can be missed (PR-60, P-12). */

import type { DatabaseSync } from 'node:sqlite'
import type { OrderChange } from '../../supply/order/change.ts'
import { chargedToChecksum } from '../checksum.ts'
import type { Damage } from '../damage.ts'
import { entryIn, JOURNAL_COLUMNS } from '../journal/entry.ts'
import { TURNS } from '../journal/turn.ts'
import { isSoundPosition } from '../ledger/charged-to.ts'
import { type Row, whole } from '../rows.ts'
import type { Writer } from '../writer.ts'
import type { ChangeCalls, NumberedChange } from './asked.ts'

export type OrderChanges = Pick<ChangeCalls, 'orderChanges'>

/** Entries of everything, passed over at once: some milliseconds. */
const MOST_PASSED = 10_000

/** A file that is read only can be asked too. */
export function createOrderChanges(database: DatabaseSync, damage: Pick<Damage, 'found'>): OrderChanges {
  const last = database.prepare('SELECT max(sequence) AS last FROM journal')
  const between = database.prepare(
    `SELECT ${JOURNAL_COLUMNS} FROM journal
     WHERE sequence > ? AND sequence <= ? AND action >= 'order.' AND action < 'order/' ORDER BY sequence LIMIT ?`,
  )

  function changeIn(row: Row): readonly NumberedChange[] {
    const entry = entryIn(row)
    if (entry === null) damage.found('journal', whole(row['sequence']))
    // Entries of steps that nobody else is told have none, and those of before they were told.
    const change = entry && (JSON.parse(entry.facts) as { readonly change?: OrderChange }).change
    return entry && change ? [{ sequence: entry.sequence, at: entry.at, ...change }] : []
  }

  return {
    orderChanges(after, limit) {
      const end = whole(last.get()?.['last'] ?? 0)
      const until = Math.min(after + MOST_PASSED, end)
      const rows = between.all(after, until, limit)
      const passed = rows.length === limit ? whole(rows.at(-1)?.['sequence'] ?? until) : until
      const reached = Math.max(after, passed)
      return { changes: rows.flatMap(changeIn), reached, hasMore: reached < end }
    },
  }
}

/** How far followers have come is kept beside how far the charges have; one that is damaged begins anew, and hears again what it was told. */
export function createChangesTold(
  database: DatabaseSync,
  epoch: number,
  write: Writer['write'],
): Pick<ChangeCalls, 'changesTold' | 'changesTell'> {
  const find = database.prepare('SELECT * FROM charged_to WHERE name = ?')
  const put = database.prepare(
    'INSERT OR REPLACE INTO charged_to (name, cursor, epoch, checksum) VALUES (?, ?, ?, ?)',
  )
  const began = database.prepare(
    `SELECT max(sequence) AS began FROM journal WHERE action IN (${TURNS.map(() => '?').join(', ')})`,
  )
  const nameOf = (to: string) => `order changes to ${to}`
  return {
    // The journal goes on in another life of the store; what was lost of its end is numbered anew.
    changesTold(to) {
      const row = find.get(nameOf(to))
      if (row === undefined || !isSoundPosition(row)) return 0
      const told = whole(row['cursor'])
      return row['epoch'] === epoch ? told : Math.min(told, whole(began.get(...TURNS)?.['began'] ?? 0))
    },
    changesTell(to, sequence) {
      const name = nameOf(to)
      const sum = chargedToChecksum(name, sequence, epoch)
      write(`noting how far ${to} was told`, () => void put.run(name, sequence, epoch, sum))
    },
  }
}
