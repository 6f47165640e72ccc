/** The checksum of each stored row (PR-06): CRC-32 over its fields as text, one to a line, in the order given here. */

import { crc32 } from 'node:zlib'
import type { Register } from './batch.ts'
import type { JournalEntry } from './journal/deed.ts'

/** A row of `reading`, with the numbers SQLite holds. */
export interface ReadingFields {
  readonly row: number
  readonly slot: number
  readonly version: number
  readonly digits: bigint
  readonly scaler: number
  readonly readAt: number
  readonly receivedAt: number
  readonly quality: number
  readonly findings: string | null
  readonly round: number
  readonly exchange: number
}

/**
 * Covers the names behind the row's numbers too, so a name damaged in its own table spoils every row that uses it.
 * Left out is only the count of duplicates, which changes without anything being said anew.
 */
export function readingChecksum(
  { meter, obis, kind }: Register,
  unit: string,
  fields: ReadingFields,
): number {
  const { row, slot, version, digits, scaler, readAt, receivedAt, quality, findings, round, exchange } =
    fields
  return crc32(
    `${row}\n${meter}\n${obis}\n${kind}\n${slot}\n${version}\n${digits}\n${scaler}\n${unit}\n${readAt}\n${receivedAt}\n` +
      `${quality}\n${round}\n${exchange}\n${findings}`,
  )
}

export function changeChecksum(sequence: number, reading: number, quality: number, findings: number): number {
  return crc32(`${sequence}\n${reading}\n${quality}\n${findings}`)
}

export function roundChecksum(ref: number, meter: string, line: string, recordedAt: number): number {
  return crc32(`${ref}\n${meter}\n${line}\n${recordedAt}`)
}

export function exchangeChecksum(
  round: number,
  position: number,
  request: Uint8Array,
  reply: Uint8Array | null,
  sentAt: number,
  receivedAt: number | null,
  outcome: string,
): number {
  const fields = crc32(
    `${round}\n${position}\n${request.length}\n${reply?.length}\n${sentAt}\n${receivedAt}\n${outcome}`,
  )
  const asked = crc32(request, fields)
  return reply === null ? asked : crc32(reply, asked)
}

export function clockChecksum(meter: string, measuredAt: number, deviationMs: number): number {
  return crc32(`${meter}\n${measuredAt}\n${deviationMs}`)
}

export function auditChecksum(
  meter: string,
  at: number,
  found: string,
  evidence: string,
  facts: string | null,
): number {
  return crc32(`${meter}\n${at}\n${found}\n${evidence}\n${facts}`)
}

export function cursorChecksum(sink: string, cursor: number): number {
  return crc32(`${sink}\n${cursor}`)
}

/** A row of `release`. */
export interface ReleaseFields {
  readonly sequence: number
  readonly meter: string
  readonly boundary: number
  readonly version: number
  readonly standing: string
  readonly recordedAt: number
  readonly batch: number
  readonly entry: string | Uint8Array
}

export function releaseChecksum(fields: ReleaseFields): number {
  const { sequence, meter, boundary, version, standing, recordedAt, batch, entry } = fields
  // In two steps, so that the long text is not copied behind the others.
  const before = crc32(
    `${sequence}\n${meter}\n${boundary}\n${version}\n${standing}\n${recordedAt}\n${batch}\n`,
  )
  return crc32(entry, before)
}

/** A row of `release_batch`. */
export interface BatchFields {
  readonly id: number
  readonly first: number
  readonly last: number
  readonly hash: string
  readonly entry: string
}

export function batchChecksum({ id, first, last, hash, entry }: BatchFields): number {
  return crc32(`${id}\n${first}\n${last}\n${hash}\n${entry}`)
}

/** A row of `release_ack`. */
export interface AcknowledgementFields {
  readonly batch: number
  readonly who: string
  readonly hash: string
  readonly at: number
}

export function acknowledgementChecksum({ batch, who, hash, at }: AcknowledgementFields): number {
  return crc32(`${batch}\n${who}\n${hash}\n${at}`)
}

/** A row of `pairing`, in the order of its columns. */
export interface PairingFields {
  readonly sequence: number
  readonly pairing: number
  readonly supersedes: number | null
  readonly account: string
  readonly point: string
  readonly meter: string
  readonly since: number
  readonly until: number | null
  readonly withdrawn: number
  readonly revision: number
  readonly recordedAt: number
  readonly recordedBy: string
}

export function pairingChecksum(fields: PairingFields): number {
  const { sequence, pairing, supersedes, account, point, meter } = fields
  const { since, until, withdrawn, revision, recordedAt, recordedBy } = fields
  return crc32(
    `${sequence}\n${pairing}\n${supersedes}\n${account}\n${point}\n${meter}\n${since}\n${until}\n${withdrawn}\n` +
      `${revision}\n${recordedAt}\n${recordedBy}`,
  )
}

/** A row of `ledger`, in the order of its columns. */
export interface LedgerFields {
  readonly sequence: number
  readonly account: string
  readonly kind: string
  readonly about: string
  readonly since: number
  readonly until: number | null
  readonly amount: string | null
  readonly facts: string
  readonly recordedAt: number
  readonly recordedBy: string
}

export function ledgerChecksum(fields: LedgerFields): number {
  const { sequence, account, kind, about, since, until, amount, facts, recordedAt, recordedBy } = fields
  return crc32(
    `${sequence}\n${account}\n${kind}\n${about}\n${since}\n${until}\n${amount}\n${facts}\n${recordedAt}\n${recordedBy}`,
  )
}

/** A row of `ledger_key`. */
export interface LedgerKeyFields {
  readonly who: string
  readonly key: string
  readonly digest: string
  readonly answer: string
  readonly at: number
}

export function ledgerKeyChecksum({ who, key, digest, answer, at }: LedgerKeyFields): number {
  return crc32(`${who}\n${key}\n${digest}\n${answer}\n${at}`)
}

export function chargedToChecksum(name: string, cursor: number, epoch: number): number {
  return crc32(`${name}\n${cursor}\n${epoch}`)
}

/** A row of `safeguard`, in the order of its columns. */
export interface SafeguardFields {
  readonly sequence: number
  readonly account: string
  readonly kind: string
  readonly about: string
  readonly at: number
  readonly facts: string
  readonly recordedAt: number
  readonly recordedBy: string
}

export function safeguardChecksum(fields: SafeguardFields): number {
  const { sequence, account, kind, about, at, facts, recordedAt, recordedBy } = fields
  return crc32(`${sequence}\n${account}\n${kind}\n${about}\n${at}\n${facts}\n${recordedAt}\n${recordedBy}`)
}

/** A row of `alarm`, with what SQLite holds. */
export interface AlarmFields {
  readonly sequence: number
  readonly event: string
  readonly scope: string
  readonly subject: string
  readonly rule: string
  readonly about: string
  readonly line: string
  readonly version: number | null
  readonly severity: number
  readonly blocks: number
  readonly codes: string
  readonly at: number
  readonly opened: number
  readonly evidence: string
}

export function alarmChecksum(fields: AlarmFields): number {
  const { sequence, event, scope, subject, rule, about, line } = fields
  const { version, severity, blocks, codes, at, opened, evidence } = fields
  return crc32(
    `${sequence}\n${event}\n${scope}\n${subject}\n${rule}\n${about}\n${line}\n${version}\n${severity}\n${blocks}\n` +
      `${codes}\n${at}\n${opened}\n${evidence}`,
  )
}

/** Of a row of `journal`. */
export function journalChecksum(fields: JournalEntry): number {
  const { sequence, at, actor, scope, address, action, subject, facts, before } = fields
  return crc32(
    `${sequence}\n${at}\n${actor}\n${scope}\n${address}\n${action}\n${subject}\n${facts}\n${before}`,
  )
}
