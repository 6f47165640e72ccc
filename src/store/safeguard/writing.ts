/** Adds notices and protections, each with its entry of the journal, within a transaction; and how they are told. */

import type { DatabaseSync } from 'node:sqlite'
import { isoWithOffset } from '../../core/time.ts'
import { safeguardChecksum } from '../checksum.ts'
import type { Deed } from '../journal/deed.ts'
import type { Journal } from '../journal/journal.ts'
import { whole } from '../rows.ts'
import { SAFEGUARD_COLUMNS, type SafeguardEntry, type SafeguardKind, safeguardFieldsOf } from './entry.ts'

export type NewSafeguard = Omit<SafeguardEntry, 'sequence' | 'facts'> & { readonly facts: object }

/** Who did it, by what right, from where. */
export type Doer = Pick<Deed, 'actor' | 'scope' | 'address'>

/** What follows from what is there. */
export const BY_RULE: Doer = { actor: 'daemon', scope: 'none', address: 'local' }

const ACTIONS: Readonly<Record<SafeguardKind, string>> = {
  notice: 'notice.required',
  receipt: 'notice.receipt',
  visit: 'visit.recorded',
  unreachable: 'visit.required',
  cleared: 'notice.cleared',
  protection: 'protection.entered',
  change: 'protection.change-proposed',
  changed: 'protection.changed',
  list: 'protections.said-whole',
  listed: 'protections.confirmed-whole',
}

export type AddSafeguard = (entry: NewSafeguard, doer: Doer) => SafeguardEntry

/** Numbers go on from the highest there is, damaged or not. */
export function safeguardWriterFor(database: DatabaseSync, journal: Pick<Journal, 'add'>): AddSafeguard {
  const last = database.prepare('SELECT max(sequence) AS last FROM safeguard')
  const add = database.prepare(
    `INSERT INTO safeguard (${SAFEGUARD_COLUMNS}) VALUES (${SAFEGUARD_COLUMNS.map(() => '?')})`,
  )
  return (given, doer) => {
    const sequence = whole(last.get()?.['last'] ?? 0) + 1
    const entry: SafeguardEntry = { ...given, sequence, facts: JSON.stringify(given.facts) }
    const fields = safeguardFieldsOf(entry)
    add.run(...Object.values(fields), safeguardChecksum(fields))
    const { account, kind, about, recordedAt: at } = entry
    const facts = { sequence, ...(about && { about }), ...given.facts }
    const subject = account === '' ? 'protections' : `account ${account}`
    journal.add({ ...doer, at, action: ACTIONS[kind], subject, facts })
    return entry
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
