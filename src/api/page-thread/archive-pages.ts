/** Pages of the archive: accounts with their pairings, one account with all that was ever said of it, who is unpaired. */

import type { z } from 'zod'
import { Fault } from '../../core/faults.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { ArchiveView } from '../../reading/archive/archive.ts'
import type { PairingVersion } from '../../reading/archive/pairing.ts'
import type { accountAnswer, accountsPage, pairingShown, unpairedPage } from '../archive-shapes.ts'
import { type PageAsked, pageById } from '../pages.ts'
import { etagOf } from './archive-change.ts'
import type { BillingParts } from './billing-pages.ts'
import { isUnpaired } from './place-shown.ts'
import { inOnePiece } from './text.ts'

interface Asked {
  /** UTC ms: as it was known then; null is now. */
  readonly asOf: number | null
  /** The meters the caller may see; null for all. */
  readonly seen: readonly string[] | null
}

export interface AccountsAsked extends Asked {
  /** Pairings of this meter alone; null for all. */
  readonly meter: string | null
  readonly page: PageAsked
}

export interface AccountAsked extends Asked {
  readonly account: string
}

export interface UnpairedAsked extends Asked {
  /** UTC ms. */
  readonly boundary: number
  readonly page: PageAsked
}

type Bytes = Promise<Uint8Array<ArrayBuffer>>
type ArchiveParts = Pick<BillingParts, 'reader' | 'offsetMinutes' | 'meters' | 'turn'>

/** Some milliseconds of work. */
const LOOKED_AT_ONCE = 200

export async function accountsPageOf(
  { reader, offsetMinutes }: ArchiveParts,
  { asOf, seen, meter, page }: AccountsAsked,
): Bytes {
  const archive = reader.archive()
  const view = asOf === null ? archive : archive.asOf(asOf)
  const shows = (one: PairingVersion) =>
    (meter ?? one.meter) === one.meter && (seen?.includes(one.meter) ?? true)
  const all = view
    .accounts()
    .map(id => ({ id, pairings: view.ofAccount(id).filter(shows) }))
    .filter(({ pairings }) => pairings.length > 0)
  const { items, next } = pageById(all, page, `accounts ${JSON.stringify([meter, asOf])}`)
  const accounts = items.map(({ id, pairings }) => ({
    account: id,
    pairings: pairings.map(one => showPairing(one, offsetMinutes)),
  }))
  const revision = archive.lastOf(seen)?.revision ?? 0
  return written({ revision, accounts, next } satisfies z.infer<typeof accountsPage>)
}

/** Two lines: the entity tag, and the answer. Rejects with ASK_UNKNOWN where the caller sees nothing of it. */
export async function accountPageOf(
  { reader, offsetMinutes }: ArchiveParts,
  { account, asOf, seen }: AccountAsked,
): Bytes {
  const archive = reader.archive()
  const shows = (one: PairingVersion) => seen?.includes(one.meter) ?? true
  const versions = archive.versionsOf(account).filter(shows)
  if (versions.length === 0) throw new Fault('ASK_UNKNOWN', 'there is no such account')
  const view = asOf === null ? archive : archive.asOf(asOf)
  const revision = versions.at(-1)?.revision ?? 0
  const answer: z.infer<typeof accountAnswer> = {
    account,
    revision,
    pairings: view
      .ofAccount(account)
      .filter(shows)
      .map(one => showPairing(one, offsetMinutes)),
    versions: versions.map(one => ({
      ...showPairing(one, offsetMinutes),
      ...{ sequence: one.sequence, pairing: one.pairing, supersedes: one.supersedes },
      withdrawn: one.isWithdrawn,
    })),
  }
  return inOnePiece([`${etagOf(revision)}\n${JSON.stringify(answer)}`])
}

/** Of what is released at a boundary, what belongs to nobody. */
export async function unpairedPageOf(
  parts: ArchiveParts,
  { boundary, asOf, seen, page }: UnpairedAsked,
): Bytes {
  const { reader, offsetMinutes, meters, turn } = parts
  const archive = reader.archive()
  const view = asOf === null ? archive : archive.asOf(asOf)
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const found: (z.infer<typeof unpairedPage>['unpaired'][number] & { readonly id: string })[] = []
  const counts = { meters: 0, released: 0, unpaired: 0 }
  for (const { id } of meters) {
    if (seen?.includes(id) === false) continue
    counts.meters += 1
    if (counts.meters % LOOKED_AT_ONCE === 0) await turn()
    const release = reader.book.latestOf(id, boundary)
    if (release === null || release.standing === 'withdrawn') continue
    counts.released += 1
    if (!isUnpaired(view, id, boundary)) continue
    counts.unpaired += 1
    const since = pairedUntil(view, id, boundary)
    const oldest = reader.book.firstBoundary(id, since ?? 0) ?? boundary
    const { standing, version, sequence, recordedAt } = release
    found.push({
      ...{ id, meter: id, standing, version, sequence, releasedAt: at(recordedAt) },
      since: since === null ? null : at(since),
      oldest: at(oldest),
    })
  }
  const { items, next } = pageById(found, page, `unpaired ${boundary} ${asOf}`)
  const unpaired = items.map(({ id: _, ...one }) => one)
  return written({ boundary: at(boundary), counts, unpaired, next } satisfies z.infer<typeof unpairedPage>)
}

function pairedUntil(view: ArchiveView, meter: string, boundary: number): number | null {
  return view.pairingsIn(meter, Number.NEGATIVE_INFINITY, boundary).at(-1)?.to ?? null
}

function showPairing(one: PairingVersion, offsetMinutes: number): z.infer<typeof pairingShown> {
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const { account, point, meter, from, to, revision, recordedAt, by } = one
  return {
    ...{ account, point, meter, from: at(from), to: to === null ? null : at(to) },
    ...{ revision, recordedAt: at(recordedAt), by },
  }
}

async function written(answer: object): Bytes {
  return inOnePiece([JSON.stringify(answer)])
}
