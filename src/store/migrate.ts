/** Brings a database file to this program's schema, or refuses it (PR-86). */

import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../core/faults.ts'
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from './schema.ts'
import { inTransaction, readPragma } from './statements.ts'

/** One transaction, so a kill in the middle leaves the old schema. Throws STORE_NEWER, STORE_UNSAFE or STORE_UNREADABLE. */
export function migrate(database: DatabaseSync, path: string): void {
  const version = Number(readPragma(database, 'user_version'))
  const application = Number(readPragma(database, 'application_id'))
  if (application !== APPLICATION_ID && (application !== 0 || version !== 0))
    throw new Fault('STORE_UNSAFE', `${path} is a database of another program`)
  if (version > SCHEMA_VERSION)
    throw new Fault(
      'STORE_NEWER',
      `${path} has schema ${version}; this meterd knows schemas up to ${SCHEMA_VERSION}`,
    )
  if (version < SCHEMA_VERSION)
    inTransaction(database, () => {
      for (const migration of MIGRATIONS.slice(version)) database.exec(migration)
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
      database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
    })
  requireTables(database, path)
}

/** A bit flipped in the schema itself could drop a uniqueness silently; it is compared with one made afresh. */
function requireTables(database: DatabaseSync, path: string): void {
  const fresh = new DatabaseSync(':memory:')
  for (const migration of MIGRATIONS) fresh.exec(migration)
  const wanted = tablesOf(fresh)
  fresh.close()
  if (tablesOf(database) !== wanted)
    throw new Fault('STORE_UNREADABLE', `the tables of ${path} are not those of schema ${SCHEMA_VERSION}`)
}

function tablesOf(database: DatabaseSync): string {
  return JSON.stringify(
    database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all(),
  )
}
