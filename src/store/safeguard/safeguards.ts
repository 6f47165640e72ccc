/** Notices and protections as they are read: each row is checked on its way out and withheld where it is damaged (PR-06). */

import type { DatabaseSync } from 'node:sqlite'
import type { Damage } from '../damage.ts'
import { type Row, whole } from '../rows.ts'
import { type SafeguardEntry, type SafeguardKind, safeguardIn } from './entry.ts'
import { knownFrom, type SafeguardsKnown } from './known.ts'

/** Where something of it is damaged it is not known whether somebody may be cut. */
export interface AccountSafeguards extends SafeguardsKnown {
  readonly isWhole: boolean
}

export interface Safeguards {
  of(account: string): AccountSafeguards
  hasNotices(account: string): boolean
  /** Whose it is, of that kind and name; null where there is none, or its row is damaged. */
  accountOf(kind: SafeguardKind, about: string): string | null
  /** Damaged ones too. */
  isThere(kind: SafeguardKind, about: string): boolean
  /** Those that say whether the list of protected customers is whole, in order; without what is damaged. */
  lists(): readonly SafeguardEntry[]
  /** Of one kind, in order. */
  after(kind: SafeguardKind, sequence: number, limit: number): SafeguardsAfter
  /** Of one kind, recorded from an instant on, UTC ms, the newest first; null where one of them is damaged. */
  lastOf(kind: SafeguardKind, from: number): readonly SafeguardEntry[] | null
  /** The number of the last of a kind that was recorded before an instant, UTC ms; 0 for none. */
  beforeTime(kind: SafeguardKind, instant: number): number
}

export interface SafeguardsAfter {
  readonly entries: readonly SafeguardEntry[]
  /** Every number up to this one is among them, is of another kind, or is damaged and withheld. */
  readonly reached: number
}

export function createSafeguards(database: DatabaseSync, damage: Pick<Damage, 'found'>): Safeguards {
  const ask = {
    of: database.prepare('SELECT * FROM safeguard WHERE account = ? ORDER BY sequence'),
    hasNotices: database.prepare("SELECT 1 FROM safeguard WHERE account = ? AND kind = 'notice' LIMIT 1"),
    named: database.prepare('SELECT * FROM safeguard WHERE kind = ? AND about = ? LIMIT 1'),
    after: database.prepare(
      'SELECT * FROM safeguard INDEXED BY safeguard_kind WHERE kind = ? AND sequence > ? ORDER BY sequence LIMIT ?',
    ),
    lists: database.prepare("SELECT * FROM safeguard WHERE kind IN ('list', 'listed') ORDER BY sequence"),
    backwards: database.prepare(
      'SELECT * FROM safeguard INDEXED BY safeguard_kind WHERE kind = ? ORDER BY sequence DESC',
    ),
    newest: database.prepare(
      'SELECT sequence, recorded_at FROM safeguard INDEXED BY safeguard_kind WHERE kind = ? ORDER BY sequence DESC',
    ),
  }

  function verified(row: Row): SafeguardEntry | null {
    const entry = safeguardIn(row)
    if (entry === null) damage.found('safeguard', whole(row['sequence']))
    return entry
  }

  const sound = (rows: readonly Row[]) => rows.flatMap(row => verified(row) ?? [])

  return {
    of(account) {
      const rows = ask.of.all(account)
      const entries = sound(rows)
      return { ...knownFrom(entries), isWhole: entries.length === rows.length }
    },
    hasNotices: account => ask.hasNotices.get(account) !== undefined,
    accountOf(kind, about) {
      const row = ask.named.get(kind, about)
      return row === undefined ? null : (verified(row)?.account ?? null)
    },
    isThere: (kind, about) => ask.named.get(kind, about) !== undefined,
    lists: () => sound(ask.lists.all()),
    after(kind, sequence, limit) {
      const rows = ask.after.all(kind, sequence, limit)
      return { entries: sound(rows), reached: whole(rows.at(-1)?.['sequence'] ?? sequence) }
    },
    lastOf(kind, from) {
      const found: SafeguardEntry[] = []
      for (const row of ask.backwards.iterate(kind)) {
        const entry = verified(row)
        if (entry === null) return null
        if (entry.recordedAt < from) break
        found.push(entry)
      }
      return found
    },
    beforeTime(kind, instant) {
      for (const row of ask.newest.iterate(kind))
        if (whole(row['recorded_at']) < instant) return whole(row['sequence'])
      return 0
    },
  }
}

/**
 * Whether two persons have said, in this life of the store, that all protected customers are entered. A store that was restored or
 * rescued lacks what was entered since: then it is to be said anew.
 */
export function isListed(safeguards: Pick<Safeguards, 'lists'>, epoch: number): boolean {
  return safeguards.lists().some(one => one.kind === 'listed' && statementIn(one).epoch === epoch)
}

export interface Statement {
  /** Which list, of which day. */
  readonly source: string
  readonly epoch: number
}

export function statementIn({ facts }: SafeguardEntry): Statement {
  return JSON.parse(facts) as Statement
}
