/** Who says to have taken in which batch, and when: rows are added, never changed. Kept only where what was counted agrees. */

import type { DatabaseSync } from 'node:sqlite'
import { compareScaled, formatScaled, parseScaled } from '../../core/scaled.ts'
import { acknowledgementChecksum } from '../checksum.ts'
import type { Damage } from '../damage.ts'
import { type Row, whole } from '../rows.ts'
import type { AcknowledgeAsked, Acknowledged, Acknowledgement, TakenIn, Total } from './asked.ts'
import type { Batch } from './batch-entry.ts'

export interface Acknowledgements {
  add(batch: Batch | null, asked: AcknowledgeAsked): Acknowledged
  /** Of the batch as it is: what was said of one that was lost with its store does not count for another of its number. */
  of(batch: Batch): readonly Acknowledgement[]
}

export function createAcknowledgements(
  database: DatabaseSync,
  damage: Pick<Damage, 'found'>,
): Acknowledgements {
  const ask = {
    of: database.prepare('SELECT * FROM release_ack WHERE batch = ? ORDER BY at, who, hash'),
    add: database.prepare('INSERT INTO release_ack (batch, who, hash, at, checksum) VALUES (?, ?, ?, ?, ?)'),
    remove: database.prepare('DELETE FROM release_ack WHERE batch = ? AND who = ? AND hash = ?'),
  }

  function of({ id, hash }: Batch): Acknowledgement[] {
    return ask.of.all(id).flatMap(row => {
      if (row['hash'] !== hash) return []
      const read = acknowledgementOf(row)
      if (read === null) damage.found('release_ack', `${id}/${String(row['who'])}`)
      return read ?? []
    })
  }

  return {
    of,
    add(batch, { by, at, taken }) {
      if (batch === null) return { unknown: true }
      const differs = differenceOf(batch, taken)
      if (differs !== null) return { differs }
      const known = of(batch).find(one => one.by === by)
      if (known) return { at: known.at, isNew: false }
      const { id, hash } = batch
      // A damaged one that stands in its place.
      ask.remove.run(id, by, hash)
      ask.add.run(id, by, hash, at, acknowledgementChecksum({ batch: id, who: by, hash, at }))
      return { at, isNew: true }
    },
  }
}

/** Null where the row does not match its checksum. */
export function acknowledgementOf(row: Row): Acknowledgement | null {
  const fields = {
    batch: whole(row['batch']),
    who: String(row['who']),
    hash: String(row['hash']),
    at: whole(row['at']),
  }
  return acknowledgementChecksum(fields) === whole(row['checksum']) ? { by: fields.who, at: fields.at } : null
}

/** Null where all that was counted is as released. */
function differenceOf(batch: Batch, { hash, releases, totals }: TakenIn): string | null {
  const own = JSON.parse(batch.text) as { readonly releases: number; readonly totals: readonly Total[] }
  if (releases !== own.releases)
    return `batch ${batch.id} has ${own.releases} releases, ${releases} were taken in: pull it again`
  const wrong = totals && wrongTotal(own.totals, totals)
  if (wrong) return `batch ${batch.id}: ${wrong}: pull it again`
  if (hash !== batch.hash)
    return `batch ${batch.id}: the hash of what was taken in is not that of what was released: pull it again`
  return null
}

function wrongTotal(own: readonly Total[], taken: readonly Total[]): string | null {
  const keyOf = ({ obis, unit }: Total) => `${obis} ${unit}`
  for (const total of taken)
    if (own.every(one => keyOf(one) !== keyOf(total))) return `there is no ${keyOf(total)} in it`
  for (const total of own) {
    const one = taken.find(each => keyOf(each) === keyOf(total))
    if (!one) return `the sum of ${keyOf(total)} was not taken in`
    const [sum, counted] = [parseScaled(total.sum), parseScaled(one.sum)]
    const isSame = sum && counted && compareScaled(sum, counted) === 0 && one.count === total.count
    if (!isSame)
      return `${keyOf(total)} is ${sum ? formatScaled(sum) : total.sum} of ${total.count} values, ${one.sum} of ${one.count} were taken in`
  }
  return null
}
