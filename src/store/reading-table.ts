/** Writes rows of `reading`, each with its checksum; the one place besides the schema that knows its columns. */

import type { DatabaseSync } from 'node:sqlite'
import type { Register } from './batch.ts'
import { readingChecksum } from './checksum.ts'
import { type KeptRow, whole } from './rows.ts'
import { HOUR_OF_SLOTS } from './schema.ts'

/** A reading about to become a row. Quality is its place in `QUALITIES`, findings are JSON or null for none. */
export interface NewRow {
  readonly register: Register
  readonly series: number
  readonly unit: string
  readonly unitRef: number
  readonly slot: number
  readonly digits: bigint
  readonly scaler: number
  readonly readAt: number
  readonly receivedAt: number
  readonly quality: number
  readonly findings: string | null
  readonly round: number
  readonly exchange: number
}

export interface ReadingTable {
  /** The number of the new row; null when this version of this identity is there already. */
  insert(fields: NewRow, version: number): number | null
  countDuplicate(row: number): void
  /** Notes that some freeze of this meter is kept for this boundary. */
  holdFreeze(meter: number, slot: number): void
  /** Gives a kept reading another verdict; nothing else of it ever changes. */
  judge(kept: KeptRow, quality: number, findings: string): void
  forget(): void
}

export function createReadingTable(database: DatabaseSync): ReadingTable {
  const { insert, highest, count, judge, hold } = statementsFor(database)
  let last: number | null = null
  return {
    insert(fields, version) {
      last ??= whole(highest.get()?.['last'] ?? 0)
      const row = last + 1
      const {
        series,
        unitRef,
        slot,
        digits,
        scaler,
        readAt,
        receivedAt,
        quality,
        findings,
        round,
        exchange,
      } = fields
      const sum = readingChecksum(fields.register, fields.unit, { ...fields, row, version })
      const { changes } = insert.run(
        row,
        series,
        slot,
        version,
        digits,
        scaler,
        unitRef,
        readAt,
        receivedAt,
        quality,
        findings,
        round,
        exchange,
        sum,
      )
      if (changes === 0) return null
      last = row
      return row
    },
    countDuplicate(row) {
      count.run(row)
    },
    holdFreeze(meter, slot) {
      hold.run(meter, slot)
    },
    judge(kept, quality, findings) {
      const { digits, scaler } = kept.value
      const sum = readingChecksum(kept.register, kept.unit, { ...kept, digits, scaler, quality, findings })
      judge.run(quality, findings, sum, kept.row)
    },
    forget() {
      last = null
    },
  }
}

function statementsFor(database: DatabaseSync) {
  return {
    insert: database.prepare(
      `INSERT INTO reading (id, series, slot, version, digits, scaler, unit, read_at, received_at, quality, findings,
         round, exchange, duplicates, checksum)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
       ON CONFLICT (slot / ${HOUR_OF_SLOTS}, series, slot, version) DO NOTHING`,
    ),
    // Numbers count up without holes and the newest row is never removed.
    highest: database.prepare('SELECT max(id) AS last FROM reading'),
    count: database.prepare('UPDATE reading SET duplicates = duplicates + 1 WHERE id = ?'),
    hold: database.prepare('INSERT INTO freeze (meter, slot) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    judge: database.prepare('UPDATE reading SET quality = ?, findings = ?, checksum = ? WHERE id = ?'),
  }
}
