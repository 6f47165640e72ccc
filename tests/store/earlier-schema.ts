/** What takes the tables of later schemas away, as SQL: the newest first. */

const UNDO = [
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
