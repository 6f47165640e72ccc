/** Adds notices and protections, within a transaction; and how they are told. */

import type { DatabaseSync } from 'node:sqlite'
import { isoWithOffset } from '../../core/time.ts'
import { safeguardChecksum } from '../checksum.ts'
import { DAEMON } from '../journal/deed.ts'
import type { Journal } from '../journal/journal.ts'
import { whole } from '../rows.ts'
import { SAFEGUARD_COLUMNS, type SafeguardEntry, safeguardFieldsOf } from './entry.ts'

export type NewSafeguard = Omit<SafeguardEntry, 'sequence' | 'facts'> & { readonly facts: object }

export type AddSafeguard = (entry: NewSafeguard) => SafeguardEntry

/** Numbers go on from the highest there is, damaged or not. */
export function safeguardWriterFor(database: DatabaseSync): AddSafeguard {
  const last = database.prepare('SELECT max(sequence) AS last FROM safeguard')
  const add = database.prepare(
    `INSERT INTO safeguard (${SAFEGUARD_COLUMNS}) VALUES (${SAFEGUARD_COLUMNS.map(() => '?')})`,
  )
  return given => {
    const sequence = whole(last.get()?.['last'] ?? 0) + 1
    const entry: SafeguardEntry = { ...given, sequence, facts: JSON.stringify(given.facts) }
    const fields = safeguardFieldsOf(entry)
    add.run(...Object.values(fields), safeguardChecksum(fields))
    return entry
  }
}

/** What follows from what was entered: it is of an account, of the notice named, and so from now on. */
export type ByRule = (
  kind: 'unreachable' | 'cleared',
  of: Pick<SafeguardEntry, 'account' | 'about'>,
  facts: object,
  now: number,
) => void

const ACTIONS = { unreachable: 'visit.required', cleared: 'notice.cleared' } as const

export function safeguardsByRule(add: AddSafeguard, journal: Pick<Journal, 'add'>): ByRule {
  return (kind, { account, about }, facts, now) => {
    const { sequence: entry } = add({ kind, account, about, at: now, facts, recordedAt: now, by: 'rule' })
    const told = { entry, notice: about, ...facts }
    journal.add({ ...DAEMON, at: now, action: ACTIONS[kind], subject: `account ${account}`, facts: told })
  }
}

/** Times are told in the offset of the site. */
export function writeSafeguard(entry: SafeguardEntry, offsetMinutes: number) {
  const { sequence, account, kind, about, at, facts, recordedAt, by } = entry
  return {
    ...{ sequence, account, kind, about, at: isoWithOffset(at, offsetMinutes) },
    facts: JSON.parse(facts) as Record<string, unknown>,
    ...{ recordedAt: isoWithOffset(recordedAt, offsetMinutes), by },
  }
}
