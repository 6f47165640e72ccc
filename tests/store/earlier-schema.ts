/** What takes the tables of later schemas away, as SQL: the newest first. */

import { MIGRATIONS } from '../../src/store/schema.ts'

const UNDO = [
  { since: 12, sql: 'DROP TABLE safeguard;' },
  { since: 11, sql: 'DROP TABLE ledger; DROP TABLE ledger_key; DROP TABLE charged_to;' },
  { since: 10, sql: 'DROP TABLE journal;' },
  { since: 9, sql: 'DROP TABLE pairing;' },
  { since: 8, sql: 'DROP TABLE release_ack;' },
  {
    // What was deflated is text no more; tests that want entries of before write them as text themselves.
    since: 7,
    sql: `CREATE TEMP TABLE texts AS SELECT * FROM release WHERE typeof(entry) = 'text';
          DROP TABLE release; ${releaseOfSix()} INSERT INTO release SELECT * FROM texts; DROP TABLE texts;`,
  },
  {
    since: 6,
    sql: 'DROP TABLE release; DROP TABLE release_batch; DROP TABLE release_fenced; DROP TABLE alarm; DROP TABLE audit;',
  },
  { since: 5, sql: 'ALTER TABLE plan DROP COLUMN days;' },
  { since: 4, sql: 'DROP TABLE plan; DROP TABLE missing; DROP TABLE alive;' },
  { since: 3, sql: 'DROP TABLE in_service;' },
]

export function backToSchema(version: number): string {
  const undone = UNDO.filter(({ since }) => since > version).map(({ sql }) => sql)
  return `${undone.join(' ')} PRAGMA user_version = ${version}`
}

/** The statements of schema 6 that made the table and its indexes, to the letter. */
function releaseOfSix(): string {
  const made = MIGRATIONS[5] ?? ''
  return made.slice(0, made.indexOf('CREATE TABLE release_batch'))
}
