/**
 * Looks at every row once in a day, so that damage is found before somebody needs the row (PR-06). A damaged reading is
 * fenced: a freeze of it counts as not held and is read again.
 */

import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../core/faults.ts'
import { alarmOf } from '../alarms.ts'
import type { Audits } from '../audits.ts'
import { QUALITIES, QUARANTINED } from '../batch.ts'
import type { Damage } from '../damage.ts'
import { exchangeOf } from '../evidence.ts'
import { entryIn } from '../journal/entry.ts'
import { ledgerEntryOf } from '../ledger/ledger.ts'
import type { Outbox } from '../outbox.ts'
import { versionOf } from '../pairings.ts'
import { READING_COLUMNS, type Row, type Rows, whole } from '../rows.ts'
import { safeguardIn } from '../safeguard/entry.ts'
import { HOUR_OF_SLOTS } from '../schema.ts'
import type { Transaction } from '../statements.ts'
import { isSoundChange } from './change-trail.ts'
import type { Places } from './places.ts'

export interface Scrub {
  /** A second's share of the whole. Throws STORE_UNREADABLE where table and index disagree. */
  step(): void
}

export interface ScrubParts {
  readonly database: DatabaseSync
  readonly rows: Rows
  readonly audits: Pick<Audits, 'check'>
  readonly places: Places
  readonly damage: Damage
  readonly transaction: Transaction
  readonly announceAgain: Outbox['announceAgain']
}

const SECONDS_A_DAY = 86_400
/** So that the whole is done well within the day, whatever else goes on. */
const HASTE = 2
const LEAST_ROWS = 20
/** A commit costs a sync; what was checked since the last may be checked again after a start. */
const STEPS_BETWEEN_NOTES = 300
/** More at once would hold up commits; the next walk tells the rest. */
const MOST_UNTOLD = 500
const SCRUB = 'scrub'

export function createScrub(parts: ScrubParts): Scrub {
  const { database, rows, audits, places, damage, transaction, announceAgain } = parts
  const ask = statementsFor(database)
  let place = places.of(SCRUB)
  let stepsSinceNote = 0
  /** They are few: after a start they are gone through from the first. */
  let lastAlarm = 0
  let lastPairing = 0
  let lastEntry = 0
  let lastMoney = 0
  let lastSafeguard = 0
  /** The reading of the last first announcement seen; null where this walk has not seen one. */
  let lastTold: number | null = null

  function checkReadings(share: number): void {
    const page = ask.readings.all(place.reading, share)
    for (const row of page) {
      const kept = rows.verified(row)
      if (kept === null) fence(whole(row['id']))
      else if (!isIndexed(row))
        throw new Fault(
          'STORE_UNREADABLE',
          `reading ${kept.row} is missing from the index of identities; nothing keeps it from being kept twice`,
        )
    }
    place = { ...place, reading: page.length < share ? 0 : whole(page.at(-1)?.['id']) }
  }

  function isIndexed(row: Row): boolean {
    const slot = whole(row['slot'])
    const hour = Math.floor(slot / HOUR_OF_SLOTS)
    const found = ask.identity.get(hour, whole(row['series']), slot, whole(row['version']))
    return whole(found?.['id']) === whole(row['id'])
  }

  function fence(reading: number): void {
    if (ask.isFenced.get(reading) === undefined) transaction(() => ask.fence.run(reading))
  }

  /** Changes and the frames of their rounds, by the same number: both grow with the readings. */
  function checkRest(share: number): void {
    const changes = ask.changes.all(place.follows, share)
    for (const row of changes) {
      const [sequence, reading] = [whole(row['sequence']), whole(row['reading'])]
      if (!isSoundChange(row)) damage.found('change', sequence)
      else if (ask.isAgain.get(reading, sequence) === undefined) told(reading)
    }
    if (changes.length === 0) told(Number.MAX_SAFE_INTEGER)
    const exchanges = ask.exchanges.all(place.follows, place.follows + share)
    for (const row of exchanges)
      if (exchangeOf(row) === null)
        damage.found('exchange', `${whole(row['round'])}/${whole(row['position'])}`)
    const isOver = changes.length === 0 && exchanges.length === 0
    place = { ...place, follows: isOver ? 0 : place.follows + share }
  }

  /**
   * First announcements stand in the order of their readings, so a reading between two of them was told in a row that
   * is lost. Sinks that came by heard of a gap; it is told again.
   */
  function told(reading: number): void {
    if (lastTold !== null && reading > lastTold + 1)
      for (const { id } of ask.untold.all(lastTold, reading)) tellAgain(whole(id))
    lastTold = reading === Number.MAX_SAFE_INTEGER ? null : reading
  }

  function tellAgain(id: number): void {
    const kept = rows.byRow(id)
    if (kept === null) return
    const quality = QUALITIES.indexOf(kept.quality)
    transaction(() => announceAgain(id, quality, kept.findings.length))
  }

  function checkAlarms(): void {
    const page = ask.alarms.all(lastAlarm, LEAST_ROWS)
    for (const row of page) if (alarmOf(row) === null) damage.found('alarm', whole(row['sequence']))
    lastAlarm = page.length < LEAST_ROWS ? 0 : whole(page.at(-1)?.['sequence'])
  }

  function checkPairings(): void {
    const page = ask.pairings.all(lastPairing, LEAST_ROWS)
    for (const row of page) if (versionOf(row) === null) damage.found('pairing', whole(row['sequence']))
    lastPairing = page.length < LEAST_ROWS ? 0 : whole(page.at(-1)?.['sequence'])
  }

  function checkLedger(share: number): void {
    const page = ask.entries.all(lastMoney, share)
    for (const row of page) if (ledgerEntryOf(row) === null) damage.found('ledger', whole(row['sequence']))
    lastMoney = page.length < share ? 0 : whole(page.at(-1)?.['sequence'])
  }

  /** What an index does not lead to is not there for who asks whether somebody is protected. */
  function checkSafeguards(share: number): void {
    const page = ask.safeguards.all(lastSafeguard, share)
    for (const row of page) {
      const entry = safeguardIn(row)
      const sequence = whole(row['sequence'])
      if (entry === null) damage.found('safeguard', sequence)
      else if (ask.ofAccount.get(entry.account, sequence) === undefined)
        throw new Fault('STORE_UNREADABLE', `safeguard ${sequence} is missing from the index of accounts`)
    }
    lastSafeguard = page.length < share ? 0 : whole(page.at(-1)?.['sequence'])
  }

  function checkJournal(share: number): void {
    const page = ask.journal.all(lastEntry, share)
    for (const row of page) if (entryIn(row) === null) damage.found('journal', whole(row['sequence']))
    lastEntry = page.length < share ? 0 : whole(page.at(-1)?.['sequence'])
  }

  return {
    step() {
      const total = Math.max(
        whole(ask.lastReading.get()?.['last'] ?? 0),
        whole(ask.lastChange.get()?.['last'] ?? 0),
      )
      const share = shareOf(total)
      checkReadings(share)
      checkRest(share)
      checkAlarms()
      checkPairings()
      checkJournal(shareOf(whole(ask.lastEntry.get()?.['last'] ?? 0)))
      checkLedger(share)
      checkSafeguards(share)
      audits.check(share)
      stepsSinceNote += 1
      if (stepsSinceNote < STEPS_BETWEEN_NOTES) return
      stepsSinceNote = 0
      transaction(() => places.move(SCRUB, place))
    },
  }
}

/** Rows of one second's share. */
export function shareOf(total: number): number {
  return LEAST_ROWS + Math.ceil((total / SECONDS_A_DAY) * HASTE)
}

function statementsFor(database: DatabaseSync) {
  const readings = database.prepare(
    `SELECT ${READING_COLUMNS} FROM reading r WHERE r.id > ? ORDER BY r.id LIMIT ?`,
  )
  readings.setReadBigInts(true)
  return {
    readings,
    identity: database.prepare(
      `SELECT id FROM reading INDEXED BY reading_identity
       WHERE slot / ${HOUR_OF_SLOTS} = ? AND series = ? AND slot = ? AND version = ?`,
    ),
    changes: database.prepare(
      'SELECT sequence, reading, quality, findings, checksum FROM change WHERE sequence > ? ORDER BY sequence LIMIT ?',
    ),
    isAgain: database.prepare('SELECT 1 FROM again WHERE reading = ? AND sequence = ?'),
    untold: database.prepare(
      `SELECT id FROM reading WHERE id > ? AND id < ? AND quality <> ${QUARANTINED}
         AND id NOT IN (SELECT reading FROM again) LIMIT ${MOST_UNTOLD}`,
    ),
    alarms: database.prepare('SELECT * FROM alarm WHERE sequence > ? ORDER BY sequence LIMIT ?'),
    pairings: database.prepare('SELECT * FROM pairing WHERE sequence > ? ORDER BY sequence LIMIT ?'),
    journal: database.prepare('SELECT * FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?'),
    lastEntry: database.prepare('SELECT max(sequence) AS last FROM journal'),
    entries: database.prepare('SELECT * FROM ledger WHERE sequence > ? ORDER BY sequence LIMIT ?'),
    safeguards: database.prepare('SELECT * FROM safeguard WHERE sequence > ? ORDER BY sequence LIMIT ?'),
    ofAccount: database.prepare(
      'SELECT sequence FROM safeguard INDEXED BY safeguard_of WHERE account = ? AND sequence = ?',
    ),
    exchanges: database.prepare('SELECT * FROM exchange WHERE round > ? AND round <= ?'),
    lastReading: database.prepare('SELECT max(id) AS last FROM reading'),
    lastChange: database.prepare('SELECT max(sequence) AS last FROM change'),
    isFenced: database.prepare('SELECT 1 FROM fenced WHERE reading = ?'),
    fence: database.prepare('INSERT INTO fenced (reading) VALUES (?) ON CONFLICT DO NOTHING'),
  }
}
