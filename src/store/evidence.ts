/** From a reading's id back to the frames it was made of (PR-88). */

import type { DatabaseSync } from 'node:sqlite'
import { readId, secondOf } from '../reading/identity.ts'
import { exchangeChecksum, roundChecksum } from './checksum.ts'
import type { Damage } from './damage.ts'
import type { Names } from './names.ts'
import { type Row, type Rows, toStored, whole } from './rows.ts'
import { HOUR_OF_SLOTS } from './schema.ts'
import type { Evidence, ExchangeRecord, StoredReading } from './store.ts'

export interface EvidenceParts {
  readonly database: DatabaseSync
  readonly names: Names
  readonly rows: Rows
  readonly damage: Pick<Damage, 'found'>
}

export interface EvidenceKept {
  of(id: string): Evidence | null
  /** The frames of a reading's round; found by its register, however much of its second others fill. Empty where they are gone. */
  exchangesOf(reading: StoredReading): Evidence['exchanges']
}

export function createEvidence(parts: EvidenceParts): EvidenceKept {
  const ask = statementsFor(parts.database)

  function rowOf(id: string): number | null {
    const second = secondOf(id)
    if (second === null) return null
    for (const place of ask.inSecond.iterate(Math.floor(second / HOUR_OF_SLOTS), second, second + 999)) {
      const register = parts.names.register(whole(place['series']))
      if (register === null) continue
      const identity = { ...register, slot: whole(place['slot']), version: whole(place['version']) }
      if (readId(identity) === id) return whole(place['id'])
    }
    return null
  }

  function lineOf(round: number): string {
    const row = ask.round.get(round)
    const sum =
      row && roundChecksum(round, String(row['meter']), String(row['line']), whole(row['recorded_at']))
    if (row !== undefined && sum === whole(row['checksum'])) return String(row['line'])
    parts.damage.found('round', round)
    return ''
  }

  function exchangesOf(round: number, carrier: number): Evidence['exchanges'] {
    const exchanges: (ExchangeRecord & { carried: boolean })[] = []
    for (const row of ask.exchanges.all(round)) {
      const position = whole(row['position'])
      const exchange = exchangeOf(row)
      if (exchange === null) parts.damage.found('exchange', `${round}/${position}`)
      else exchanges.push({ ...exchange, carried: position === carrier })
    }
    return exchanges
  }

  return {
    exchangesOf({ id, meter, obis, kind, slot }) {
      const series = ask.series.get(parts.names.knownMeter(meter), obis, kind)?.['ref']
      if (series === undefined) return []
      const kept = parts.rows
        .allVerified(parts.rows.versions(whole(series), slot))
        .find(one => toStored(one).id === id)
      return kept ? exchangesOf(kept.round, kept.exchange) : []
    },
    of(id) {
      const row = rowOf(id)
      const kept = row === null ? null : parts.rows.byRow(row)
      if (kept === null) return null
      const reading = toStored(kept)
      if (reading.id !== id) return null
      const versions = parts.rows.allVerified(parts.rows.versions(kept.series, kept.slot))
      return {
        reading,
        line: lineOf(kept.round),
        exchanges: exchangesOf(kept.round, kept.exchange),
        versions: versions.filter(other => other.row !== kept.row).map(toStored),
        duplicates: kept.duplicates,
      }
    },
  }
}

function statementsFor(database: DatabaseSync) {
  return {
    // No index by id is needed: the id tells the second, and the identity index, which leads with the hour, the rest.
    inSecond: database.prepare(
      `SELECT r.id, r.series, r.slot, r.version FROM reading r
       WHERE r.slot / ${HOUR_OF_SLOTS} = ? AND r.slot BETWEEN ? AND ?`,
    ),
    series: database.prepare('SELECT ref FROM series WHERE meter = ? AND obis = ? AND kind = ?'),
    round: database.prepare(
      `SELECT m.id AS meter, r.line, r.recorded_at, r.checksum
       FROM round r LEFT JOIN meter m ON m.ref = r.meter WHERE r.ref = ?`,
    ),
    exchanges: database.prepare('SELECT * FROM exchange WHERE round = ? ORDER BY position'),
  }
}

/** A row of `exchange`, verified; null where it is damaged. */
export function exchangeOf(row: Row): ExchangeRecord | null {
  const { request, reply, outcome } = row
  if (!(request instanceof Uint8Array) || !(reply === null || reply instanceof Uint8Array)) return null
  if (typeof outcome !== 'string') return null
  const sentAt = whole(row['sent_at'])
  const receivedAt = row['received_at'] === null ? null : whole(row['received_at'])
  const sum = exchangeChecksum(
    whole(row['round']),
    whole(row['position']),
    request,
    reply,
    sentAt,
    receivedAt,
    outcome,
  )
  // The checksum covers the word as it was written, so it is one of ours.
  return sum === whole(row['checksum'])
    ? { request, reply, sentAt, receivedAt, outcome: outcome as ExchangeRecord['outcome'] }
    : null
}
