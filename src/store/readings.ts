/** Keeps batches of rounds: readings, evidence, sequence numbers and pointers, all or none of them (PR-02). */

import { assert, Fault } from '../core/faults.ts'
import { HOUR } from '../core/time.ts'
import type { Finding } from '../reading/reading.ts'
import { type BillingMoments, worthOf } from '../reading/worth.ts'
import { AT, type Batch, GOOD, NUMBERS, QUALITIES, QUARANTINED, type RoundHead, SUSPECT } from './batch.ts'
import type { Latest } from './latest.ts'
import type { MeterClocks } from './meter-clocks.ts'
import type { Outbox } from './outbox.ts'
import type { NewRow, ReadingTable } from './reading-table.ts'
import type { Registers } from './registers.ts'
import { frameBytesOf, type Rounds } from './rounds.ts'
import type { KeptRow, Rows } from './rows.ts'
import { noteSaidAgain } from './said-again.ts'
import type { Transaction } from './statements.ts'
import type { Accepted } from './store.ts'
import type { Admitted } from './upkeep/room.ts'
import { conflictWith, type Meaning, meaningOf } from './versions.ts'

export interface ReadingsParts {
  readonly registers: Registers
  readonly rows: Rows
  readonly table: ReadingTable
  readonly outbox: Outbox
  readonly latest: Latest
  readonly rounds: Rounds
  readonly clocks: MeterClocks
  readonly transaction: Transaction
  readonly moments: BillingMoments
  /** When this epoch of the store began, UTC ms; 0 for the first. */
  readonly epochBeganAt: number
}

interface Incoming extends NewRow {
  readonly meter: number
}

type Kept = 'stored' | 'duplicates' | 'conflicts' | 'refused'

/** A meter that says yet another thing each time it is asked; its frames are kept as evidence all the same. */
const MOST_VERSIONS = 1_000

/**
 * One answer per round, in order. Throws with nothing kept, or with the outcome unknown (PR-03). Where room is short,
 * rounds are kept as far as they are admitted.
 */
export function keepBatch(parts: ReadingsParts, batch: Batch, admitted: Admitted): Accepted[] {
  if (admitted === 'nothing')
    throw new Fault('STORE_FULL', 'the store has used all its room; nothing was kept')
  return parts.transaction(() => keepRounds(parts, batch, admitted === 'all'))
}

function keepRounds(parts: ReadingsParts, batch: Batch, admitsAll: boolean): Accepted[] {
  let place = 0
  let bytesUsed = 0
  return batch.rounds.map(head => {
    const places = Array.from({ length: head.readings }, (_, index) => place + index)
    place += head.readings
    const from = bytesUsed
    bytesUsed += frameBytesOf(head)
    const kept = admitsAll ? places : places.filter(at => isBilling(parts, batch, at))
    const counts = { stored: 0, duplicates: 0, conflicts: 0, refused: head.readings - kept.length }
    if (admitsAll || kept.length > 0) keepRound(parts, batch, { head, from, kept }, counts)
    return { ...counts, lastSequence: parts.outbox.lastSequence() }
  })
}

interface Admission {
  readonly head: RoundHead
  /** Where its frames begin. */
  readonly from: number
  /** Places of the readings that are kept. */
  readonly kept: readonly number[]
}

function keepRound(
  parts: ReadingsParts,
  batch: Batch,
  { head, from, kept }: Admission,
  counts: Record<Kept, number>,
): void {
  const round = parts.rounds.keep(head, batch.recordedAt, batch.bytes, from)
  for (const place of kept) {
    const outcome = keepReading(parts, incomingAt(parts.registers, batch, place, round))
    counts[outcome]++
    if (outcome === 'conflicts') counts.stored++
  }
  if (head.clock !== null) parts.clocks.keep(head.clock)
}

function isBilling({ registers, moments }: ReadingsParts, { numbers }: Batch, place: number): boolean {
  const at = place * NUMBERS
  const register = registers.named(numbers[at + AT.register] ?? Number.NaN)
  return worthOf({ ...register, slot: numbers[at + AT.slot] ?? Number.NaN }, moments) === 'billing'
}

function isWorthBilling({ moments }: ReadingsParts, { register, slot }: Incoming): boolean {
  return worthOf({ ...register, slot }, moments) === 'billing'
}

function incomingAt(registers: Registers, batch: Batch, place: number, round: number): Incoming {
  const { numbers, digits, findings } = batch
  const at = place * NUMBERS
  const number = (of: number) => numbers[at + of] ?? Number.NaN
  const { register, meter, series } = registers.register(number(AT.register))
  const unit = registers.unit(number(AT.unit))
  return {
    register,
    meter,
    series,
    unit: unit.symbol,
    unitRef: unit.ref,
    slot: number(AT.slot),
    digits: digits[place] ?? 0n,
    scaler: number(AT.scaler),
    readAt: number(AT.readAt),
    receivedAt: number(AT.receivedAt),
    quality: number(AT.quality),
    findings: findings.get(place) ?? null,
    round,
    exchange: number(AT.exchange),
  }
}

/** Nearly every reading is the first of its identity: it is inserted without looking first. */
function keepReading(parts: ReadingsParts, incoming: Incoming): Kept {
  if (mayHaveBeenLost(parts, incoming)) return keepPerhapsAgain(parts, incoming)
  const row = parts.table.insert(incoming, 1)
  if (row === null) return keepAgain(parts, incoming)
  publish(parts, incoming, row)
  return 'stored'
}

/**
 * A poll of a slot that had begun when this epoch did, an hour before it at most, which few polls are longer than: one of
 * that slot may have been kept and sent and then lost with the store it was in, and this is another moment's. Freezes say
 * the same again.
 */
function mayHaveBeenLost({ epochBeganAt }: ReadingsParts, { register, slot }: Incoming): boolean {
  return register.kind === 'poll' && slot <= epochBeganAt && slot > epochBeganAt - HOUR
}

function keepPerhapsAgain(parts: ReadingsParts, incoming: Incoming): Kept {
  if (parts.rows.versions(incoming.series, incoming.slot).length > 0) return keepAgain(parts, incoming)
  insertNext(parts, incoming, 1)
  return 'stored'
}

/** Something is kept under this identity already. Damaged versions keep their number and have no say. */
function keepAgain(parts: ReadingsParts, incoming: Incoming): Kept {
  const versions = parts.rows.versions(incoming.series, incoming.slot)
  const meaning = meaningOf(incoming.register.kind, statementOf(incoming), parts.rows.allVerified(versions))
  if (meaning.is === 'duplicate') {
    parts.table.countDuplicate(meaning.of.row)
    if (meaning.isSame && isWorthBilling(parts, incoming) && incoming.quality !== QUARANTINED)
      noteSaidAgain(parts, meaning.of, incoming.round)
    return 'duplicates'
  }
  if (meaning.is === 'next') {
    insertNext(parts, incoming, versions.length)
    return 'stored'
  }
  if (meaning.is === 'correction') keepCorrection(parts, incoming, versions.length, meaning)
  else keepConflict(parts, incoming, versions.length, meaning)
  return 'conflicts'
}

function keepConflict(
  parts: ReadingsParts,
  incoming: Incoming,
  kept: number,
  { doubted }: Extract<Meaning<KeptRow>, { is: 'conflict' }>,
): void {
  const contradicted = doubted.at(-1)
  assert(contradicted !== undefined, 'a conflict has two sides')
  const doubtful = {
    ...incoming,
    quality: SUSPECT,
    findings: withFinding(incoming, conflictWith(contradicted)),
  }
  const version = insertNext(parts, doubtful, kept)
  for (const reading of doubted) doubt(parts, reading, conflictWith({ ...statementOf(incoming), version }))
}

/** What was said twice stands; what was said once, and otherwise, is in doubt. */
function keepCorrection(
  parts: ReadingsParts,
  incoming: Incoming,
  kept: number,
  { doubted }: Extract<Meaning<KeptRow>, { is: 'correction' }>,
): void {
  const version = insertNext(parts, incoming, kept)
  for (const reading of doubted) doubt(parts, reading, conflictWith({ ...statementOf(incoming), version }))
}

/** What it takes to give a kept reading another verdict. */
export type Doubting = Pick<ReadingsParts, 'table' | 'outbox' | 'latest'>

/** A reading already doubted by this rule learns nothing from doing so once more and is not announced again. */
export function doubt(parts: Doubting, reading: KeptRow, finding: Finding): void {
  if (reading.findings.some(({ rule }) => rule === finding.rule)) return
  const findings = [...reading.findings, finding]
  parts.table.judge(reading, SUSPECT, JSON.stringify(findings))
  parts.outbox.announceAgain(reading.row, SUSPECT, findings.length)
  parts.latest.doubt(reading.series, reading.row)
}

/** Damage may have made a version number of its own, so the next free one is looked for. */
function insertNext(parts: ReadingsParts, incoming: Incoming, kept: number): number {
  for (let version = kept + 1; version <= kept + MOST_VERSIONS; version++) {
    const row = parts.table.insert(incoming, version)
    if (row === null) continue
    publish(parts, incoming, row)
    return version
  }
  throw new Error(`broken promise: ${MOST_VERSIONS} versions of one reading are taken`)
}

/** Quarantined readings are held apart: kept, found by their meter, but not announced and never the latest. */
function publish({ outbox, latest, table }: ReadingsParts, incoming: Incoming, row: number): void {
  const { register, meter, series, slot, quality, findings } = incoming
  if (register.kind === 'freeze') table.holdFreeze(meter, slot)
  if (quality === QUARANTINED) return
  outbox.announce(row, quality, findings === null ? 0 : findingsIn(findings).length)
  latest.consider(series, row, slot, quality === GOOD)
}

function statementOf({ digits, scaler, unit, readAt, quality, findings }: Incoming) {
  return {
    value: { digits, scaler },
    unit,
    readAt,
    quality: QUALITIES[quality] ?? 'suspect',
    findings: findings === null ? [] : findingsIn(findings),
  }
}

function withFinding({ findings }: Incoming, added: Finding): string {
  return JSON.stringify([...(findings === null ? [] : findingsIn(findings)), added])
}

function findingsIn(json: string): readonly Finding[] {
  return JSON.parse(json) as readonly Finding[]
}
