/**
 * Preloaded into a store to see the proof fail: commits are no longer synced, as SQLite's synchronous=NORMAL has it,
 * behind the back of the store that has set FULL and read it back.
 */

import { DatabaseSync } from 'node:sqlite'

const weakened = new WeakSet<DatabaseSync>()
const exec = DatabaseSync.prototype.exec
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
  if (sql === 'BEGIN IMMEDIATE' && !weakened.has(this)) {
    weakened.add(this)
    exec.call(this, 'PRAGMA synchronous = NORMAL')
  }
  exec.call(this, sql)
}
