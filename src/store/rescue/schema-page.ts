/** A first page that names the tables of the schema at given root pages (sqlite.org/fileformat2.html, section 1.3). */

import { readFileSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { assert } from '../../core/faults.ts'
import { MIGRATIONS } from '../schema.ts'
import { PAGE_SIZE } from './log-frames.ts'

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** The columns rows are ordered by in the file; one whole number, unless the table has no row numbers. */
  readonly key: readonly string[]
  readonly hasRowNumbers: boolean
}

export interface Column {
  readonly name: string
  readonly type: string
  /** Never null. */
  readonly isNeeded: boolean
  /** What rows older than the column hold in it, as SQL. */
  readonly default: string | null
}

export type Roots = ReadonlyMap<string, number>

/** The tables of the newest schema, and where they are in stores begun at each version, the newest first. */
/** Nothing is copied from these, and the page has no room for what nobody reads. */
const TOLD_BY_OTHERS = ['latest', 'in_service']

export function freshTables(): { readonly tables: readonly Table[]; readonly roots: readonly Roots[] } {
  const newest = new DatabaseSync(':memory:')
  for (const migration of MIGRATIONS) newest.exec(migration)
  const named = tableNames(newest).filter(({ name }) => !TOLD_BY_OTHERS.includes(name))
  const tables = named.map(({ name, wr }) => tableOf(newest, name, wr === 0))
  newest.close()
  return { tables, roots: MIGRATIONS.map((_, begun) => rootsOf(MIGRATIONS.slice(0, begun + 1))).reverse() }
}

function tableNames(database: DatabaseSync): { name: string; wr: number }[] {
  return database
    .prepare("SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    .all()
    .map(({ name, wr }) => ({ name: String(name), wr: Number(wr) }))
    .filter(({ name }) => !name.startsWith('sqlite_'))
}

function tableOf(database: DatabaseSync, name: string, hasRowNumbers: boolean): Table {
  const columns = database.prepare('SELECT * FROM pragma_table_info(?)').all(name)
  const keys = columns.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a['pk']) - Number(b['pk']))
  const isNumbered = keys.length === 1 && keys[0]?.['type'] === 'INTEGER'
  return {
    name,
    columns: columns.map(column => ({
      name: String(column['name']),
      type: String(column['type']),
      isNeeded: Number(column['notnull']) === 1,
      default: column['dflt_value'] === null ? null : String(column['dflt_value']),
    })),
    key: hasRowNumbers && !isNumbered ? ['rowid'] : keys.map(column => String(column['name'])),
    hasRowNumbers,
  }
}

function rootsOf(migrations: readonly string[]): Roots {
  const database = new DatabaseSync(':memory:')
  for (const migration of migrations) database.exec(migration)
  const rows = database.prepare("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'").all()
  database.close()
  return new Map(rows.map(({ name, rootpage }) => [String(name), Number(rootpage)]))
}

/**
 * Tables alone, without indices, conditions or types: rows are read by their keys, and judged by their checksums; all of it
 * has to stand on this one page. `path` is where SQLite may make it.
 */
export function firstPage(
  path: string,
  tables: readonly Table[],
  { roots, pages }: { readonly roots: Roots; readonly pages: number },
): Buffer {
  rmSync(path, { force: true })
  try {
    // The schema is what is written here, which SQLite otherwise refuses.
    const database = new DatabaseSync(path, { defensive: false })
    database.exec(`PRAGMA page_size = ${PAGE_SIZE}`)
    for (const table of tables) if (roots.has(table.name)) database.exec(definitionOf(table))
    database.exec('PRAGMA writable_schema = ON')
    const place = database.prepare('UPDATE sqlite_schema SET rootpage = ? WHERE name = ?')
    for (const [name, root] of roots) place.run(root, name)
    database.close()
    const page = readFileSync(path).subarray(0, PAGE_SIZE)
    assert(page.readUInt8(TREE_AT) === LEAF, 'the names of all tables stand on one page')
    return asOfLoggedFile(page, pages)
  } finally {
    rmSync(path, { force: true })
  }
}

function definitionOf({ name, columns, key, hasRowNumbers }: Table): string {
  const isNumbered = hasRowNumbers && key[0] !== 'rowid'
  const words = columns.map(column => {
    const isKey = isNumbered && column.name === key[0]
    const held = column.default === null ? '' : ` DEFAULT ${column.default}`
    return `${column.name}${isKey ? ' INTEGER PRIMARY KEY' : ''}${held}`
  })
  if (hasRowNumbers) return `CREATE TABLE ${name}(${words})`
  return `CREATE TABLE ${name}(${words},PRIMARY KEY(${key})) WITHOUT ROWID`
}

/** Where the tree of the first page begins, and what says that it is all of it. */
const TREE_AT = 100
const LEAF = 13
const WRITE_VERSION = 18
const READ_VERSION = 19
const CHANGE_COUNTER = 24
const SIZE_IN_PAGES = 28
const FREE_PAGES = 32
const VALID_FOR = 92
const LOGGED = 2

function asOfLoggedFile(page: Buffer, pages: number): Buffer {
  page.writeUInt8(LOGGED, WRITE_VERSION)
  page.writeUInt8(LOGGED, READ_VERSION)
  page.writeUInt32BE(pages, SIZE_IN_PAGES)
  page.fill(0, FREE_PAGES, FREE_PAGES + 8)
  page.writeUInt32BE(page.readUInt32BE(CHANGE_COUNTER), VALID_FOR)
  return page
}
