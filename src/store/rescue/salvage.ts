/** Copies what still checks from a damaged store, attached as `old`, into an empty new one, row by row as it was kept. */

import type { DatabaseSync } from 'node:sqlite'
import type { Row } from '../rows.ts'
import { FULL, primaryCode } from '../sqlite-fault.ts'
import type { View } from './damaged-view.ts'
import { eachRange, type Reach } from './ranges.ts'
import type { Table } from './schema-page.ts'
import { addSoundFunctions, type Met, type NamesByRef, readNames, SOUND } from './sound.ts'

/** How many rows of a kind were had back, and how many there can have been beside them; null where nothing tells that. */
export interface Salvaged {
  readonly rescued: number
  readonly lostAtMost: number | null
}

export interface Salvage {
  readonly names: NamesByRef
  /** Copies a table, and of readings, releases, pairings, the journal, the ledger and safeguards those that do not check too, to be withheld as before. */
  copy(table: string): Salvaged
  /** Readings and what is known of where they point, gathered while they were copied. */
  readonly pointers: Pointers
}

export interface Pointers {
  /** By series: rows and slots of the newest reading announced and of the newest good one. */
  readonly newest: ReadonlyMap<number, Place>
  readonly good: ReadonlyMap<number, Place>
  /** Series and units that some reading vouches for. */
  readonly series: ReadonlySet<number>
  readonly units: ReadonlySet<number>
}

export interface Place {
  readonly id: number
  readonly slot: number
}

const QUARANTINED = 2
const GOOD = 0
/** Damaged rows carried along, withheld as before, so that what comes in their place becomes their next version. */
const MOST_WITHHELD = 100_000
const CARRIED: readonly string[] = [
  'reading',
  'release',
  'pairing',
  'journal',
  'ledger',
  'safeguard',
] satisfies Parameters<Met['unsound']>[0][]

export function createSalvage(database: DatabaseSync, view: View): Salvage {
  const tableOf = (name: string): Table => {
    const table = view.tables.find(other => other.name === name)
    if (table === undefined) throw new Error(`broken promise: there is a table ${name}`)
    return table
  }
  const names = readNames((name, columns) => readAll(database, view, tableOf(name), columns))
  const newest = new Map<number, Place>()
  const good = new Map<number, Place>()
  const series = new Set<number>()
  const units = new Set<number>()
  const unsound = new Map(CARRIED.map(table => [table, new Set<number>()]))
  addSoundFunctions(database, names, {
    sound(reading) {
      series.add(reading.series)
      units.add(reading.unit)
      if (reading.quality !== QUARANTINED) raise(newest, reading.series, reading)
      if (reading.quality === GOOD) raise(good, reading.series, reading)
    },
    unsound(table, key) {
      const keys = unsound.get(table)
      if (keys && keys.size < MOST_WITHHELD) keys.add(key)
    },
  })

  return {
    names,
    pointers: { newest, good, series, units },
    copy(name) {
      const table = tableOf(name)
      const before = countOf(database, name)
      const reach = copyTable(database, view, table)
      const rescued = countOf(database, name) - before
      const withheld = unsound.get(name) ?? new Set()
      if (withheld.size > 0) carryWithheld(database, table, withheld)
      return { rescued, lostAtMost: mostLost(table, reach, rescued, withheld.size) }
    },
  }
}

/** A key for each row, numbered from 1 on: no more can be gone than numbers were given, and one per key not read. */
function mostLost({ key, hasRowNumbers }: Table, { unread, last }: Reach, rescued: number, seen = 0) {
  if (unread === 0 && seen === 0) return 0
  if (last === null || !hasRowNumbers || key[0] === 'rowid') return null
  // Of those seen not all are remembered.
  const most = seen < MOST_WITHHELD ? unread + seen : last
  return Math.max(0, Math.min(most, last - rescued))
}

function countOf(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`SELECT count(*) AS count FROM main.${name}`).get()?.['count'])
}

/** As `latest` follows them: a later slot, or the same slot kept later. */
function raise(places: Map<number, Place>, series: number, { id, slot }: Place): void {
  const place = places.get(series)
  if (place === undefined || slot > place.slot || (slot === place.slot && id > place.id))
    places.set(series, { id, slot })
}

function readAll(database: DatabaseSync, { pages }: View, { name, key }: Table, columns: string): Row[] {
  const [by = 'rowid'] = key
  const found: Row[] = []
  eachRange(database, { table: `old.${name}`, key: by, pages }, (first, last, direction) => {
    const rows = database
      .prepare(`SELECT ${columns} FROM old.${name} WHERE ${by} BETWEEN ? AND ? ORDER BY ${by} ${direction}`)
      .all(first, last)
    found.push(...rows)
    return rows.length
  })
  return found
}

function copyTable(database: DatabaseSync, { pages }: View, table: Table): Reach {
  const { name, key, columns } = table
  const [by = 'rowid'] = key
  const isNumber = table.hasRowNumbers || columns.some(({ name, type }) => name === by && type === 'INTEGER')
  if (!isNumber) return copyFromBothEnds(database, table)
  const inOrder = (direction: 'ASC' | 'DESC') =>
    database.prepare(`${insertFor(table)} AND ${by} BETWEEN ? AND ? ORDER BY ${by} ${direction}`)
  const ask = { ASC: inOrder('ASC'), DESC: inOrder('DESC') }
  const asked = { table: `old.${name}`, key: by, pages }
  return eachRange(database, asked, (first, last, direction) =>
    Number(ask[direction].run(first, last).changes),
  )
}

/** For keys that are words: from the first row on, and from the last one back, each until it can go no further. */
function copyFromBothEnds(database: DatabaseSync, table: Table): Reach {
  const { name, key, columns } = table
  const listed = columns.map(column => column.name)
  const insert = database.prepare(
    `INSERT OR IGNORE INTO main.${name} (${listed}) VALUES (${listed.map(() => '?')})`,
  )
  let isWhole = true
  for (const direction of ['ASC', 'DESC']) {
    const order = key.map(column => `${column} ${direction}`)
    const rows = database.prepare(
      `SELECT ${listed} FROM old.${name} WHERE ${conditionFor(table)} ORDER BY ${order}`,
    )
    try {
      for (const row of rows.iterate()) insert.run(...listed.map(column => row[column] ?? null))
    } catch (error) {
      if (primaryCode(error) === null || primaryCode(error) === FULL) throw error
      isWhole = false
    }
  }
  return { unread: isWhole ? 0 : 1, last: null }
}

function insertFor(table: Table): string {
  const listed = table.columns.map(({ name }) => name)
  return `INSERT OR IGNORE INTO main.${table.name} (${listed}) SELECT ${listed} FROM old.${table.name} WHERE ${conditionFor(table)}`
}

/** A row without a checksum is believed if it holds what its table may hold; a clock's must stay to be doubted. */
function conditionFor({ name, columns }: Table): string {
  const sound = name === 'meter_clock' ? undefined : SOUND[name]
  if (sound !== undefined) return sound
  return columns
    .map(({ name: column, type, isNeeded }) => {
      const fits = `typeof(${column}) = '${type.toLowerCase()}'`
      return isNeeded ? fits : `(${column} IS NULL OR ${fits})`
    })
    .join(' AND ')
}

function carryWithheld(
  database: DatabaseSync,
  { name, columns, key: [key = 'rowid'] }: Table,
  numbers: ReadonlySet<number>,
): void {
  const listed = columns.map(column => column.name)
  const highest = Number(
    database.prepare(`SELECT max(${key}) AS last FROM main.${name}`).get()?.['last'] ?? 0,
  )
  const insert = database.prepare(
    `INSERT OR IGNORE INTO main.${name} (${listed}) SELECT ${listed} FROM old.${name} WHERE ${key} = ?`,
  )
  // Of pairings the last word may be damaged: without it what it took back would be believed again. So of the ledger: what a
  // balance lacks must be known; and of safeguards: who may be protected.
  const most = ['pairing', 'ledger', 'safeguard'].includes(name) ? highest + numbers.size : highest
  for (const number of numbers) {
    // A damaged number would have all that come later count on from it.
    if (number > most) continue
    try {
      insert.run(number)
    } catch (error) {
      if (primaryCode(error) === null || primaryCode(error) === FULL) throw error
    }
  }
}
