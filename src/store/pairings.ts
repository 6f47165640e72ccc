/** Whose a meter's values are, as people said it: versions of pairings, added and never changed. */

import type { DatabaseSync } from 'node:sqlite'
import { type Archive, createArchive } from '../reading/archive/archive.ts'
import type { NewVersion, PairingVersion } from '../reading/archive/pairing.ts'
import { type PairingFields, pairingChecksum } from './checksum.ts'
import type { Damage } from './damage.ts'
import type { Journal } from './journal/journal.ts'
import { type Row, whole } from './rows.ts'
import type { Transaction } from './statements.ts'
import type { PairAsked } from './words.ts'

export interface PairingBook {
  /** All of them or none; their revision, or null where another was recorded since and nothing is. */
  pair(asked: PairAsked): number | null
}

export interface PairingParts {
  readonly database: DatabaseSync
  readonly transaction: Transaction
  readonly journal: Pick<Journal, 'add'>
}

export const PAIRING_COLUMNS = [
  ...['sequence', 'pairing', 'supersedes', 'account', 'point', 'meter', 'since', 'until', 'withdrawn'],
  ...['revision', 'recorded_at', 'recorded_by', 'checksum'],
]
const COLUMNS = PAIRING_COLUMNS.join(', ')

export function createPairingBook({ database, transaction, journal }: PairingParts): PairingBook {
  const highest = database.prepare('SELECT max(sequence) AS last FROM pairing')
  const newest = database.prepare(`SELECT ${COLUMNS} FROM pairing ORDER BY sequence DESC`)
  const add = database.prepare(`INSERT INTO pairing (${COLUMNS}) VALUES (${PAIRING_COLUMNS.map(() => '?')})`)

  /** The last that checks: a damaged one vouches for no time. */
  function lastSound(): Pick<PairingVersion, 'revision' | 'recordedAt'> {
    for (const row of newest.iterate()) {
      const version = versionOf(row)
      if (version !== null) return version
    }
    return { revision: 0, recordedAt: 0 }
  }

  return {
    pair: ({ now, by, after, versions, deed }) =>
      transaction(() => {
        const last = whole(highest.get()?.['last'] ?? 0)
        if (last !== after) return null
        const before = lastSound()
        const revision = before.revision + 1
        // Later than all before, wherever the clock was set: what was known at a time stays what it was.
        const recordedAt = Math.max(now, before.recordedAt + 1)
        const given = JSON.parse(new TextDecoder().decode(versions)) as readonly NewVersion[]
        for (const [index, version] of given.entries()) {
          const sequence = last + index + 1
          const { pairing, ...rest } = version
          const kept = { ...rest, sequence, pairing: pairing ?? sequence, revision, recordedAt, by }
          const fields = fieldsOf(kept)
          add.run(...Object.values(fields), pairingChecksum(fields))
        }
        if (deed) journal.add({ ...deed, facts: { ...deed.facts, revision, versions: given.length } })
        return revision
      }),
  }
}

/** What is kept, as of the last time it was asked for: only what is new is read. Damaged rows are withheld (PR-06). */
export function createArchiveReader(database: DatabaseSync, damage: Pick<Damage, 'found'>): () => Archive {
  const after = database.prepare(`SELECT ${COLUMNS} FROM pairing WHERE sequence > ? ORDER BY sequence`)
  const archive = createArchive()
  return () => {
    for (const row of after.iterate(archive.sequence)) {
      const version = versionOf(row)
      if (version !== null) archive.add(version)
      else {
        const sequence = whole(row['sequence'])
        damage.found('pairing', sequence)
        archive.withhold({ sequence, pairing: whole(row['pairing']), meter: String(row['meter']) })
      }
    }
    return archive
  }
}

/** In the order of the columns. */
function fieldsOf(version: PairingVersion): PairingFields {
  return {
    sequence: version.sequence,
    pairing: version.pairing,
    supersedes: version.supersedes,
    account: version.account,
    point: version.point,
    meter: version.meter,
    since: version.from,
    until: version.to,
    withdrawn: version.isWithdrawn ? 1 : 0,
    revision: version.revision,
    recordedAt: version.recordedAt,
    recordedBy: version.by,
  }
}

/** Null where its checksum does not hold. */
export function versionOf(row: Row): PairingVersion | null {
  const text = (column: string) => String(row[column])
  const orNull = (column: string) => (row[column] === null ? null : whole(row[column]))
  const version: PairingVersion = {
    ...{ account: text('account'), point: text('point'), meter: text('meter') },
    ...{ from: whole(row['since']), to: orNull('until'), isWithdrawn: whole(row['withdrawn']) === 1 },
    ...{ sequence: whole(row['sequence']), pairing: whole(row['pairing']) },
    ...{ supersedes: orNull('supersedes'), revision: whole(row['revision']) },
    ...{ recordedAt: whole(row['recorded_at']), by: text('recorded_by') },
  }
  return pairingChecksum(fieldsOf(version)) === whole(row['checksum']) ? version : null
}
