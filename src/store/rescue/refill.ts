/** Fills a new store from the view of a damaged one, and makes good what its rows imply: pointers, names, what is owed. */

import type { DatabaseSync } from 'node:sqlite'
import { changeChecksum, cursorChecksum } from '../checksum.ts'
import { whole } from '../rows.ts'
import { inTransaction } from '../statements.ts'
import { LOST, REMOVED } from '../upkeep/places.ts'
import type { View } from './damaged-view.ts'
import { createSalvage, type Salvage, type Salvaged } from './salvage.ts'

export interface Refilled {
  readonly rows: Readonly<Record<string, Salvaged>>
  /** Epochs the damaged store names. */
  readonly epochs: readonly number[]
}

/** How much is tried. `names` are names and cursors alone, `book` these and what was released: what a full disk has room for. */
export type Extent = 'all' | 'book' | 'names' | 'nothing'

/** Filled from other tables, or from names that rows vouch for; that a meter was in service nothing else vouches for. */
const MADE_AFRESH = ['life', 'latest', 'meter', 'unit', 'series', 'in_service']
/** All that is copied when there is no room for more. */
const SMALL = ['sink', 'freeze', 'meter_clock']
/** Without it what was billed by would be released once more, or billed to nobody. */
const BOOK = [
  ...['release', 'release_batch', 'release_ack', 'pairing', 'journal'],
  ...['ledger', 'ledger_key', 'charged_to', 'safeguard'],
]
/** Readings come first: they vouch for the names, and what is owed is told by them. */
const FIRST = ['reading', 'change', 'sink']

export function refill(database: DatabaseSync, view: View, extent: Extent): Refilled {
  database.prepare('ATTACH ? AS old').run(view.uri)
  try {
    const salvage = createSalvage(database, view)
    const others = view.tables.map(({ name }) => name).filter(name => !MADE_AFRESH.includes(name))
    const wanted = {
      all: [...FIRST, ...others.filter(name => !FIRST.includes(name))],
      book: [...SMALL, ...BOOK],
      names: SMALL,
      nothing: [],
    }[extent]
    const rows: Record<string, Salvaged> = {}
    // Not in one transaction: an error of the damaged file may roll back all that is under way.
    for (const table of wanted) rows[table] = salvage.copy(table)
    inTransaction(database, () => {
      putNames(database, salvage)
      database.exec('DELETE FROM main.change WHERE reading NOT IN (SELECT id FROM main.reading)')
      point(database, salvage)
      tellWhatIsOwed(database)
      countLost(database)
    })
    return { rows, epochs: epochsOf(database) }
  } finally {
    database.exec('DETACH old')
  }
}

/** What is neither there nor removed by us, so that the readings kept can be told without counting them. */
function countLost(database: DatabaseSync): void {
  database.prepare('DELETE FROM main.sweep WHERE what = ?').run(LOST)
  database
    .prepare(
      `INSERT INTO main.sweep (what, reading, follows, removed)
       SELECT ?, 0, 0, coalesce(max(id), 0) - count(*) - (SELECT coalesce(sum(removed), 0) FROM main.sweep
         WHERE what IN (${REMOVED.map(() => '?')})) FROM main.reading`,
    )
    .run(LOST, ...REMOVED)
}

function epochsOf(database: DatabaseSync): number[] {
  try {
    return database
      .prepare('SELECT epoch FROM old.life LIMIT 10')
      .all()
      .map(({ epoch }) => whole(epoch))
  } catch {
    return []
  }
}

/**
 * Names some reading vouches for before all others, so that a damaged one cannot take a sound one's place. A name that
 * came to have two numbers, as where its index was damaged, goes by the lower one.
 */
function putNames(database: DatabaseSync, { names, pointers }: Salvage): void {
  const used = new Set([...pointers.series].map(ref => names.registers.get(ref)?.meter))
  const meters = sortedBy([...names.meters], ([ref, id]) => (used.has(id) ? 0 : 1e15) + ref)
  const meterOf = putEach(database, {
    insert: 'INSERT OR IGNORE INTO meter (ref, id) VALUES (?, ?)',
    names: meters.map(([ref, id]) => ({ ref, key: id, values: [id] })),
    moves: [
      'round SET meter',
      'meter_clock SET meter',
      'audit SET meter',
      'freeze SET meter',
      'plan SET meter',
    ],
  })
  putEach(database, {
    insert: 'INSERT OR IGNORE INTO unit (ref, symbol) VALUES (?, ?)',
    names: sortedBy([...names.units], ([ref]) => (pointers.units.has(ref) ? 0 : 1e15) + ref).map(
      ([ref, symbol]) => ({ ref, key: symbol, values: [symbol] }),
    ),
    moves: ['reading SET unit'],
  })
  const registers = [...names.registers].filter(([ref]) => pointers.series.has(ref))
  putEach(database, {
    insert: 'INSERT OR IGNORE INTO series (ref, meter, obis, kind) VALUES (?, ?, ?, ?)',
    names: sortedBy(registers, ([ref]) => ref).map(([ref, { meter, obis, kind }]) => ({
      ref,
      key: `${meter}\n${obis}\n${kind}`,
      values: [meterOf.get(meter) ?? 0, obis, kind],
    })),
    moves: ['reading SET series'],
  })
}

interface Named {
  readonly ref: number
  readonly key: string
  readonly values: readonly (string | number)[]
}

interface Putting {
  readonly insert: string
  readonly names: readonly Named[]
  /** Where rows carry the number, as in "round SET meter". */
  readonly moves: readonly string[]
}

/** Answers the number each name goes by. */
function putEach(database: DatabaseSync, { insert, names, moves }: Putting): ReadonlyMap<string, number> {
  const put = database.prepare(insert)
  const numbers = new Map<string, number>()
  for (const { ref, key, values } of names) {
    const known = numbers.get(key)
    if (known === undefined) {
      numbers.set(key, ref)
      put.run(ref, ...values)
      continue
    }
    for (const move of moves) {
      const [table = '', , column = ''] = move.split(' ')
      database.prepare(`UPDATE OR IGNORE main.${move} = ? WHERE ${column} = ?`).run(known, ref)
      // What could not be moved says again what is said under the lower number.
      database.prepare(`DELETE FROM main.${table} WHERE ${column} = ?`).run(ref)
    }
  }
  return numbers
}

function sortedBy<Item>(items: Item[], rank: (item: Item) => number): Item[] {
  return items.sort((a, b) => rank(a) - rank(b))
}

/** A pointer to a row that was said twice and dropped is believed by nobody. */
function point(database: DatabaseSync, { pointers: { newest, good } }: Salvage): void {
  const put = database.prepare('INSERT OR IGNORE INTO main.latest (series, reading, good) VALUES (?, ?, ?)')
  for (const [series, { id }] of newest) put.run(series, id, good.get(series)?.id ?? null)
}

/**
 * Numbers go on above all that were given. A reading whose announcement is lost is announced again unless every sink
 * has passed it; the new epoch tells consumers to compare by identity (PR-11).
 */
function tellWhatIsOwed(database: DatabaseSync): void {
  const { told, least, most } = database
    .prepare(
      `SELECT coalesce((SELECT max(sequence) FROM change), 0) AS told,
              coalesce((SELECT min(cursor) FROM sink), 0) AS least,
              coalesce((SELECT max(cursor) FROM sink), 0) AS most`,
    )
    .get() as { told: number; least: number; most: number }
  const add = database.prepare(
    'INSERT INTO main.change (sequence, reading, quality, findings, checksum) VALUES (?, ?, ?, ?, ?)',
  )
  const again = database.prepare('INSERT INTO main.again (reading, sequence) VALUES (?, ?)')
  let sequence = Math.max(told, most)
  const tell = (row: Record<string, unknown>) => {
    const [reading, quality, findings] = [whole(row['id']), whole(row['quality']), whole(row['findings'])]
    sequence += 1
    add.run(sequence, reading, quality, findings, changeChecksum(sequence, reading, quality, findings))
    // It stands out of the order of the readings.
    again.run(reading, sequence)
  }
  for (const row of untold(database, least)) tell(row)
  if (told >= most || sequence > most) return
  // A number above every cursor must be there, or what comes next would be taken for delivered.
  const last = database.prepare(`${JUDGED} WHERE r.quality <> 2 ORDER BY r.id DESC LIMIT 1`).get()
  if (last !== undefined) tell(last)
  else
    for (const { name } of database.prepare('SELECT name FROM sink').all())
      database
        .prepare('UPDATE main.sink SET cursor = 0, checksum = ? WHERE name = ?')
        .run(cursorChecksum(String(name), 0), String(name))
}

const COUNTED =
  'CASE WHEN r.findings IS NULL OR NOT json_valid(r.findings) THEN 0 ELSE json_array_length(r.findings) END'
const JUDGED = `SELECT r.id, r.quality, ${COUNTED} AS findings FROM main.reading r`

/** Readings whose present verdict no change tells, unless it was told first within what every sink has had. */
function untold(database: DatabaseSync, delivered: number): Record<string, unknown>[] {
  // First announcements come in the order of the readings.
  const passed = whole(
    database
      .prepare('SELECT coalesce(max(reading), 0) AS last FROM main.change WHERE sequence <= ?')
      .get(delivered)?.['last'],
  )
  database.exec('CREATE TEMP TABLE told (reading INTEGER PRIMARY KEY, quality INTEGER, findings INTEGER)')
  database.exec(
    'INSERT OR REPLACE INTO temp.told SELECT reading, quality, findings FROM main.change ORDER BY sequence',
  )
  const found = database
    .prepare(
      `${JUDGED} LEFT JOIN temp.told t ON t.reading = r.id
       WHERE r.quality <> 2 AND CASE WHEN t.reading IS NULL THEN r.id > ?
         ELSE t.quality <> r.quality OR t.findings <> ${COUNTED} END
       ORDER BY r.id`,
    )
    .all(passed)
  database.exec('DROP TABLE temp.told')
  return found
}
