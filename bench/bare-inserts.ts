/** The reference of the pipeline's benchmark: the rows it made, inserted by nothing but SQLite. */

import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { DATABASE_FILE } from '../src/store/database.ts'

/** The store's own batch. */
const BATCH_ROWS = 100

export function highest(file: string): {
  readonly round: number
  readonly reading: number
  readonly sequence: number
} {
  const database = new DatabaseSync(file, { readOnly: true })
  const number = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0])
  const found = {
    round: number('SELECT max(ref) FROM round'),
    reading: number('SELECT max(id) FROM reading'),
    sequence: number('SELECT max(sequence) FROM change'),
  }
  database.close()
  return found
}

type Row = readonly SQLInputValue[]

/** What a run made, without its first rounds. */
export interface Measured {
  readonly rows: number
  readonly ms: number
}

/** The very rows the pipeline made, inserted again into a copy of the store as it was: prepared, batched alike. */
export function measureBare(
  folder: string,
  before: ReturnType<typeof highest>,
  warmUpRounds: number,
): Measured {
  const made = new DatabaseSync(join(folder, DATABASE_FILE), { readOnly: true, readBigInts: true })
  const rowsOf = (sql: string): Row[] =>
    made
      .prepare(sql)
      .all()
      .map(row => Object.values(row))
  const rounds = rowsOf(`SELECT * FROM round WHERE ref > ${before.round} ORDER BY ref`)
  const exchanges = Map.groupBy(
    rowsOf(`SELECT * FROM exchange WHERE round > ${before.round} ORDER BY round, position`),
    row => row[0],
  )
  const readings = Map.groupBy(
    rowsOf(`SELECT * FROM reading WHERE id > ${before.reading} ORDER BY id`),
    row =>
      row[
        made
          .prepare('SELECT * FROM reading')
          .columns()
          .findIndex(({ name }) => name === 'round')
      ],
  )
  const changes = new Map(
    rowsOf(`SELECT * FROM change WHERE sequence > ${before.sequence}`).map(row => [row[1], row]),
  )
  const bare = new DatabaseSync(join(folder, 'bare.db'), { readBigInts: true })
  for (const pragma of [
    'journal_mode',
    'synchronous',
    'wal_autocheckpoint',
    'cache_size',
    'page_size',
    'journal_size_limit',
  ]) {
    const value = Object.values(made.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]
    bare.exec(`PRAGMA ${pragma} = ${value}`)
  }
  bare.exec('PRAGMA synchronous = FULL')
  const insert = (table: string) => {
    const columns = made.prepare(`SELECT * FROM ${table}`).columns().length
    return bare.prepare(`INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`)
  }
  const into = {
    round: insert('round'),
    exchange: insert('exchange'),
    reading: insert('reading'),
    change: insert('change'),
  }
  const latest = bare.prepare('UPDATE latest SET reading = ?, good = ? WHERE series = ?')
  let startedAt = performance.now()
  let rows = 0
  let inBatch = 0
  for (const [index, round] of rounds.entries()) {
    if (index === warmUpRounds) {
      startedAt = performance.now()
      rows = 0
    }
    if (inBatch === 0) bare.exec('BEGIN IMMEDIATE')
    into.round.run(...round)
    for (const exchange of exchanges.get(round[0] ?? null) ?? []) into.exchange.run(...exchange)
    for (const reading of readings.get(round[0] ?? null) ?? []) {
      into.reading.run(...reading)
      const change = changes.get(reading[0] ?? null)
      if (change) into.change.run(...change)
      latest.run(reading[0] ?? null, reading[0] ?? null, reading[1] ?? null)
      rows += 1
      inBatch += 1
    }
    if (inBatch >= BATCH_ROWS) {
      bare.exec('COMMIT')
      inBatch = 0
    }
  }
  if (inBatch > 0) bare.exec('COMMIT')
  const ms = performance.now() - startedAt
  made.close()
  bare.close()
  return { rows, ms }
}
