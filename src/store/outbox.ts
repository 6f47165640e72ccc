/** The one sequence every sink follows, and how far each has come (PR-10). Nothing is copied per sink. */

import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../core/faults.ts'
import { QUALITIES } from './batch.ts'
import { changeChecksum, cursorChecksum } from './checksum.ts'
import type { Damage } from './damage.ts'
import { type KeptRow, READING_COLUMNS, type Row, type Rows, toStored, whole } from './rows.ts'
import type { Change } from './store.ts'

export interface Outbox {
  /** Within a transaction: gives the next number to a reading as it now stands. */
  announce(row: number, quality: number, findings: number): void
  lastSequence(): number
  changesAfter(sequence: number, limit: number): Change[]
  cursor(sink: string): number
  advance(sink: string, sequence: number): void
  park(sink: string, sequence: number, reason: string): void
  /** After a rollback: the numbers given in it were not given. */
  forget(): void
}

export function createOutbox(database: DatabaseSync, rows: Rows, damage: Damage): Outbox {
  const { add, highest, after, findCursor, moveCursor, addParked } = statementsFor(database)
  let last: number | null = null

  function lastSequence(): number {
    last ??= whole(highest.get()?.['last'] ?? 0)
    return last
  }

  /** A damaged position starts over: delivering again is harmless (PR-11), skipping would lose readings. */
  function cursor(sink: string): number {
    const row = findCursor.get(sink)
    if (row === undefined) return 0
    const position = whole(row['cursor'])
    if (cursorChecksum(sink, position) === whole(row['checksum'])) return position
    damage.found('sink', sink)
    return 0
  }

  return {
    announce(row, quality, findings) {
      const sequence = lastSequence() + 1
      add.run(sequence, row, quality, findings, changeChecksum(sequence, row, quality, findings))
      last = sequence
    },
    lastSequence,
    changesAfter(sequence, limit) {
      const changes: Change[] = []
      let from = sequence
      // Withheld rows must not make a page look like the last one.
      while (changes.length < limit) {
        const asked = limit - changes.length
        const page = after.all(from, asked)
        for (const row of page) {
          const change = changeOf(row, rows, damage)
          if (change !== null) changes.push(change)
          from = Math.max(from + 1, whole(row['sequence']) || 0)
        }
        if (page.length < asked) break
      }
      return changes
    },
    cursor,
    advance(sink, sequence) {
      requireGiven(sequence, lastSequence())
      if (sequence > cursor(sink)) moveCursor.run(sink, sequence, cursorChecksum(sink, sequence))
    },
    park(sink, sequence, reason) {
      requireGiven(sequence, lastSequence())
      addParked.run(sink, sequence, reason)
    },
    forget() {
      last = null
    },
  }
}

function requireGiven(sequence: number, last: number): void {
  assert(Number.isSafeInteger(sequence) && sequence >= 0, 'a sequence number is a whole number')
  assert(sequence <= last, 'a sink can only have been given numbers that exist')
}

/** As it was announced: what a later conflict added is told by its own, later change (PR-17). */
function changeOf(row: Row, rows: Rows, damage: Damage): Change | null {
  const sequence = whole(row['sequence'])
  const quality = whole(row['told_quality'])
  const findings = whole(row['told_findings'])
  const word = QUALITIES[quality]
  const sound =
    changeChecksum(sequence, whole(row['reading']), quality, findings) === whole(row['told_checksum'])
  if (!sound || word === undefined || row['id'] === null) {
    damage.found('change', sequence)
    return null
  }
  const kept: KeptRow | null = rows.verified(row)
  if (kept === null) return null
  return { sequence, ...toStored(kept), quality: word, findings: kept.findings.slice(0, findings) }
}

function statementsFor(database: DatabaseSync) {
  const after = database.prepare(
    `SELECT c.sequence, c.reading, c.quality AS told_quality, c.findings AS told_findings, c.checksum AS told_checksum,
       ${READING_COLUMNS}
     FROM change c LEFT JOIN reading r ON r.id = c.reading
     WHERE c.sequence > ? ORDER BY c.sequence LIMIT ?`,
  )
  after.setReadBigInts(true)
  return {
    after,
    add: database.prepare(
      'INSERT INTO change (sequence, reading, quality, findings, checksum) VALUES (?, ?, ?, ?, ?)',
    ),
    // The newest change is never removed, so the highest number kept is the last one given.
    highest: database.prepare('SELECT max(sequence) AS last FROM change'),
    findCursor: database.prepare('SELECT cursor, checksum FROM sink WHERE name = ?'),
    moveCursor: database.prepare(
      `INSERT INTO sink (name, cursor, checksum) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, checksum = excluded.checksum`,
    ),
    addParked: database.prepare('INSERT OR REPLACE INTO parked (sink, sequence, reason) VALUES (?, ?, ?)'),
  }
}
