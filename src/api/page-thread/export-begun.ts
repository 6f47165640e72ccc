/**
 * One export, made part by part: each is some milliseconds of work and a quarter of a megabyte at most. Between two parts no
 * question to the store is open, and other pages go first.
 */

import { createHash, hash } from 'node:crypto'
import { Fault } from '../../core/faults.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { CsvVariant } from '../../export/csv.ts'
import type { ExportFormat } from '../../export/export-row.ts'
import { formatNamed } from '../../export/formats.ts'
import { type ControlTotals, type Tally, tallyOfIntervals, tallyOfReleases } from '../../export/totals.ts'
import type { Archive } from '../../reading/archive/archive.ts'
import type { ChosenDays } from '../../reading/billing/chosen-days.ts'
import { inFuture } from '../times.ts'
import type { BillingParts } from './billing-pages.ts'
import { groundOf, type IntervalRowsParts, intervalRows } from './interval-rows.ts'
import { type NamesOfMeters, placesBy } from './places.ts'
import { releasedRows } from './released-rows.ts'
import { createText, type Text } from './text.ts'

export interface ExportAsked {
  readonly format: string
  readonly variant: CsvVariant
  /** Boundaries, or intervals that begin, from this instant on and before that, UTC ms. */
  readonly from: number
  readonly to: number
  /** The meters the caller may see; null for all. */
  readonly seen: readonly string[] | null
  /** Of these the one that is wanted; null for all. */
  readonly meter: string | null
  /** Of these boundaries, and the periods between them. */
  readonly at: ChosenDays
  /** As the book stood at this number; null for the newest. Intervals are not of the book. */
  readonly through: number | null
  /** Accounts and points as they were known at this time, UTC ms, before now or recorded by then; null as they are known. */
  readonly archiveAsOf: number | null
  /** UTC ms. */
  readonly now: number
  /** Length of an interval. */
  readonly everyMs: number
}

/** What is known before anything is written. */
export interface ExportHead {
  readonly batchId: string
  /** The number of the book that it is as of; null for intervals. */
  readonly through: number | null
  /** When the newest that is known of accounts was recorded; null where there is nothing. */
  readonly archiveAsOf: string | null
  readonly mediaType: string
  readonly extension: string
  /** Null where the format has no rule for it. */
  readonly fileName: string | null
}

export interface ExportManifest extends Omit<ControlTotals, 'first' | 'last'> {
  readonly format: string
  readonly gateway: string
  readonly epoch: number
  readonly batchId: string
  readonly through: number | null
  /** When the newest of what it rests on was recorded; null where there is nothing. */
  readonly asOf: string | null
  /** When the newest that is known of accounts was recorded; null where there is nothing. */
  readonly archiveAsOf: string | null
  readonly first: string | null
  readonly last: string | null
  readonly bytes: number
  readonly sha256: string
}

export interface ExportParts extends BillingParts, Omit<IntervalRowsParts, 'places'> {
  /** How the meter list calls them. */
  readonly names: NamesOfMeters
  readonly monotonic: () => number
}

export interface Begun {
  readonly head: ExportHead
  /** Written into `memory`, of which it is all there is. The manifest comes with the last part. */
  next(
    memory?: ArrayBuffer,
  ): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly manifest: ExportManifest | null }>
}

const PART_BYTES = 240 * 1024
const PART_MS = 20
/** A part and the row it ends with, as a rule. */
const ROOM_BYTES = PART_BYTES + 80 * 1024
const BATCH_DIGITS = 16

/** Throws ASK_UNKNOWN for a format, ASK_INVALID for a number the book has not reached. */
export async function beginExport(parts: ExportParts, asked: ExportAsked): Promise<Begun> {
  const named = formatNamed(asked.format, asked.variant)
  if (named === null) throw new Fault('ASK_UNKNOWN', `there is no export format "${asked.format}"`)
  requireKnown(parts, asked.meter)
  const { of } = named
  const only = metersOf(asked)
  const archive = parts.reader.archive()
  // Fixed: while it is made somebody may record more.
  const archiveAsOf = archiveAt(archive, asked)
  const placed = { ...parts, places: placesBy(parts.names, archive.asOf(archiveAsOf)) }
  if (of === 'intervals') {
    const { from, to, everyMs } = asked
    const { asOf, digest } = await groundOf(placed, { from, to, everyMs, only })
    const rows = intervalRows(placed, { from, to, everyMs, only })
    return begunWith(
      parts,
      asked,
      { of, format: named.format, rows, asOf, through: null, content: digest, archiveAsOf },
      tallyOfIntervals(),
    )
  }
  const { through, asOf } = bookAt(parts, asked.through)
  const span = { from: asked.from, to: asked.to, through }
  const rows = releasedRows(placed, span, only, asked.at)
  return begunWith(
    parts,
    asked,
    { of, format: named.format, rows, asOf, through, content: through, archiveAsOf },
    tallyOfReleases(),
  )
}

function metersOf({ seen, meter }: ExportAsked): readonly string[] | null {
  return meter === null ? seen : [meter]
}

/**
 * When the newest of these meters was recorded: what others belong to is not in the file. Our clock may have been set back since,
 * and what is known changes no more all the same: all that comes is recorded later.
 */
function archiveAt(archive: Archive, asked: ExportAsked): number {
  const { archiveAsOf: wanted, now } = asked
  const only = metersOf(asked)
  const last = archive.lastOf(only)?.recordedAt ?? 0
  if (wanted === null) return last
  if (wanted >= now && wanted > last) throw inFuture('archiveAsOf')
  return archive.lastOf(only, wanted)?.recordedAt ?? 0
}

/** One that is not configured any more is known as long as the book has it, which is for ever. */
function requireKnown({ meters, reader }: ExportParts, meter: string | null): void {
  if (meter === null || meters.some(({ id }) => id === meter)) return
  const ever = { from: 0, to: Number.MAX_SAFE_INTEGER, through: Number.MAX_SAFE_INTEGER }
  if (reader.bookAsOf.latestOf(meter, ever).length === 0)
    throw new Fault('ASK_UNKNOWN', 'there is no such meter')
}

/** Without entries it is as of number 0. */
function bookAt({ reader: { bookAsOf } }: ExportParts, wanted: number | null) {
  const last = bookAsOf.newest(Number.MAX_SAFE_INTEGER)?.sequence ?? 0
  if (wanted !== null && wanted > last)
    throw new Fault('ASK_INVALID', `query.through: the newest number of the book is ${last}`)
  const through = wanted ?? last
  return { through, asOf: bookAsOf.newest(through)?.recordedAt ?? null }
}

interface Source<Row> {
  readonly of: 'releases' | 'intervals'
  readonly format: ExportFormat<Row>
  /** Null where a while has brought none. */
  readonly rows: Iterator<Row | null> | AsyncIterator<Row | null>
  readonly through: number | null
  /** The same for the same data. */
  readonly content: string | number
  /** UTC ms; null where there is nothing. */
  readonly asOf: number | null
  /** When the newest that is known of accounts was recorded, UTC ms; 0 where there is nothing. */
  readonly archiveAsOf: number
}

function begunWith<Row>(
  parts: ExportParts,
  asked: ExportAsked,
  source: Source<Row>,
  tally: Tally<Row>,
): Begun {
  const { gateway, offsetMinutes, epoch, monotonic } = parts
  const { format, rows, through, asOf } = source
  const archiveAsOf = source.archiveAsOf === 0 ? null : isoWithOffset(source.archiveAsOf, offsetMinutes)
  const batchId = batchIdOf(parts, asked, source)
  const about = { gateway, offsetMinutes, asOf: asOf ?? 0, batchId }
  const writer = format.begin(about)
  const digest = createHash('sha256')
  let bytes = 0
  let isBegun = false

  /** True when nothing is left. */
  async function fill(text: Text): Promise<boolean> {
    const until = monotonic() + PART_MS
    if (!isBegun) text.put(writer.head())
    isBegun = true
    do {
      const { value, done } = await rows.next()
      if (done === true) {
        text.put(writer.tail())
        return true
      }
      if (value === null || format.takes?.(value) === false) continue
      tally.add(value)
      text.put(writer.put(value))
    } while (text.bytes().length < PART_BYTES && monotonic() < until)
    return false
  }

  function manifest(): ExportManifest {
    const told = (instant: number | null) => (instant === null ? null : isoWithOffset(instant, offsetMinutes))
    const { first, last, ...totals } = tally.told()
    const sha256 = digest.digest('hex')
    return {
      ...{ format: format.name, gateway, epoch, batchId, through, asOf: told(asOf), archiveAsOf },
      ...{ first: told(first), last: told(last), ...totals, bytes, sha256 },
    }
  }

  return {
    head: {
      ...{ batchId, through, archiveAsOf, mediaType: format.mediaType, extension: format.extension },
      fileName: format.fileName?.(about) ?? null,
    },
    async next(memory = new ArrayBuffer(ROOM_BYTES)) {
      const text = createText(memory)
      const isLast = await fill(text)
      const made = text.bytes()
      bytes += made.length
      digest.update(made)
      return { bytes: made, manifest: isLast ? manifest() : null }
    },
  }
}

/** The same for the same data asked for, whatever the format. */
function batchIdOf<Row>(
  { gateway, epoch }: ExportParts,
  asked: ExportAsked,
  { of, through, content, archiveAsOf }: Source<Row>,
): string {
  const meters = metersOf(asked)?.toSorted() ?? null
  const { from, to, everyMs } = asked
  const named = [
    gateway,
    epoch,
    from,
    to,
    meters,
    asked.at,
    of === 'intervals' ? [everyMs, content] : content,
    archiveAsOf,
  ]
  const digits = hash('sha256', JSON.stringify(named)).slice(0, BATCH_DIGITS)
  return through === null ? `${gateway}-${digits}` : `${gateway}-${epoch}-${through}-${digits}`
}
