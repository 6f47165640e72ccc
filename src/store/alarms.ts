/** What became of alarms: events, added and never changed; the last of each subject tells whether it stands. */

import type { DatabaseSync } from 'node:sqlite'
import type { AlarmEvent, AlarmEvidence, AlarmScope, KeptAlarm, Severity } from '../reading/alarm/alarm.ts'
import { type AlarmFields, alarmChecksum } from './checksum.ts'
import type { Damage } from './damage.ts'
import { type Row, whole } from './rows.ts'
import type { Transaction } from './statements.ts'

export interface AlarmBook {
  /** All of them or none. */
  alarm(events: readonly AlarmEvent[]): void
  /** The last event of each alarm that stands, or was cleared after an instant; oldest first. */
  alarmsStanding(clearedAfter: number): KeptAlarm[]
  /** In recorded order. */
  alarmsAfter(sequence: number, limit: number): KeptAlarm[]
}

export interface AlarmParts {
  readonly database: DatabaseSync
  readonly transaction: Transaction
  readonly damage: Pick<Damage, 'found'>
}

const COLUMNS =
  'sequence, event, scope, subject, rule, about, line, version, severity, blocks, codes, at, opened, evidence, checksum'

export function createAlarmBook({ database, transaction, damage }: AlarmParts): AlarmBook {
  const highest = database.prepare('SELECT max(sequence) AS last FROM alarm')
  const add = database.prepare(
    `INSERT INTO alarm (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const after = database.prepare(`SELECT ${COLUMNS} FROM alarm WHERE sequence > ? ORDER BY sequence LIMIT ?`)
  const last = database.prepare(
    `SELECT ${COLUMNS} FROM alarm a WHERE (event <> 'cleared' OR at > ?) AND NOT EXISTS (
       SELECT 1 FROM alarm b WHERE b.scope = a.scope AND b.subject = a.subject AND b.rule = a.rule
         AND b.about = a.about AND b.sequence > a.sequence)
     ORDER BY sequence`,
  )

  function verified(rows: readonly Row[]): KeptAlarm[] {
    return rows.flatMap(row => {
      const kept = alarmOf(row)
      if (kept === null) damage.found('alarm', whole(row['sequence']))
      return kept ?? []
    })
  }

  return {
    alarm(events) {
      transaction(() => {
        let sequence = whole(highest.get()?.['last'] ?? 0)
        for (const event of events) {
          sequence += 1
          const fields = fieldsOf(sequence, event)
          add.run(...Object.values(fields), alarmChecksum(fields))
        }
      })
    },
    alarmsStanding: clearedAfter => verified(last.all(clearedAfter)),
    alarmsAfter: (sequence, limit) => verified(after.all(sequence, limit)),
  }
}

/** What became of one meter's own alarms from an instant on, before another, in recorded order. */
export function alarmsOfMeter(
  database: DatabaseSync,
  damage: Pick<Damage, 'found'>,
): (meter: string, from: number, to: number) => readonly KeptAlarm[] {
  const ask = database.prepare(
    `SELECT ${COLUMNS} FROM alarm WHERE scope = 'meter' AND subject = ? AND at >= ? AND at < ? ORDER BY sequence`,
  )
  return (meter, from, to) =>
    ask.all(meter, from, to).flatMap(row => {
      const kept = alarmOf(row)
      if (kept === null) damage.found('alarm', whole(row['sequence']))
      return kept ?? []
    })
}

/** In the order of the columns. */
function fieldsOf(sequence: number, event: AlarmEvent): AlarmFields {
  return {
    sequence,
    event: event.event,
    scope: event.scope,
    subject: event.of,
    rule: event.rule,
    about: event.about,
    line: event.line,
    version: event.version,
    severity: event.severity,
    blocks: event.blocks ? 1 : 0,
    codes: event.codes.join(' '),
    at: event.at,
    opened: event.opened,
    evidence: JSON.stringify(event.evidence),
  }
}

/** Null where its checksum does not hold. */
export function alarmOf(row: Row): KeptAlarm | null {
  const text = (column: string) => String(row[column])
  const fields: AlarmFields = {
    sequence: whole(row['sequence']),
    event: text('event'),
    scope: text('scope'),
    subject: text('subject'),
    rule: text('rule'),
    about: text('about'),
    line: text('line'),
    version: row['version'] === null ? null : whole(row['version']),
    severity: whole(row['severity']),
    blocks: whole(row['blocks']),
    codes: text('codes'),
    at: whole(row['at']),
    opened: whole(row['opened']),
    evidence: text('evidence'),
  }
  if (alarmChecksum(fields) !== whole(row['checksum'])) return null
  const { subject, codes, ...rest } = fields
  return {
    ...rest,
    // What the checksum covers was an event when it was written.
    event: rest.event as AlarmEvent['event'],
    scope: rest.scope as AlarmScope,
    of: subject,
    severity: rest.severity as Severity,
    blocks: rest.blocks === 1,
    codes: codes === '' ? [] : codes.split(' '),
    evidence: JSON.parse(rest.evidence) as AlarmEvidence,
  }
}
