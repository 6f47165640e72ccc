/** How far the charges have come in each sequence they follow. A position that is damaged, or of another life, is the beginning. */

import type { DatabaseSync } from 'node:sqlite'
import { chargedToChecksum } from '../checksum.ts'
import { type Row, whole } from '../rows.ts'

/**
 * `release`, `pairing` and `ledger` are numbers in those sequences; `begun` is a time, UTC ms: of thresholds that begin; `anew` how many
 * meters have been gone through where all of them have to be.
 */
export type Followed = 'release' | 'pairing' | 'ledger' | 'begun' | 'anew'

export interface ChargedTo {
  of(name: Followed): number
  move(name: Followed, cursor: number): void
}

export function createChargedTo(database: DatabaseSync, epoch: number): ChargedTo {
  const find = database.prepare('SELECT * FROM charged_to WHERE name = ?')
  const put = database.prepare(
    'INSERT OR REPLACE INTO charged_to (name, cursor, epoch, checksum) VALUES (?, ?, ?, ?)',
  )
  return {
    of(name) {
      const row = find.get(name)
      return row !== undefined && isSoundPosition(row) && row['epoch'] === epoch ? whole(row['cursor']) : 0
    },
    move: (name, cursor) => void put.run(name, cursor, epoch, chargedToChecksum(name, cursor, epoch)),
  }
}

export function isSoundPosition(row: Row): boolean {
  const sum = chargedToChecksum(String(row['name']), whole(row['cursor']), whole(row['epoch']))
  return sum === whole(row['checksum'])
}
