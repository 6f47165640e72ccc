/** Pages of the book: entries and batches as they are kept, byte for byte (PR-17). */

import { Fault } from '../../core/faults.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { Entry } from '../../store/book/entry.ts'
import type { BillingParts } from './billing-pages.ts'
import { createText, inOnePiece, putItem } from './text.ts'

export interface ReleasesAsked {
  /** Entries recorded after this number. */
  readonly after: number
  readonly limit: number
  /** The meters the caller may see; null for all. */
  readonly seen: readonly string[] | null
}

export interface BatchAsked {
  readonly id: number
  readonly seen: readonly string[] | null
}

export interface BatchesAsked {
  /** Those after this number. */
  readonly after: number
  readonly limit: number
  readonly seen: readonly string[] | null
}

type BookParts = Pick<BillingParts, 'reader' | 'gateway' | 'epoch' | 'offsetMinutes'>

/**
 * A page of so many numbers is the same whenever it is asked for: later versions are entries of their own. Of those only
 * the caller's are shown, so a page may hold few and still not be the last.
 */
export async function releasesPageOf(
  { reader, gateway, epoch }: BookParts,
  { after, limit, seen }: ReleasesAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { entries, reached } = reader.book.releasesAfter(after, limit)
  const mayBeSeen = seen && new Set(seen)
  const text = createText()
  for (const { meter, text: written } of entries) if (mayBeSeen?.has(meter) ?? true) putItem(text, written)
  const head = JSON.stringify({ gateway, epoch })
  const tail = JSON.stringify({ gaps: gapsIn(after, reached, entries), next: reached })
  return inOnePiece([`${head.slice(0, -1)},"releases":[`, text, `],${tail.slice(1)}`])
}

/** Numbers without an entry, from the one asked for to the last that was looked at. */
export function gapsIn(after: number, reached: number, entries: readonly Entry[]) {
  const gaps: { first: number; last: number }[] = []
  let known = after
  for (const { sequence } of [...entries, { sequence: reached + 1 }]) {
    if (sequence > known + 1) gaps.push({ first: known + 1, last: sequence - 1 })
    known = sequence
  }
  return gaps
}

/** Its sums are of all meters, so a key of some of them gets none. Rejects with ASK_UNKNOWN. */
export async function batchPageOf(
  { reader }: BookParts,
  { id, seen }: BatchAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const batch = seen === null ? reader.book.batch(id) : null
  if (batch === null) throw new Fault('ASK_UNKNOWN', 'there is no such batch, or it is damaged and withheld')
  return inOnePiece([batch.text])
}

/** Likewise: rejects with KEY_SCOPE for a key of some meters. */
export async function batchesPageOf(
  { reader, gateway, epoch, offsetMinutes }: BookParts,
  { after, limit, seen }: BatchesAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  if (seen !== null) throw new Fault('KEY_SCOPE', 'a batch is of all meters; this key covers some')
  const batches = reader.book.batchesAfter(after, limit)
  const text = createText()
  for (const batch of batches) {
    const acknowledged = reader.acknowledgements
      .of(batch)
      .map(({ by, at }) => ({ by, at: isoWithOffset(at, offsetMinutes) }))
    putItem(text, `{"batch":${batch.text},"acknowledged":${JSON.stringify(acknowledged)}}`)
  }
  const head = JSON.stringify({ gateway, epoch })
  const next = JSON.stringify(batches.at(-1)?.id ?? after)
  return inOnePiece([`${head.slice(0, -1)},"batches":[`, text, `],"next":${next}}`])
}
