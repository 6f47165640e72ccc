/** The store of one data directory, all its parts around one open database. Synchronous: it runs in its own thread. */

import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { createClockDoubt } from './clock-doubt.ts'
import { createDamage, type Damage } from './damage.ts'
import { type OpenDatabase, openDatabase } from './database.ts'
import { createEvidence } from './evidence.ts'
import { createLatest } from './latest.ts'
import { createMeterClocks } from './meter-clocks.ts'
import { createNames } from './names.ts'
import { createOutbox } from './outbox.ts'
import type { Calls } from './protocol.ts'
import { createQueries } from './queries.ts'
import { createReadingTable } from './reading-table.ts'
import { keepBatch } from './readings.ts'
import { createRegisters } from './registers.ts'
import type { Rescuing } from './rescue.ts'
import { createRounds } from './rounds.ts'
import { createRows, whole } from './rows.ts'
import { faultOf } from './sqlite-fault.ts'
import { transactionFor } from './statements.ts'
import type { StoreSizes } from './store.ts'
import { createWriter } from './writer.ts'

/** `report` is told of each damaged row once, `rescuing` of a store rescued. Throws what `openDatabase` throws. */
export function openStoreFile(directory: string, report: (text: string) => void, rescuing?: Rescuing): Calls {
  const open = openDatabase(directory, rescuing)
  try {
    return createCalls(open, createDamage(report))
  } catch (error) {
    open.close()
    throw faultOf(error, `preparing the store in ${directory}`)
  }
}

function createCalls(open: OpenDatabase, damage: Damage): Calls {
  const { database } = open
  const names = createNames(database)
  const rows = createRows(database, names, damage)
  const outbox = createOutbox(database, rows, damage)
  const latest = createLatest(database, rows)
  const clocks = createMeterClocks(database, names, damage)
  const evidence = createEvidence({ database, names, rows, damage })
  const writer = createWriter(database)
  const table = createReadingTable(database)
  const rounds = createRounds(database, names)
  const registers = createRegisters(names)
  const remembering = [names, table, outbox, latest, rounds, registers]
  const transaction = transactionFor(database, () => {
    for (const part of remembering) part.forget()
  })
  const parts = { registers, rows, table, outbox, latest, rounds, clocks, transaction }
  const clockDoubt = createClockDoubt(database, rows, parts, transaction)
  return {
    epoch: () => open.epoch,
    accept: batch => writer.write(`keeping ${batch.rounds.length} rounds`, () => keepBatch(parts, batch)),
    advance: (sink, sequence) => writer.write(`moving sink ${sink}`, () => outbox.advance(sink, sequence)),
    park: (sink, sequence, reason) =>
      writer.write(`parking an item of sink ${sink}`, () => outbox.park(sink, sequence, reason)),
    doubtPolls: asked => writer.write('doubting readings', () => clockDoubt.doubtPolls(asked)),
    tidy: () => writer.checkpoint(),
    changesAfter: outbox.changesAfter,
    lastSequence: outbox.lastSequence,
    cursor: outbox.cursor,
    evidence: evidence.of,
    clocks: clocks.nearest,
    ...createQueries({ database, names, rows, latest }),
    sizes: () => sizesOf(open, damage.count),
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
  }
}

/** Rows are numbered from 1 without holes and never removed, so nothing needs counting (PR-84). */
function countReadings(database: DatabaseSync): number {
  return whole(database.prepare('SELECT max(id) AS last FROM reading').get()?.['last'] ?? 0)
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
