/**
 * A damaged store as SQLite can still read it, without touching a byte of it: a second name of the file beside a log of
 * our own making. In that log are the pages its own log can still give, and a first page made afresh, so that neither
 * a destroyed header nor a damaged schema keeps the rows from being read.
 */

import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { readOnlyUri } from '../statements.ts'
import { type LogFile, PAGE_SIZE, writeLog } from './log-frames.ts'
import { firstPage, freshTables, type Roots, type Table } from './schema-page.ts'
import { DATABASE_FILE } from './set-aside.ts'
import { addSoundFunctions, SOUND } from './sound.ts'

export interface View {
  /** To be attached to a database of ours; read-only. */
  readonly uri: string
  readonly tables: readonly Table[]
  /** Pages it may have, which bounds how many rows there can be. */
  readonly pages: number
  remove(): void
}

/** `log` is what its own log holds, null where that is none of its own. Null where there is nothing to be seen. */
export function viewOf(folder: string, log: LogFile | null): View | null {
  const fresh = freshTables()
  const parts = layOut(folder, log, Math.max(...fresh.roots.flatMap(roots => [...roots.values()])))
  if (parts === null) return null
  const best = new Map<string, { readonly root: number; readonly rows: number }>()
  for (const roots of [parts.asTheyAre(), ...fresh.roots].filter(({ size }) => size > 0)) {
    parts.show(fresh.tables, new Map([...roots].filter(([, root]) => inFile(root, parts.pages))))
    for (const table of fresh.tables) {
      const root = inFile(roots.get(table.name), parts.pages)
      const rows = root === undefined ? -1 : plausibleRows(parts.uri, table)
      if (root !== undefined && rows > (best.get(table.name)?.rows ?? -1))
        best.set(table.name, { root, rows })
    }
  }
  const chosen: Roots = new Map([...best].map(([name, { root }]) => [name, root]))
  parts.show(fresh.tables, chosen)
  const { uri, pages, remove } = parts
  return { uri, tables: fresh.tables, pages, remove }
}

function inFile(root: number | undefined, pages: number): number | undefined {
  return root !== undefined && root > 1 && root <= pages ? root : undefined
}

interface Layout extends Omit<View, 'tables'> {
  /** The root pages its own schema names; none where that cannot be read. */
  asTheyAre(): Roots
  /** Puts a first page in front that names these tables. */
  show(tables: readonly Table[], roots: Roots): void
}

/** With at least as many pages as its tables begin on, though the file be cut short. */
function layOut(folder: string, log: LogFile | null, least: number): Layout | null {
  const place = join(folder, 'view')
  const file = join(place, 'view.db')
  const remove = () => rmSync(place, { recursive: true, force: true })
  remove()
  const held = new Map((log?.frames ?? []).map(({ page, content }) => [page, content]))
  const damaged = join(folder, DATABASE_FILE)
  const size = existsSync(damaged) ? statSync(damaged).size : 0
  if (size === 0 && held.size === 0) return null
  const pages = Math.max(least, Math.ceil(size / PAGE_SIZE), log?.pages ?? 0, ...held.keys())
  mkdirSync(place, { recursive: true })
  // SQLite drops the log of a file without a page.
  if (size < PAGE_SIZE) writeFileSync(file, Buffer.alloc(PAGE_SIZE))
  else secondName(damaged, file)

  function lay(frames: ReadonlyMap<number, Buffer>): void {
    rmSync(`${file}-shm`, { force: true })
    const made = [...frames].map(([page, content]) => ({ page, content }))
    writeFileSync(`${file}-wal`, writeLog(made, pages))
  }

  const uri = readOnlyUri(file)
  return {
    uri,
    pages,
    remove,
    show(tables, roots) {
      lay(new Map([...held, [1, firstPage(join(place, 'schema.db'), tables, { roots, pages })]]))
    },
    asTheyAre() {
      if (held.size > 0) lay(held)
      return (
        readable(
          uri,
          database =>
            new Map(
              database
                .prepare("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'")
                .all()
                .map(({ name, rootpage }) => [String(name), Number(rootpage)]),
            ),
        ) ?? new Map()
      )
    },
  }
}

/** A link costs no space; not every file system has them. */
function secondName(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

/** Rows looked at, at either end, to tell whether a tree is the one of a table. */
const PROBED = 50

/** How many of a table's rows look like rows of it, at the better of its ends: the other may lie in a hole. */
function plausibleRows(uri: string, table: Table): number {
  return Math.max(plausibleFrom(uri, table, 'ASC'), plausibleFrom(uri, table, 'DESC'))
}

function plausibleFrom(uri: string, { name, columns, key }: Table, direction: 'ASC' | 'DESC'): number {
  const types = columns
    .filter(({ isNeeded }) => isNeeded)
    .map(column => `typeof(${column.name}) = '${column.type.toLowerCase()}'`)
  // These tell by themselves; the others need names that are not known yet.
  const sound = [
    'change',
    'exchange',
    'sink',
    'release',
    'release_batch',
    'release_ack',
    'pairing',
    'ledger',
    'ledger_key',
    'charged_to',
    'safeguard',
    'alarm',
  ].includes(name)
    ? SOUND[name]
    : undefined
  const condition = [...types, ...(sound ? [sound] : [])].join(' AND ')
  const order = key.map(column => `${column} ${direction}`)
  const sql = `SELECT coalesce(sum(${condition}), 0) AS rows FROM (SELECT * FROM ${name} ORDER BY ${order} LIMIT ${PROBED})`
  const none = new Map()
  return (
    readable(uri, database => {
      addSoundFunctions(database, { meters: none, units: none, registers: none })
      return Number(database.prepare(sql).get()?.['rows'])
    }) ?? 0
  )
}

/** Null where the file does not let itself be read so. */
function readable<Result>(uri: string, read: (database: DatabaseSync) => Result): Result | null {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(uri)
    return read(database)
  } catch {
    return null
  } finally {
    database?.close()
  }
}
