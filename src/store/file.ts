/** The store of one data directory, all its parts around one open database. Synchronous: it runs in its own thread. */

import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../core/faults.ts'
import { DAY } from '../core/time.ts'
import { settle } from '../reading/billing/gate.ts'
import type { Worth } from '../reading/worth.ts'
import { createAlarmBook } from './alarms.ts'
import { createAudits } from './audits.ts'
import { createAcknowledgements } from './book/acknowledgements.ts'
import { createBook } from './book/book.ts'
import type { Gate } from './book/facts.ts'
import { createSettling } from './book/settling.ts'
import { createTouchedBoundaries } from './book/touched-boundaries.ts'
import { createWithheldEntries } from './book/withheld.ts'
import { bookWriterFor } from './book/writing.ts'
import { createBoundaryReadings } from './boundary.ts'
import { createClockDoubt } from './clock-doubt.ts'
import { createDamage, type Damage } from './damage.ts'
import { type OpenDatabase, openDatabase } from './database.ts'
import { beganAt } from './epoch.ts'
import { createEvidence } from './evidence.ts'
import { createExpectations, settlementsExpected } from './expectations.ts'
import { requireWhole } from './journal/deed.ts'
import { createJournal } from './journal/journal.ts'
import { createLatest } from './latest.ts'
import { createChargedTo } from './ledger/charged-to.ts'
import { createCharger } from './ledger/charger.ts'
import { deedAsked, namedOf } from './ledger/deeds.ts'
import { createLedger } from './ledger/ledger.ts'
import { createLevelling, type Levelling } from './ledger/levelling.ts'
import { createOnceOnly } from './ledger/once.ts'
import { createPosting } from './ledger/posting.ts'
import { ledgerWriterFor } from './ledger/writing.ts'
import { createMeterClocks } from './meter-clocks.ts'
import { createNames } from './names.ts'
import { createChangesTold, createOrderChanges } from './order/changes.ts'
import { NO_METERS } from './order/rules.ts'
import { createSupply } from './order/supply.ts'
import { createOutbox } from './outbox.ts'
import { createArchiveReader, createPairingBook } from './pairings.ts'
import { createParkedItems } from './parked.ts'
import type { Calls } from './protocol.ts'
import { createQueries } from './queries.ts'
import { createReadingTable } from './reading-table.ts'
import { keepBatch } from './readings.ts'
import { createRegisters } from './registers.ts'
import type { Rescuing } from './rescue/rescue.ts'
import { isOutOfReserve } from './reserve.ts'
import { createRounds } from './rounds.ts'
import { createRows, whole } from './rows.ts'
import { createNoticesAsked } from './safeguard/asked-for.ts'
import { createClearing, creditOf } from './safeguard/clearing.ts'
import { safeguardNamed } from './safeguard/deeds.ts'
import { createSafeguarding } from './safeguard/posting.ts'
import { createSafeguards } from './safeguard/safeguards.ts'
import { safeguardsByRule, safeguardWriterFor } from './safeguard/writing.ts'
import { faultOf } from './sqlite-fault.ts'
import { transactionFor } from './statements.ts'
import type { Limits, Shed, StoreSizes } from './store.ts'
import { createUpkeepParts } from './upkeep/parts.ts'
import { createPlaces, LOST, REMOVED } from './upkeep/places.ts'
import { createRoom } from './upkeep/room.ts'
import { createKeeping } from './upkeep/upkeep.ts'
import { createWriter } from './writer.ts'

/**
 * `report` is told of each damaged row once, `rescuing` of a store rescued; `gate` judges what may be billed. Throws what
 * `openDatabase` throws.
 */
export function openStoreFile(
  directory: string,
  limits: Limits,
  report: (text: string) => void,
  rescuing?: Rescuing,
  gate: Gate = settle,
): Calls {
  const open = openDatabase(directory, rescuing)
  try {
    return createCalls(open, directory, limits, createDamage(report), gate)
  } catch (error) {
    open.close()
    throw faultOf(error, `preparing the store in ${directory}`)
  }
}

function createCalls(
  open: OpenDatabase,
  directory: string,
  limits: Limits,
  damage: Damage,
  gate: Gate,
): Calls {
  const { database, epoch } = open
  const { offsetMinutes, settlement = [] } = limits
  const moments = { offsetMinutes, settlement: [...settlement, ...settlementsExpected(database)] }
  const names = createNames(database)
  const rows = createRows(database, names, damage)
  const outbox = createOutbox(database, rows, damage, epoch)
  const parked = createParkedItems(database, outbox)
  const latest = createLatest(database, rows)
  const clocks = createMeterClocks(database, names, damage)
  const audits = createAudits(database, names, damage)
  const evidence = createEvidence({ database, names, rows, damage })
  const room = createRoom({ database, directory, maxBytes: limits.maxBytes })
  const writer = createWriter(database, room)
  const reserved: typeof writer.write = (doing, work) => writer.write(doing, () => room.reserved(work))
  const touch = database.prepare('UPDATE life SET epoch = epoch')
  const table = createReadingTable(database)
  const rounds = createRounds(database, names)
  const registers = createRegisters(names)
  const places = createPlaces(database)
  const inService = database.prepare('SELECT meter FROM in_service ORDER BY meter')
  const leaveService = database.prepare('DELETE FROM in_service WHERE meter = ?')
  const remembering = [names, table, outbox, latest, rounds, registers, places]
  const transaction = transactionFor(database, () => {
    for (const part of remembering) part.forget()
  })
  const epochBeganAt = beganAt(epoch)
  const parts = {
    registers,
    rows,
    table,
    outbox,
    latest,
    rounds,
    clocks,
    transaction,
    moments,
    epochBeganAt,
  }
  const clockDoubt = createClockDoubt(database, rows, parts, transaction)
  const expectations = createExpectations(database, names, transaction)
  const boundaryReadings = createBoundaryReadings(database, names, rows)
  const book = createBook(database, damage)
  const withheld = createWithheldEntries(database, transaction)
  const acknowledgements = createAcknowledgements(database, damage)
  const settling = createSettling({
    read: {
      ...boundaryReadings,
      book,
      clockNear: clocks.nearestOf,
      auditsNear: audits.near,
      auditTurns: audits.turnsOf,
    },
    gate,
    writerAt: bookWriterFor(database, offsetMinutes),
    transaction,
    offsetMinutes,
  })
  const alarms = createAlarmBook({ database, transaction, damage })
  const journal = createJournal(database, damage)
  const pairings = createPairingBook({ database, transaction, journal })
  const money = {
    ...{ database, transaction, journal, book, offsetMinutes },
    archive: createArchiveReader(database, damage),
    ledger: createLedger(database, damage),
    add: ledgerWriterFor(database),
  }
  const queries = createQueries({ database, names, rows, latest })
  const onceOnly = createOnceOnly(database, damage)
  const safeguards = createSafeguards(database, damage)
  const addSafeguard = safeguardWriterFor(database)
  const byRule = safeguardsByRule(addSafeguard, journal)
  const supply = createSupply({
    ...{ ...money, safeguards, onceOnly, damage, epoch, rules: limits.orders ?? NO_METERS },
    clockNear: clocks.nearestOf,
    auditsNear: audits.near,
    auditTurns: audits.turnsOf,
    latestOf: queries.latestOf,
    isWritable: () => room.admits() !== 'nothing' && !writer.hasFailed(),
    write: reserved,
  })
  const moved = [createLevelling(money), createClearing({ ...money, safeguards, byRule }), supply.paid]
  const level: Levelling = (account, now) => {
    for (const follow of moved) follow(account, now)
  }
  const posting = createPosting({ ...money, level, onceOnly })
  const safeguarding = createSafeguarding({
    ...{ ...money, safeguards, add: addSafeguard, byRule, onceOnly, epoch, follow: supply.safeguarded },
    conditions: limits.orders?.policy?.declared.map(({ name }) => name) ?? null,
    owesNothing: account => creditOf(money, account) !== null,
  })
  const charger = createCharger({ ...money, level, chargedTo: createChargedTo(database, epoch) })
  const keeping = createKeeping({
    ...createUpkeepParts({ database, rows, audits, places, damage, withheld, transaction, moments, outbox }),
    room,
    outbox,
    keep: limits.keep,
  })
  const requireRoom = (act: Parameters<typeof isOutOfReserve>[0], of: string) => {
    if (room.admits() === 'nothing' && !isOutOfReserve(act))
      throw new Fault('STORE_FULL', `there is no room for ${of}`)
  }
  return {
    epoch: () => epoch,
    accept(batch) {
      // Once for each batch, whatever becomes of it: later ones name by place what this one names.
      registers.learn(batch)
      return writer.write(`keeping ${batch.rounds.length} rounds`, () =>
        keepBatch(parts, batch, room.admits()),
      )
    },
    advance: (sink, sequence) => writer.write(`moving sink ${sink}`, () => outbox.advance(sink, sequence)),
    park: (sink, sequence, reason) =>
      writer.write(`parking an item of sink ${sink}`, () => parked.park(sink, sequence, reason)),
    unpark: (sink, sequences) =>
      writer.write(`freeing items of sink ${sink}`, () => parked.unpark(sink, sequences)),
    rewind: (sink, sequence) => writer.write(`moving sink ${sink} back`, () => parked.rewind(sink, sequence)),
    parkedAfter: parked.parkedAfter,
    doubtPolls: asked => writer.write('doubting readings', () => clockDoubt.doubtPolls(asked)),
    ...alarms,
    alarm: events => writer.write('noting alarms', () => alarms.alarm(events)),
    ...expectations,
    expect: (expected, at) =>
      writer.write('noting what is expected', () => expectations.expect(expected, at)),
    account: (gaps, at) => writer.write('accounting for periods', () => expectations.account(gaps, at)),
    tidy() {
      writer.checkpoint()
      if (!writer.hasFailed()) writer.write('making room', keeping.makeRoom)
    },
    room: room.look,
    tend: upkeep => writer.write('tending the store', () => keeping.tend(upkeep)),
    settle(asked) {
      if (room.admits() === 'nothing') throw new Fault('STORE_FULL', 'there is no room to release anything')
      return writer.write('releasing what may be billed', () => settling(asked))
    },
    acknowledge(asked) {
      if (asked.deed) requireWhole(asked.deed)
      return writer.write(`noting that batch ${asked.batch} was taken in`, () =>
        transaction(() => {
          const noted = acknowledgements.add(book.batch(asked.batch), asked)
          if ('isNew' in noted && noted.isNew && asked.deed) journal.add(asked.deed)
          return noted
        }),
      )
    },
    journalAdd(deed) {
      requireWhole(deed)
      if (room.admits() === 'nothing') throw new Fault('STORE_FULL', 'there is no room for the journal')
      return writer.write(`noting ${deed.action}`, () => transaction(() => journal.add(deed)))
    },
    journalAfter: journal.after,
    journalHead: journal.head,
    journalOfKeys: journal.lastOfKeys,
    lastRelease: book.lastSequence,
    pair(asked) {
      if (asked.deed) requireWhole(asked.deed)
      if (room.admits() === 'nothing') throw new Fault('STORE_FULL', 'there is no room for the archive')
      return writer.write('keeping pairings', () => pairings.pair(asked))
    },
    post(asked) {
      requireRoom(asked.act, 'the ledger')
      requireWhole(deedAsked(asked, namedOf(asked.act)))
      return reserved('entering into the ledger', () => posting(asked))
    },
    safeguard(asked) {
      requireRoom(asked.act, 'notices')
      requireWhole(deedAsked(asked, safeguardNamed(asked.act, safeguards)))
      return reserved('entering notices and protections', () => safeguarding(asked))
    },
    noticesAsked: createNoticesAsked(safeguards),
    charge(now) {
      if (room.admits() === 'nothing') throw new Fault('STORE_FULL', 'there is no room for the ledger')
      return writer.write('charging accounts', () => charger(now))
    },
    boundariesTouched: createTouchedBoundaries({ database, names, moments, ...outbox }),
    boundariesWithheld: withheld.unsettled,
    changesAfter: outbox.changesAfter,
    lastSequence: outbox.lastSequence,
    cursor: outbox.cursor,
    evidence: evidence.of,
    clocks: clocks.last,
    clockOf: clocks.nearestOf,
    ...queries,
    ...supply.calls,
    ...createOrderChanges(database, damage),
    ...createChangesTold(database, epoch, writer.write),
    audit: audit => writer.write(`keeping an audit of ${audit.meter}`, () => audits.keep(audit)),
    auditsNear: audits.near,
    audits: audits.last,
    inService: () => inService.all().map(({ meter }) => String(meter)),
    leaveService: meter => writer.write(`taking ${meter} out of service`, () => void leaveService.run(meter)),
    touch: () => writer.write('writing a sign of life', () => void touch.run()),
    sizes: () => sizesOf(open, damage.count),
    report(found) {
      if ('unreadable' in found) throw new Fault('STORE_UNREADABLE', found.unreadable)
      const { table, key } = found
      damage.found(table, key)
      if (table === 'release')
        writer.write(`fencing number ${key} of the book`, () => withheld.fence(Number(key)))
    },
    condemn(why) {
      writer.abandon()
      open.condemn(why)
    },
    close() {
      open.closing()
      writer.finish()
      open.close()
    },
  }
}

function sizesOf({ database, path }: OpenDatabase, damaged: number): StoreSizes {
  return {
    bytes: sizeOf(path),
    walBytes: sizeOf(`${path}-wal`),
    readings: countReadings(database),
    damaged,
    shed: shedFrom(database),
  }
}

const NOT_THERE = [...REMOVED, LOST]

/** Rows are numbered from 1 on, and what was removed or lost was counted, so nothing needs counting now (PR-84). */
function countReadings(database: DatabaseSync): number {
  const { last, removed } =
    database
      .prepare(
        `SELECT (SELECT max(id) FROM reading) AS last,
                (SELECT sum(removed) FROM sweep WHERE what IN (${NOT_THERE.map(() => '?')})) AS removed`,
      )
      .get(...NOT_THERE) ?? {}
  return whole(last ?? 0) - whole(removed ?? 0)
}

function shedFrom(database: DatabaseSync): readonly Shed[] {
  return database
    .prepare('SELECT day, worth, readings, owed FROM shed ORDER BY day, worth')
    .all()
    .map(row => ({
      day: whole(row['day']) * DAY,
      worth: row['worth'] as Worth,
      readings: whole(row['readings']),
      owed: whole(row['owed']),
    }))
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
