/** Books with made-up releases in them, written as the store writes them, without a gate. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Release } from '../../src/reading/billing/release.ts'
import type { Entry } from '../../src/store/book/entry.ts'
import { bookWriterFor } from '../../src/store/book/writing.ts'
import { DATABASE_FILE } from '../../src/store/database.ts'
import { inTransaction } from '../../src/store/statements.ts'

/** Versions are given by the book. */
export type Given = Omit<Release, 'version' | 'recordedAt'>

export interface GivenBatch {
  readonly recordedAt: number
  readonly releases: Iterable<Given>
}

/** Into the store of the directory, batch after batch; whoever has it open finds them there. */
export function writeBook(directory: string, batches: Iterable<GivenBatch>, offsetMinutes = 480): Entry[] {
  const database = new DatabaseSync(join(directory, DATABASE_FILE), { timeout: 5_000 })
  try {
    const open = bookWriterFor(database, offsetMinutes)
    const written: Entry[] = []
    for (const { recordedAt, releases } of batches)
      inTransaction(database, () => {
        const writer = open(recordedAt)
        for (const given of releases) written.push(writer.add({ ...given, version: 0 }))
        writer.close()
      })
    return written
  } finally {
    database.close()
  }
}
