/** Row checksums as functions of SQL, for work on whole tables (PR-06): `sound_reading(…)` and its sisters. */

import type { DatabaseSync } from 'node:sqlite'
import type { Kind } from '../../reading/reading.ts'
import { QUALITIES, type Register } from '../batch.ts'
import { acknowledgementOf } from '../book/acknowledgements.ts'
import { batchOf, entryOf } from '../book/book.ts'
import {
  alarmChecksum,
  auditChecksum,
  changeChecksum,
  clockChecksum,
  cursorChecksum,
  exchangeChecksum,
  readingChecksum,
  roundChecksum,
} from '../checksum.ts'
import { JOURNAL_COLUMNS, entryIn as journalEntryIn } from '../journal/entry.ts'
import { isSoundPosition } from '../ledger/charged-to.ts'
import { LEDGER_COLUMNS, ledgerEntryOf } from '../ledger/ledger.ts'
import { answeredIn } from '../ledger/once.ts'
import { PAIRING_COLUMNS, versionOf } from '../pairings.ts'
import { whole } from '../rows.ts'
import { SAFEGUARD_COLUMNS, safeguardIn } from '../safeguard/entry.ts'

/** The names behind the numbers that rows carry. */
export interface NamesByRef {
  readonly meters: ReadonlyMap<number, string>
  readonly units: ReadonlyMap<number, string>
  readonly registers: ReadonlyMap<number, Register>
}

/** A reading whose checksum holds. */
export interface SoundReading {
  readonly id: number
  readonly series: number
  readonly unit: number
  readonly slot: number
  readonly quality: number
}

/** For each table whose rows carry a checksum, a condition over its columns. */
export const SOUND: Readonly<Record<string, string>> = {
  reading:
    'sound_reading(id, series, slot, version, digits, scaler, unit, read_at, received_at, quality, findings, round, ' +
    'exchange, checksum)',
  change: 'sound_change(sequence, reading, quality, findings, checksum)',
  round: 'sound_round(ref, meter, line, recorded_at, checksum)',
  exchange: 'sound_exchange(round, position, request, reply, sent_at, received_at, outcome, checksum)',
  meter_clock: 'sound_clock(meter, measured_at, deviation_ms, checksum)',
  audit: 'sound_audit(meter, at, found, evidence, facts, checksum)',
  sink: 'sound_cursor(name, cursor, checksum)',
  release: 'sound_release(sequence, meter, boundary, version, standing, recorded_at, batch, entry, checksum)',
  release_batch: 'sound_release_batch(id, first, last, hash, entry, checksum)',
  release_ack: 'sound_release_ack(batch, who, hash, at, checksum)',
  pairing: `sound_pairing(${PAIRING_COLUMNS})`,
  journal: `sound_journal(${JOURNAL_COLUMNS})`,
  ledger: `sound_ledger(${LEDGER_COLUMNS})`,
  ledger_key: 'sound_ledger_key(who, key, digest, answer, at, checksum)',
  safeguard: `sound_safeguard(${SAFEGUARD_COLUMNS})`,
  charged_to: 'sound_charged_to(name, cursor, epoch, checksum)',
  alarm:
    'sound_alarm(sequence, event, scope, subject, rule, about, line, version, severity, blocks, codes, at, opened, ' +
    'evidence, checksum)',
}

/** Told of each reading, release, pairing and entry of journal, ledger and safeguards looked at; one looked at twice is told twice. */
export interface Met {
  sound(reading: SoundReading): void
  unsound(table: 'reading' | 'release' | 'pairing' | 'journal' | 'ledger' | 'safeguard', key: number): void
}

type Value = null | bigint | number | string | Uint8Array

export function addSoundFunctions(
  database: DatabaseSync,
  { meters, units, registers }: NamesByRef,
  met?: Met,
): void {
  const add = (name: string, holds: (...values: Value[]) => boolean) =>
    database.function(name, { varargs: true, useBigIntArguments: true }, (...values: Value[]) =>
      holds(...values) ? 1 : 0,
    )
  add('sound_reading', (...values) => {
    const reading = soundReading(values)
    if (reading === null) met?.unsound('reading', whole(values[0]))
    else met?.sound(reading)
    return reading !== null
  })

  function soundReading(values: readonly Value[]): SoundReading | null {
    const [
      id,
      series,
      slot,
      version,
      digits,
      scaler,
      unit,
      readAt,
      receivedAt,
      quality,
      findings,
      round,
      at,
    ] = values
    const register = registers.get(whole(series))
    const symbol = units.get(whole(unit))
    if (register === undefined || symbol === undefined || typeof digits !== 'bigint') return null
    if (id === undefined || findings === undefined || QUALITIES[whole(quality)] === undefined) return null
    if (findings !== null && typeof findings !== 'string') return null
    const fields = {
      row: whole(id),
      slot: whole(slot),
      version: whole(version),
      digits,
      scaler: whole(scaler),
      readAt: whole(readAt),
      receivedAt: whole(receivedAt),
      quality: whole(quality),
      findings,
      round: whole(round),
      exchange: whole(at),
    }
    if (readingChecksum(register, symbol, fields) !== whole(values[13])) return null
    return {
      id: fields.row,
      series: whole(series),
      unit: whole(unit),
      slot: fields.slot,
      quality: fields.quality,
    }
  }

  add(
    'sound_change',
    (sequence, reading, quality, findings, sum) =>
      QUALITIES[whole(quality)] !== undefined &&
      changeChecksum(whole(sequence), whole(reading), whole(quality), whole(findings)) === whole(sum),
  )
  add('sound_round', (ref, meter, line, recordedAt, sum) => {
    const id = meters.get(whole(meter))
    return id !== undefined && roundChecksum(whole(ref), id, String(line), whole(recordedAt)) === whole(sum)
  })
  add('sound_exchange', (round, position, request, reply, sentAt, receivedAt, outcome, sum) => {
    if (!(request instanceof Uint8Array) || !(reply === null || reply instanceof Uint8Array)) return false
    const received = receivedAt === null ? null : whole(receivedAt)
    const [sent, word] = [whole(sentAt), String(outcome)]
    return (
      exchangeChecksum(whole(round), whole(position), request, reply, sent, received, word) === whole(sum)
    )
  })
  add('sound_clock', (meter, measuredAt, deviationMs, sum) => {
    const id = meters.get(whole(meter))
    return id !== undefined && clockChecksum(id, whole(measuredAt), whole(deviationMs)) === whole(sum)
  })
  add('sound_release', (...values) => {
    const [sequence, meter, boundary, version, standing, recorded_at, batch, entry, checksum] = values
    const row = { sequence, meter, boundary, version, standing, recorded_at, batch, entry, checksum }
    const isSound = entryOf(row) !== null
    if (!isSound) met?.unsound('release', whole(sequence))
    return isSound
  })
  add('sound_pairing', (...values) => {
    const row = Object.fromEntries(PAIRING_COLUMNS.map((column, at) => [column, values[at]]))
    const isSound = versionOf(row) !== null
    if (!isSound) met?.unsound('pairing', whole(values[0]))
    return isSound
  })
  add('sound_journal', (...values) => {
    const row = Object.fromEntries(JOURNAL_COLUMNS.map((column, at) => [column, values[at]]))
    const isSound = journalEntryIn(row) !== null
    if (!isSound) met?.unsound('journal', whole(values[0]))
    return isSound
  })
  add('sound_ledger', (...values) => {
    const row = Object.fromEntries(LEDGER_COLUMNS.map((column, at) => [column, values[at]]))
    const isSound = ledgerEntryOf(row) !== null
    if (!isSound) met?.unsound('ledger', whole(values[0]))
    return isSound
  })
  add('sound_safeguard', (...values) => {
    const row = Object.fromEntries(SAFEGUARD_COLUMNS.map((column, at) => [column, values[at]]))
    const isSound = safeguardIn(row) !== null
    if (!isSound) met?.unsound('safeguard', whole(values[0]))
    return isSound
  })
  add(
    'sound_ledger_key',
    (who, key, digest, answer, at, checksum) =>
      answeredIn({ who, key, digest, answer, at, checksum }) !== null,
  )
  add('sound_charged_to', (name, cursor, epoch, checksum) =>
    isSoundPosition({ name, cursor, epoch, checksum }),
  )
  add(
    'sound_release_batch',
    (id, first, last, hash, entry, checksum) => batchOf({ id, first, last, hash, entry, checksum }) !== null,
  )
  add(
    'sound_release_ack',
    (batch, who, hash, at, checksum) => acknowledgementOf({ batch, who, hash, at, checksum }) !== null,
  )
  add(
    'sound_alarm',
    (
      ...[
        sequence,
        event,
        scope,
        subject,
        rule,
        about,
        line,
        version,
        severity,
        blocks,
        codes,
        at,
        opened,
        evidence,
        sum,
      ]
    ) => {
      const fields = {
        ...{
          sequence: whole(sequence),
          event: String(event),
          scope: String(scope),
          subject: String(subject),
        },
        ...{ rule: String(rule), about: String(about), line: String(line) },
        version: version === null ? null : whole(version),
        ...{ severity: whole(severity), blocks: whole(blocks), codes: String(codes) },
        ...{ at: whole(at), opened: whole(opened), evidence: String(evidence) },
      }
      return alarmChecksum(fields) === whole(sum)
    },
  )
  add('sound_audit', (meter, at, found, evidence, facts, sum) => {
    const id = meters.get(whole(meter))
    const told = facts === null ? null : String(facts)
    return (
      id !== undefined && auditChecksum(id, whole(at), String(found), String(evidence), told) === whole(sum)
    )
  })
  add('sound_cursor', (sink, cursor, sum) => cursorChecksum(String(sink), whole(cursor)) === whole(sum))
}

/** Names as a database holds them, below `schema`; what cannot be read of them vouches for no row. */
export function readNames(
  rowsOf: (table: string, columns: string) => Iterable<Record<string, unknown>>,
): NamesByRef {
  const meters = new Map<number, string>()
  const units = new Map<number, string>()
  const registers = new Map<number, Register>()
  for (const { ref, id } of rowsOf('meter', 'ref, id')) if (typeof id === 'string') meters.set(whole(ref), id)
  for (const { ref, symbol } of rowsOf('unit', 'ref, symbol'))
    if (typeof symbol === 'string') units.set(whole(ref), symbol)
  for (const { ref, meter, obis, kind } of rowsOf('series', 'ref, meter, obis, kind')) {
    const id = meters.get(whole(meter))
    // A kind damaged into another word fails the checksum of every row it names.
    if (id !== undefined)
      registers.set(whole(ref), { meter: id, obis: String(obis), kind: String(kind) as Kind })
  }
  return { meters, units, registers }
}
