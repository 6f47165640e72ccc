/** Brings a database file to this program's schema, or refuses it (PR-86). */

import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../core/faults.ts'
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from './schema.ts'
import { inTransaction, readPragma } from './statements.ts'

/** One transaction, so a kill in the middle leaves the old schema. Throws STORE_UNREADABLE, or what SQLite throws. */
export function migrate(database: DatabaseSync, path: string): void {
  const version = Number(readPragma(database, 'user_version'))
  if (version < SCHEMA_VERSION)
    inTransaction(database, () => {
      for (const migration of MIGRATIONS.slice(version)) database.exec(migration)
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
      database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
    })
  if (schemaOf(database) !== SCHEMA_VERSION)
    throw new Fault('STORE_UNREADABLE', `the tables of ${path} are not those of schema ${SCHEMA_VERSION}`)
}

/**
 * Refuses what is not ours to migrate. A bit flipped in the schema itself could drop a uniqueness silently, so it is
 * compared with one made afresh; flipped in the numbers of the header, it would make our own file another's or a newer.
 * Throws STORE_NEWER, STORE_UNSAFE or STORE_UNREADABLE.
 */
export function requireOurs(database: DatabaseSync, path: string): void {
  const version = Number(readPragma(database, 'user_version'))
  const application = Number(readPragma(database, 'application_id'))
  const schema = schemaOf(database)
  const isOurs = schema === 0 ? application === 0 : application === APPLICATION_ID
  if (schema === version && isOurs) return
  if (schema !== null)
    throw new Fault('STORE_UNREADABLE', `the header of ${path} does not go with its tables`)
  if (application !== APPLICATION_ID && !tablesOf(database).includes('"reading_identity"'))
    throw new Fault('STORE_UNSAFE', `${path} is a database of another program`)
  if (version > SCHEMA_VERSION)
    throw new Fault(
      'STORE_NEWER',
      `${path} has schema ${version}; this meterd knows schemas up to ${SCHEMA_VERSION}`,
    )
  throw new Fault('STORE_UNREADABLE', `the tables of ${path} are not those of schema ${version}`)
}

/** The schema whose tables these are, 0 where there are none; null where they are of no schema we know. */
function schemaOf(database: DatabaseSync): number | null {
  const tables = tablesOf(database)
  const fresh = new DatabaseSync(':memory:')
  try {
    if (tables === tablesOf(fresh)) return 0
    for (const [version, migration] of MIGRATIONS.entries()) {
      fresh.exec(migration)
      if (tables === tablesOf(fresh)) return version + 1
    }
    return null
  } finally {
    fresh.close()
  }
}

function tablesOf(database: DatabaseSync): string {
  return JSON.stringify(
    database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all(),
  )
}
