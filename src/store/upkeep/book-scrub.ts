/** Looks at every entry of the book once in a day (PR-06). A damaged release is fenced, and settled anew. */

import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../core/faults.ts'
import { acknowledgementOf } from '../book/acknowledgements.ts'
import { batchOf, entryOf } from '../book/book.ts'
import type { WithheldEntries } from '../book/withheld.ts'
import type { Damage } from '../damage.ts'
import { type Row, whole } from '../rows.ts'
import { type Scrub, shareOf } from './scrub.ts'

export interface BookScrubParts {
  readonly database: DatabaseSync
  readonly damage: Pick<Damage, 'found'>
  readonly withheld: Pick<WithheldEntries, 'fence'>
}

/** Begins with the oldest at each start: the newest are read all the time. */
export function createBookScrub({ database, damage, withheld }: BookScrubParts): Scrub {
  const ask = statementsFor(database)
  let release = 0
  let batch = 0
  /** Of those of one batch, as many as there are keys, all are looked at or come again. */
  let acknowledged = 0

  function checkReleases(share: number): void {
    const page = ask.releases.all(release, share)
    for (const row of page) {
      const entry = entryOf(row)
      if (entry === null) fence(whole(row['sequence']))
      else if (!isIndexed(row))
        throw new Fault(
          'STORE_UNREADABLE',
          `release ${entry.sequence} is missing from the index of identities; nothing keeps it from being released twice`,
        )
    }
    release = page.length < share ? 0 : whole(page.at(-1)?.['sequence'])
  }

  function isIndexed({ sequence, meter, boundary, version }: Row): boolean {
    const found = ask.identity.get(String(meter), whole(boundary), whole(version))
    return whole(found?.['sequence']) === whole(sequence)
  }

  function fence(sequence: number): void {
    damage.found('release', sequence)
    withheld.fence(sequence)
  }

  function checkBatches(share: number): void {
    const page = ask.batches.all(batch, share)
    for (const row of page) if (batchOf(row) === null) damage.found('release_batch', whole(row['id']))
    batch = page.length < share ? 0 : whole(page.at(-1)?.['id'])
  }

  function checkAcknowledgements(share: number): void {
    const page = ask.acknowledgements.all(acknowledged, share)
    for (const row of page)
      if (acknowledgementOf(row) === null)
        damage.found('release_ack', `${whole(row['batch'])}/${String(row['who'])}`)
    acknowledged = page.length < share ? 0 : whole(page.at(-1)?.['batch'])
  }

  return {
    step() {
      const share = shareOf(whole(ask.last.get()?.['last'] ?? 0))
      checkReleases(share)
      checkBatches(share)
      checkAcknowledgements(share)
    },
  }
}

function statementsFor(database: DatabaseSync) {
  return {
    releases: database.prepare('SELECT * FROM release WHERE sequence > ? ORDER BY sequence LIMIT ?'),
    identity: database.prepare(
      `SELECT sequence FROM release INDEXED BY release_identity
       WHERE meter = ? AND boundary = ? AND version = ?`,
    ),
    batches: database.prepare('SELECT * FROM release_batch WHERE id > ? ORDER BY id LIMIT ?'),
    acknowledgements: database.prepare('SELECT * FROM release_ack WHERE batch > ? ORDER BY batch LIMIT ?'),
    last: database.prepare('SELECT max(sequence) AS last FROM release'),
  }
}
