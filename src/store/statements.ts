/** The few ways of talking to SQLite that every part of this room shares. */

import type { DatabaseSync } from 'node:sqlite'

/** All or nothing. After a failed commit the outcome is unknown; after any other error nothing was kept. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // Some errors, a full disk among them, have already rolled back.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** The same, for parts that remember what they wrote: after a rollback they are made to forget it. */
export function transactionFor(database: DatabaseSync, forget: () => void): Transaction {
  return work => {
    try {
      return inTransaction(database, work)
    } catch (error) {
      forget()
      throw error
    }
  }
}

export type Transaction = <Result>(work: () => Result) => Result

/** The single integer or text a pragma answers. */
export function readPragma(database: DatabaseSync, pragma: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]
}

/** Opens a file without ever writing to it or to its log; `immutable` where nobody else can. */
export function readOnlyUri(path: string, immutable = false): string {
  const place = encodeURI(path).replaceAll(/[?#]/g, encodeURIComponent)
  return `file:${place}?mode=ro${immutable ? '&immutable=1' : ''}`
}
