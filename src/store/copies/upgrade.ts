/** Keeps the store as it was before a migration changes it (PR-86): beside it, until the next migration. */

import { copyFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../core/faults.ts'
import { renameDurably, syncPath } from '../durable.ts'
import { SCHEMA_VERSION } from '../schema.ts'
import { readOnlyUri, readPragma } from '../statements.ts'
import { verifyStore } from './verify.ts'

export const BEFORE_UPGRADE = 'meterd.db.before-upgrade'

/** Only its owner may call this: nobody else writes to the file while it is copied. Throws STORE_UNREADABLE or STORE_FULL. */
export function keepBeforeUpgrade(path: string, wanted = SCHEMA_VERSION): void {
  const version = versionOf(path)
  if (version === 0 || version >= wanted) return
  emptyLog(path)
  const kept = join(dirname(path), BEFORE_UPGRADE)
  copy(path, `${kept}.part`)
  const { faults } = verifyStore(`${kept}.part`)
  if (faults.length > 0)
    throw new Fault('STORE_UNREADABLE', `the store is damaged, found before upgrading it: ${faults[0]}`)
  renameDurably(`${kept}.part`, kept)
}

function copy(from: string, to: string): void {
  try {
    copyFileSync(from, to)
    syncPath(to)
  } catch (error) {
    rmSync(to, { force: true })
    const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
    if (isFull) throw new Fault('STORE_FULL', `no room to keep ${from} as it is before upgrading it`, error)
    throw error
  }
}

function versionOf(path: string): number {
  const file = new DatabaseSync(readOnlyUri(path))
  try {
    return Number(readPragma(file, 'user_version'))
  } finally {
    file.close()
  }
}

/** Whoever closes a file last moves its log into it. */
function emptyLog(path: string): void {
  const file = new DatabaseSync(path)
  try {
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    file.close()
  }
}
