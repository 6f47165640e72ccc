/** Reads a damaged table in ranges of its key, up to each hole and on from behind it. */

import type { DatabaseSync } from 'node:sqlite'
import { FULL, primaryCode } from '../sqlite-fault.ts'

export interface KeyedTable {
  readonly table: string
  /** A column of whole numbers from 1 on that the rows are ordered by. */
  readonly key: string
  /** Pages of the whole file. */
  readonly pages: number
}

/** What became of a table's keys. */
export interface Reach {
  /** Keys that could not be read; some of them may never have been there. */
  readonly unread: number
  /** The last key there was; null where the end of the table could not be read. */
  readonly last: number | null
}

type Direction = 'ASC' | 'DESC'

/** Deals with the rows of these keys, both included, in the given direction; answers how many there were. */
type Run = (first: number, last: number, direction: Direction) => number

/** Keys per statement: long enough to be fast, short enough that what a damaged page costs is soon found. */
const AT_ONCE = 8_192
/** Keys tried no further apart than this in a hole: about every page has as many, so none that is whole is passed over. */
const STRIDE = 16
/** Of a hole, what is passed over at once: as it grows so do the steps, and a table of which nothing is left costs little. */
const PASSED = 1 / 4_096
/** Rows at the end of a table, more than one page of them, by whose middle its last key is judged. */
const LAST_ROWS = 600
/** Keys that may come after that middle. */
const KEYS_BEYOND = 100_000
/** No page holds more rows than this. */
const ROWS_PER_PAGE = 512

/** What lies behind a hole is the newest and still owed: no hole keeps from reading on, and none costs a failure per key. */
export function eachRange(database: DatabaseSync, asked: KeyedTable, run: Run): Reach {
  const { end: last, known } = endOf(database, asked)

  function runs(first: number, end: number, direction: Direction): number | null {
    try {
      return run(first, end, direction)
    } catch (error) {
      if (primaryCode(error) === null || primaryCode(error) === FULL) throw error
      return null
    }
  }

  /** False where part of it could not be read. */
  function read(first: number, end: number): boolean {
    const rows = runs(first, end, 'ASC')
    // Beside a hole one of the two directions steps into it.
    if (rows === null) return first === end && runs(first, end, 'DESC') !== null
    // A damaged key ends a range early, from below or from above but not from both.
    return rows === end - first + 1 || runs(first, end, 'DESC') !== null || first === end
  }

  /** The first key of what can be read behind a key that cannot. */
  function behind(first: number): number {
    let dead = first
    let live = first + 1
    for (let stride = 1; live <= last && !read(live, live); live = Math.min(dead + stride, last)) {
      if (live === last) return last + 1
      dead = live
      stride = Math.min(stride * 2, Math.max(STRIDE, Math.floor((dead - first) * PASSED)))
    }
    while (live - dead > 1) {
      const middle = Math.floor((dead + live) / 2)
      if (read(middle, middle)) live = middle
      else dead = middle
    }
    return live
  }

  /** Reads what it can of a range up to its first hole; answers where to go on, and whether there is one. */
  function upToHole(first: number, end: number): { readonly next: number; readonly isHole: boolean } {
    if (read(first, end)) return { next: end + 1, isHole: false }
    let [next, to] = [first, end]
    while (next < to) {
      const middle = Math.floor((next + to) / 2)
      if (read(next, middle)) next = middle + 1
      else to = middle
    }
    return read(next, next) ? { next: next + 1, isHole: false } : { next, isHole: true }
  }

  let unread = 0
  for (let first = 1; first <= last; ) {
    const { next, isHole } = upToHole(first, Math.min(first + AT_ONCE - 1, last))
    first = isHole ? behind(next) : next
    if (isHole) unread += first - next
  }
  return { unread, last: known }
}

/** `end` is where to stop, `known` the last key where one could be read. */
function endOf(
  database: DatabaseSync,
  { table, key, pages }: KeyedTable,
): { readonly end: number; readonly known: number | null } {
  const keys: number[] = []
  let isWhole = true
  try {
    const rows = database.prepare(
      `SELECT ${key} AS key FROM ${table} ORDER BY ${key} DESC LIMIT ${LAST_ROWS}`,
    )
    for (const row of rows.iterate()) keys.push(Number(row['key']))
  } catch (error) {
    if (primaryCode(error) === null) throw error
    isWhole = false
  }
  const sane = keys.filter(key => Number.isSafeInteger(key)).sort((a, b) => a - b)
  const middle = sane[sane.length >> 1]
  if (middle === undefined)
    return isWhole ? { end: 0, known: 0 } : { end: pages * ROWS_PER_PAGE, known: null }
  const end = middle + KEYS_BEYOND
  return { end, known: Math.max(...sane.filter(key => key <= end)) }
}
