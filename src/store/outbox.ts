/** The one sequence every sink follows, and how far each has come (PR-10). Nothing is copied per sink. */

import type { DatabaseSync } from 'node:sqlite'
import { assert, Fault } from '../core/faults.ts'
import type { Quality } from '../reading/reading.ts'
import { QUALITIES } from './batch.ts'
import { changeChecksum, cursorChecksum } from './checksum.ts'
import type { Damage } from './damage.ts'
import { type KeptRow, READING_COLUMNS, type Row, type Rows, toStored, whole } from './rows.ts'
import type { Change, Item, Position } from './store.ts'

const TOLD_COLUMNS =
  'c.sequence, c.reading, c.quality AS told_quality, c.findings AS told_findings, c.checksum AS told_checksum'

/** Rows looked at for the last number given; more than one page of them, which damage takes whole. */
const NEWEST = 512
const NEWEST_FIRST = `SELECT ${TOLD_COLUMNS} FROM change c ORDER BY c.sequence DESC LIMIT ${NEWEST}`

export interface Outbox {
  /** Within a transaction: gives the next number to a reading as it now stands. */
  announce(row: number, quality: number, findings: number): void
  /** Within a transaction: the same for a reading that has had a number already. */
  announceAgain(row: number, quality: number, findings: number): void
  lastSequence(): number
  /** At most `limit` changes, and a gap wherever numbers have nothing behind them. */
  changesAfter(sequence: number, limit: number): Item[]
  cursor(sink: string): Position
  /** Forwards only, or into this epoch. */
  advance(sink: string, sequence: number): void
  /** Forwards or back, within a transaction of who knows why. */
  moveTo(sink: string, sequence: number): void
  /** A sink can only have been given numbers that exist. */
  requireGiven(sequence: number): void
  /** After a rollback: the numbers given in it were not given. */
  forget(): void
}

export function createOutbox(database: DatabaseSync, rows: Rows, damage: Damage, epoch: number): Outbox {
  const { add, addAgain, newestFirst, after, findCursor, moveCursor } = statementsFor(database)
  let last: number | null = null

  function lastSequence(): number {
    last ??= highestGiven()
    return last
  }

  /** Damaged numbers are not believed; each still stands for one that was given. */
  function highestGiven(): number {
    const newest = newestFirst.all()
    const sound = newest.findIndex(row => toldFrom(row, damage) !== null)
    return sound === -1 ? whole(newest[0]?.['sequence'] ?? 0) : whole(newest[sound]?.['sequence']) + sound
  }

  /** A damaged position starts over: delivering again is harmless (PR-11), skipping would lose readings. */
  function cursor(sink: string): Position {
    const row = findCursor.get(sink)
    if (row === undefined) return { sequence: 0, epoch }
    const sequence = whole(row['cursor'])
    if (cursorChecksum(sink, sequence) === whole(row['checksum']))
      return { sequence, epoch: whole(row['epoch']) }
    damage.found('sink', sink)
    return { sequence: 0, epoch }
  }

  function announce(row: number, quality: number, findings: number): number {
    const sequence = lastSequence() + 1
    add.run(sequence, row, quality, findings, changeChecksum(sequence, row, quality, findings))
    last = sequence
    return sequence
  }

  function requireGiven(sequence: number): void {
    assert(Number.isSafeInteger(sequence) && sequence >= 0, 'a sequence number is a whole number')
    assert(sequence <= lastSequence(), 'a sink can only have been given numbers that exist')
  }

  function moveTo(sink: string, sequence: number): void {
    moveCursor.run(sink, sequence, cursorChecksum(sink, sequence), epoch)
  }

  return {
    announce,
    announceAgain(row, quality, findings) {
      addAgain.run(row, announce(row, quality, findings))
    },
    lastSequence,
    changesAfter(sequence, limit) {
      const items: Item[] = []
      let reached = sequence
      const skipTo = (next: number) => {
        if (next > reached + 1) items.push({ first: reached + 1, sequence: next - 1 })
      }
      let asked = sequence
      for (let room = limit; room > 0; ) {
        const page = after.all(asked, room)
        // A damaged number is not believed, but so many rows are at least so many numbers further.
        asked += page.length
        for (const row of page) {
          const told = toldFrom(row, damage)
          if (told !== null) asked = Math.max(asked, told.sequence)
          const change = told === null || told.sequence <= reached ? null : changeOf(told, row, rows)
          if (change === null) continue
          skipTo(change.sequence)
          items.push(change)
          reached = change.sequence
          room -= 1
        }
        // Withheld rows must not make a page look like the last one.
        if (page.length === 0) {
          skipTo(lastSequence() + 1)
          break
        }
      }
      return items
    },
    cursor,
    advance(sink, sequence) {
      requireGiven(sequence)
      const position = cursor(sink)
      if (sequence > position.sequence || (sequence === position.sequence && epoch !== position.epoch))
        moveTo(sink, sequence)
    },
    moveTo,
    requireGiven,
    forget() {
      last = null
    },
  }
}

/** A row of `change`, verified; null and reported where it is damaged. */
interface Told {
  readonly sequence: number
  readonly quality: Quality
  readonly findings: number
}

function toldFrom(row: Row, damage: Damage): Told | null {
  const sequence = whole(row['sequence'])
  const quality = whole(row['told_quality'])
  const findings = whole(row['told_findings'])
  const word = QUALITIES[quality]
  const sum = changeChecksum(sequence, whole(row['reading']), quality, findings)
  if (sum === whole(row['told_checksum']) && word !== undefined) return { sequence, quality: word, findings }
  damage.found('change', sequence)
  return null
}

/** As it was announced: what a later conflict added is told by its own, later change (PR-17). */
function changeOf({ sequence, quality, findings }: Told, row: Row, rows: Rows): Change | null {
  const kept: KeptRow | null = row['id'] === null ? null : rows.verified(row)
  if (kept === null) return null
  return { sequence, ...toStored(kept), quality, findings: kept.findings.slice(0, findings) }
}

function statementsFor(database: DatabaseSync) {
  const after = database.prepare(
    `SELECT ${TOLD_COLUMNS}, ${READING_COLUMNS}
     FROM change c LEFT JOIN reading r ON r.id = c.reading
     WHERE c.sequence > ? ORDER BY c.sequence LIMIT ?`,
  )
  after.setReadBigInts(true)
  return {
    after,
    add: database.prepare(
      // A number is new: what has it already is a damaged row of another.
      'INSERT OR REPLACE INTO change (sequence, reading, quality, findings, checksum) VALUES (?, ?, ?, ?, ?)',
    ),
    // The newest change is never removed, so the highest number kept is the last one given.
    newestFirst: database.prepare(NEWEST_FIRST),
    addAgain: database.prepare('INSERT INTO again (reading, sequence) VALUES (?, ?)'),
    findCursor: database.prepare('SELECT cursor, checksum, epoch FROM sink WHERE name = ?'),
    moveCursor: database.prepare(
      `INSERT INTO sink (name, cursor, checksum, epoch) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE
       SET cursor = excluded.cursor, checksum = excluded.checksum, epoch = excluded.epoch`,
    ),
  }
}

/**
 * A root page damaged in the schema makes another table of `change`: then no row of it checks, or a sink stands beyond
 * its end. Throws STORE_UNREADABLE.
 */
export function requireSequence(database: DatabaseSync): void {
  const newest = database.prepare(NEWEST_FIRST).all()
  const quiet: Damage = { found: () => undefined, count: 0 }
  if (newest.length > 0 && newest.every(row => toldFrom(row, quiet) === null))
    throw new Fault('STORE_UNREADABLE', 'not one of the last changes kept matches its checksum')
  const last = whole(newest[0]?.['sequence'] ?? 0)
  for (const { name, cursor, checksum } of database.prepare('SELECT name, cursor, checksum FROM sink').all())
    if (whole(cursor) > last && cursorChecksum(String(name), whole(cursor)) === whole(checksum))
      throw new Fault('STORE_UNREADABLE', `sink ${String(name)} has come further than there are changes`)
}
