/** Keeps batches of rounds: readings, evidence, sequence numbers and pointers, all or none of them (PR-02). */

import { assert } from '../core/faults.ts'
import type { Finding } from '../reading/reading.ts'
import { AT, type Batch, GOOD, NUMBERS, QUALITIES, QUARANTINED, SUSPECT } from './batch.ts'
import type { Latest } from './latest.ts'
import type { MeterClocks } from './meter-clocks.ts'
import type { Outbox } from './outbox.ts'
import type { NewRow, ReadingTable } from './reading-table.ts'
import type { Registers } from './registers.ts'
import type { Rounds } from './rounds.ts'
import type { KeptRow, Rows } from './rows.ts'
import type { Transaction } from './statements.ts'
import type { Accepted } from './store.ts'
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
}

interface Incoming extends NewRow {
  readonly meter: number
}

type Kept = 'stored' | 'duplicates' | 'conflicts'

/** A meter that says yet another thing each time it is asked; its frames are kept as evidence all the same. */
const MOST_VERSIONS = 1_000

/** One answer per round, in order. Throws with nothing kept, or with the outcome unknown (PR-03). */
export function keepBatch(parts: ReadingsParts, batch: Batch): Accepted[] {
  parts.registers.learn(batch)
  return parts.transaction(() => keepRounds(parts, batch))
}

function keepRounds(parts: ReadingsParts, batch: Batch): Accepted[] {
  let place = 0
  let bytesUsed = 0
  return batch.rounds.map(head => {
    const { round, end } = parts.rounds.keep(head, batch.recordedAt, batch.bytes, bytesUsed)
    bytesUsed = end
    const counts = { stored: 0, duplicates: 0, conflicts: 0 }
    for (let index = 0; index < head.readings; index++) {
      const kept = keepReading(parts, incomingAt(parts.registers, batch, place++, round))
      counts[kept]++
      if (kept === 'conflicts') counts.stored++
    }
    if (head.clock !== null) parts.clocks.keep(head.clock)
    return { ...counts, lastSequence: parts.outbox.lastSequence() }
  })
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
  const row = parts.table.insert(incoming, 1)
  if (row === null) return keepAgain(parts, incoming)
  publish(parts, incoming, row)
  return 'stored'
}

/** Something is kept under this identity already. Damaged versions keep their number and have no say. */
function keepAgain(parts: ReadingsParts, incoming: Incoming): Kept {
  const versions = parts.rows.versions(incoming.series, incoming.slot)
  const meaning = meaningOf(incoming.register.kind, statementOf(incoming), parts.rows.allVerified(versions))
  if (meaning.is === 'duplicate') {
    parts.table.countDuplicate(meaning.of.row)
    return 'duplicates'
  }
  if (meaning.is === 'next') {
    insertNext(parts, incoming, versions.length)
    return 'stored'
  }
  keepConflict(parts, incoming, versions.length, meaning)
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

/** What it takes to give a kept reading another verdict. */
export type Doubting = Pick<ReadingsParts, 'table' | 'outbox' | 'latest'>

/** A reading already doubted by this rule learns nothing from doing so once more and is not announced again. */
export function doubt(parts: Doubting, reading: KeptRow, finding: Finding): void {
  if (reading.findings.some(({ rule }) => rule === finding.rule)) return
  const findings = [...reading.findings, finding]
  parts.table.judge(reading, SUSPECT, JSON.stringify(findings))
  parts.outbox.announce(reading.row, SUSPECT, findings.length)
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

function statementOf({ digits, scaler, unit, readAt, quality }: Incoming) {
  return { value: { digits, scaler }, unit, readAt, quality: QUALITIES[quality] ?? 'suspect' }
}

function withFinding({ findings }: Incoming, added: Finding): string {
  return JSON.stringify([...(findings === null ? [] : findingsIn(findings)), added])
}

function findingsIn(json: string): readonly Finding[] {
  return JSON.parse(json) as readonly Finding[]
}
