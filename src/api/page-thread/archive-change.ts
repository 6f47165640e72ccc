/** What an import or a change of one account would do to the archive: read, held against it and shown, and not yet done. */

import type { z } from 'zod'
import { Fault } from '../../core/faults.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { Archive } from '../../reading/archive/archive.ts'
import { type ArchiveChange, changeOf } from '../../reading/archive/change.ts'
import type { Recorded, Remark } from '../../reading/archive/stated.ts'
import type { archiveChange } from '../archive-shapes.ts'
import type { BillingParts } from './billing-pages.ts'
import { statedIn } from './stated-pairings.ts'
import { readTable, type WrittenRow, writtenRow } from './stated-rows.ts'
import { inOnePiece } from './text.ts'

export interface ArchiveChangeAsked {
  readonly given: { readonly csv: Uint8Array } | { readonly rows: readonly Partial<WrittenRow>[] }
  /** The one account whose pairings are all among them; null where what is left out stays. */
  readonly whole: string | null
  /** As the header was sent; null where it was not. */
  readonly ifMatch: string | null
  readonly dryRun: boolean
}

/** What the door has to know of it. */
export interface ArchiveChangeHead {
  /** Of the archive's last version when it was made. */
  readonly after: number
  /** Of the account stated whole, when it is done; null for an import. */
  readonly etag: string | null
  /** Whether there is anything to record. */
  readonly changes: boolean
  /** Why nothing may be recorded, in words; null where nothing is refused. */
  readonly refused: string | null
}

type ChangeParts = Pick<BillingParts, 'reader' | 'offsetMinutes' | 'meters' | 'turn'>

/** Three lines: an `ArchiveChangeHead`, the versions to be recorded, and the answer. Rejects with ASK_STALE. */
export async function archiveChangeOf(
  { reader, offsetMinutes, meters, turn }: ChangeParts,
  { given, whole, ifMatch, dryRun }: ArchiveChangeAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const read = 'csv' in given ? await readTable(given.csv, turn) : { rows: listed(given.rows), refused: [] }
  const around = { offsetMinutes, meters: new Set(meters.map(({ id }) => id)) }
  const { stated, ...told } = statedIn(read.rows, around)
  const text = (instant: number) => isoWithOffset(instant, offsetMinutes)
  // From here on nothing waits: what it is held against is what it was made beside.
  const archive = reader.archive()
  if (whole !== null) requireMatch(ifMatch, archive, whole)
  const change = changeOf({ archive, stated, text, ...(whole !== null && { whole }) })
  const refused = [...read.refused, ...told.refused, ...change.refused].sort((a, b) => a.line - b.line)
  const all = [...change.added, ...change.ended, ...change.changed, ...change.withdrawn]
  const isApplied = !dryRun && refused.length === 0
  const revision = archive.revision + (isApplied && all.length > 0 ? 1 : 0)
  const head: ArchiveChangeHead = {
    after: archive.sequence,
    etag:
      whole === null ? null : all.length > 0 && isApplied ? etagOf(revision) : etagOfAccount(archive, whole),
    changes: all.length > 0,
    refused: refused.length === 0 ? null : inWords(refused),
  }
  const shown = shownChange(change, text)
  const counts = { ...shown.counts, refused: refused.length, remarks: told.remarks.length }
  const first = { refused: refused.slice(0, MOST_TOLD), remarks: told.remarks.slice(0, MOST_TOLD) }
  const answer = { dryRun, applied: isApplied, revision, ...shown, counts, ...first }
  return inOnePiece([
    `${JSON.stringify(head)}\n${JSON.stringify(all.map(({ now }) => now))}\n`,
    JSON.stringify(answer satisfies z.infer<typeof archiveChange>),
  ])
}

function listed(rows: readonly Partial<WrittenRow>[]) {
  return rows.map((row, index) => ({ row: writtenRow(row), place: { line: index + 1, columns: {} } }))
}

/** Of the last change of an account; "0" of one nobody has told of. */
export function etagOfAccount(archive: Archive, account: string): string {
  return etagOf(archive.versionsOf(account).at(-1)?.revision ?? 0)
}

export function etagOf(revision: number): string {
  return `"${revision}"`
}

function requireMatch(ifMatch: string | null, archive: Archive, account: string): void {
  if (ifMatch === null) return
  const etag = etagOfAccount(archive, account)
  const wanted = ifMatch.split(',').map(one => one.trim())
  const isThere = archive.versionsOf(account).length > 0
  if (wanted.includes(etag) || (isThere && wanted.includes('*'))) return
  throw new Fault('ASK_STALE', `account ${account} is ${etag} by now, and not ${ifMatch}`)
}

/** Of what is refused, and of remarks: a file that is wrong throughout would make an answer of a hundred times its size. */
export const MOST_TOLD = 200
const TOLD_AT_MOST = 3

function inWords(refused: readonly Remark[]): string {
  const places = refused
    .slice(0, TOLD_AT_MOST)
    .map(
      ({ line, column, text, remedy }) =>
        `line ${line}${column ? ` column ${column}` : ''}: ${text}; ${remedy}`,
    )
  const rest = refused.length - places.length
  const listed = refused.length > MOST_TOLD ? `, the first ${MOST_TOLD} of all in` : ' in'
  return `nothing was changed. ${places.join('. ')}${rest > 0 ? `. And ${rest} more${listed} \`refused\`` : ''}`
}

function shownChange(
  { added, ended, changed, withdrawn, unchanged }: ArchiveChange,
  text: (at: number) => string,
) {
  const show = ({ stated, before, now }: Recorded) => {
    const times = ({ from, to }: { readonly from: number; readonly to: number | null }) => ({
      from: text(from),
      to: to === null ? null : text(to),
    })
    const { account, point, meter } = now
    return {
      line: stated?.place.line ?? null,
      account,
      point,
      meter,
      ...times(now),
      before: before && times(before),
    }
  }
  return {
    counts: {
      added: added.length,
      ended: ended.length,
      changed: changed.length,
      withdrawn: withdrawn.length,
      unchanged,
    },
    added: added.map(show),
    ended: ended.map(show),
    changed: changed.map(show),
    withdrawn: withdrawn.map(show),
  }
}
