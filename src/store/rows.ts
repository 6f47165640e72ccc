/** The only way a reading leaves the file: decoded, its checksum verified, or withheld (PR-06). */

import type { DatabaseSync } from 'node:sqlite'
import { readId } from '../reading/identity.ts'
import type { Finding } from '../reading/reading.ts'
import { QUALITIES, type Register } from './batch.ts'
import { readingChecksum } from './checksum.ts'
import type { Damage } from './damage.ts'
import type { Names } from './names.ts'
import { HOUR_OF_SLOTS } from './schema.ts'
import type { StoredReading } from './store.ts'

/** What `node:sqlite` gives for a row; a damaged file may hold any type in any column. */
export type Row = Record<string, unknown>

/** A verified row: its reading, whose names are in `register`, and where it and its evidence are. */
export interface KeptRow extends Omit<StoredReading, 'id' | keyof Register> {
  readonly row: number
  readonly series: number
  readonly register: Register
  readonly exchange: number
  readonly duplicates: number
}

/** For `SELECT ${READING_COLUMNS} FROM reading r`; such a statement must read integers as bigints. */
export const READING_COLUMNS =
  'r.id, r.series, r.slot, r.version, r.digits, r.scaler, r.unit, r.read_at, r.received_at, r.quality, r.findings, ' +
  'r.round, r.exchange, r.duplicates, r.checksum'

export interface Rows {
  verified(row: Row): KeptRow | null
  /** All verified rows of a statement over `READING_COLUMNS`. */
  allVerified(rows: Iterable<Row>): KeptRow[]
  byRow(row: number): KeptRow | null
  /** Every version of an identity, not yet verified. */
  versions(series: number, slot: number): Row[]
}

export function createRows(database: DatabaseSync, names: Names, damage: Pick<Damage, 'found'>): Rows {
  const byRow = database.prepare(`SELECT ${READING_COLUMNS} FROM reading r WHERE r.id = ?`)
  byRow.setReadBigInts(true)
  const versions = database.prepare(
    `SELECT ${READING_COLUMNS} FROM reading r
     WHERE r.slot / ${HOUR_OF_SLOTS} = ? AND r.series = ? AND r.slot = ? ORDER BY r.version`,
  )
  versions.setReadBigInts(true)

  function verified(row: Row): KeptRow | null {
    const kept = decode(row, names)
    if (kept === null) damage.found('reading', whole(row['id']))
    return kept
  }

  return {
    verified,
    allVerified(rows) {
      const kept: KeptRow[] = []
      for (const row of rows) {
        const reading = verified(row)
        if (reading !== null) kept.push(reading)
      }
      return kept
    },
    byRow(id) {
      const row = byRow.get(id)
      return row === undefined ? null : verified(row)
    },
    versions: (series, slot) => versions.all(Math.floor(slot / HOUR_OF_SLOTS), series, slot),
  }
}

export function toStored(kept: KeptRow): StoredReading {
  const { register, slot, version, value, unit, readAt, receivedAt, quality, findings, round } = kept
  const { meter, obis, kind } = register
  const id = readId({ meter, obis, kind, slot, version })
  return { id, meter, obis, kind, slot, version, value, unit, readAt, receivedAt, quality, findings, round }
}

function decode(row: Row, names: Names): KeptRow | null {
  const { digits, findings } = row
  const register = names.register(whole(row['series']))
  const unit = names.unit(whole(row['unit']))
  const quality = whole(row['quality'])
  const word = QUALITIES[quality]
  if (register === null || unit === null || word === undefined || typeof digits !== 'bigint') return null
  if (findings !== null && typeof findings !== 'string') return null
  const fields = {
    row: whole(row['id']),
    slot: whole(row['slot']),
    version: whole(row['version']),
    scaler: whole(row['scaler']),
    readAt: whole(row['read_at']),
    receivedAt: whole(row['received_at']),
    round: whole(row['round']),
    exchange: whole(row['exchange']),
  }
  if (readingChecksum(register, unit, { ...fields, digits, quality, findings }) !== whole(row['checksum']))
    return null
  const { scaler, ...rest } = fields
  return {
    ...rest,
    series: whole(row['series']),
    register,
    unit,
    value: { digits, scaler },
    quality: word,
    findings: findings === null ? [] : (JSON.parse(findings) as Finding[]),
    duplicates: whole(row['duplicates']),
  }
}

/** Not a number where damage left something that is none, which no checksum was made over. */
export function whole(value: unknown): number {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN
}
