/**
 * What was released together: how many, the sum of each register, and a hash over every entry that goes on from the hash
 * of the batch before, so that nothing of the book can be changed or left out unnoticed.
 */

import { createHash } from 'node:crypto'
import { addScaled, formatScaled, type Scaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { Standing } from '../../reading/billing/release.ts'
import type { Entry } from './entry.ts'

/** Stands before the first batch. */
export const NO_HASH = '0'.repeat(64)

export interface BatchHead {
  readonly id: number
  readonly recordedAt: number
  /** Hash of the batch before. */
  readonly previous: string
}

export interface Batch {
  readonly id: number
  readonly first: number
  readonly last: number
  readonly hash: string
  /** JSON, as written and sent. */
  readonly text: string
}

/** Of these entries, which are at least one and in order. */
export function closeBatch(
  { id, recordedAt, previous }: BatchHead,
  entries: readonly Entry[],
  offsetMinutes: number,
): Batch {
  const [first = 0, last = 0] = [entries[0]?.sequence, entries.at(-1)?.sequence]
  const hash = hashOf(previous, entries)
  const text = JSON.stringify({
    id,
    recordedAt: isoWithOffset(recordedAt, offsetMinutes),
    first,
    last,
    releases: entries.length,
    standings: countsOf(entries),
    totals: totalsOf(entries),
    previous,
    hash,
  })
  return { id, first, last, hash, text }
}

/** SHA-256, in hexadecimal, over the hash before and the text of each entry, UTF-8, each ended by a line feed. */
export function hashOf(previous: string, entries: readonly Pick<Entry, 'text'>[]): string {
  const hash = createHash('sha256').update(`${previous}\n`)
  for (const { text } of entries) hash.update(`${text}\n`)
  return hash.digest('hex')
}

export function countsOf(entries: readonly Pick<Entry, 'standing'>[]): Partial<Record<Standing, number>> {
  const counts: Partial<Record<Standing, number>> = {}
  for (const { standing } of entries) counts[standing] = (counts[standing] ?? 0) + 1
  return counts
}

interface Total {
  readonly obis: string
  readonly unit: string
  /** How many values. */
  count: number
  sum: Scaled
}

/** Exact: the sum has as many decimals as the finest of its values. */
function totalsOf(entries: readonly Entry[]) {
  const totals = new Map<string, Total>()
  for (const { obis, unit, value } of entries.flatMap(({ registers }) => registers)) {
    const key = `${obis} ${unit}`
    const total = totals.get(key)
    if (total === undefined) totals.set(key, { obis, unit, count: 1, sum: value })
    else {
      total.count += 1
      total.sum = addScaled(total.sum, value)
    }
  }
  return [...totals]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { obis, unit, count, sum }]) => ({ obis, unit, count, sum: formatScaled(sum) }))
}
