/** Reads a damaged table in ranges of its key, closing in on what cannot be read. */

import type { DatabaseSync } from 'node:sqlite'
import { FULL, primaryCode } from '../sqlite-fault.ts'

export interface KeyedTable {
  readonly table: string
  /** A column of whole numbers the rows are ordered by. */
  readonly key: string
  /** Pages of the whole file. */
  readonly pages: number
}

/** Deals with the rows of these keys, both included, in the given direction; answers how many there were. */
type Run = (first: number, last: number, direction: 'ASC' | 'DESC') => number

/** Keys per statement: long enough to be fast, short enough that what a damaged page costs is soon found. */
const AT_ONCE = 8_192
/** More unreadable keys than this and the table counts as lost from there on. */
const MOST_FAILURES = 50_000
/** Rows at the end of a table, more than one page of them, by whose middle its last key is judged. */
const LAST_ROWS = 600
/** Keys that may come after that middle. */
const KEYS_BEYOND = 100_000
/** No page holds more rows than this. */
const ROWS_PER_PAGE = 512

/** Answers how many keys could not be read; some of them may never have been there. */
export function eachRange(database: DatabaseSync, asked: KeyedTable, run: Run): number {
  const last = lastKey(database, asked)
  let failures = 0
  let unread = 0

  /** False where part of it could not be read. */
  function read(first: number, end: number): boolean {
    try {
      const rows = run(first, end, 'ASC')
      // A damaged key ends a range early, from below or from above but not from both.
      if (rows !== end - first + 1) run(first, end, 'DESC')
      return true
    } catch (error) {
      if (primaryCode(error) === null || primaryCode(error) === FULL) throw error
      return false
    }
  }

  function closeIn(first: number, end: number): void {
    if (failures > MOST_FAILURES) {
      unread += end - first + 1
      return
    }
    if (read(first, end)) return
    failures += 1
    if (first === end) {
      unread += 1
      return
    }
    const middle = Math.floor((first + end) / 2)
    closeIn(middle + 1, end)
    closeIn(first, middle)
  }

  for (let first = 0; first <= last; first += AT_ONCE) closeIn(first, Math.min(first + AT_ONCE - 1, last))
  return unread
}

function lastKey(database: DatabaseSync, { table, key, pages }: KeyedTable): number {
  const most = pages * ROWS_PER_PAGE
  try {
    const keys = database
      .prepare(`SELECT ${key} AS key FROM ${table} ORDER BY ${key} DESC LIMIT ${LAST_ROWS}`)
      .all()
      .map(({ key }) => Number(key))
      .filter(key => Number.isSafeInteger(key))
      .sort((a, b) => a - b)
    const middle = keys[keys.length >> 1]
    return middle === undefined ? 0 : middle + KEYS_BEYOND
  } catch (error) {
    if (primaryCode(error) === null) throw error
    return most
  }
}
