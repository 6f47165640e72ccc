/** Pages of `/v1/billing/periods`: what each meter used between chosen boundaries, and the boundaries nothing is released of. */

import type { z } from 'zod'
import { Fault } from '../../core/faults.ts'
import { isoWithOffset } from '../../core/time.ts'
import { type BilledMeter, boundariesBefore } from '../../reading/billing/billed-meter.ts'
import { doubtOf } from '../../reading/billing/billing-read.ts'
import { type ChosenDays, chosenBy } from '../../reading/billing/chosen-days.ts'
import { damagedDoubt } from '../../reading/billing/damaged.ts'
import { isThere, type Known, periodsIn } from '../../reading/billing/period-changes.ts'
import { capacitiesOf } from '../../reading/billing/series.ts'
import { registersOf, standsChosen } from '../../store/book/around.ts'
import type { Entry } from '../../store/book/entry.ts'
import { writePeriod } from '../../store/book/period-entry.ts'
import type { missingBoundary } from '../change-shapes.ts'
import { type PageAsked, pageById } from '../pages.ts'
import { type BillingParts, showDoubt, stoodAt } from './billing-pages.ts'
import { createText, inOnePiece, putItem } from './text.ts'

export interface PeriodsAsked {
  /** UTC ms: periods that end after `from` and not after `to`. */
  readonly from: number
  readonly to: number
  readonly at: ChosenDays
  /** As the book was at this number; null for all of it. */
  readonly asOf: number | null
  /** UTC ms: what is not released is judged as of now. */
  readonly now: number
  /** The meters the caller may see; null for all. */
  readonly seen: readonly string[] | null
  /** Of this one alone; null for all. */
  readonly meter: string | null
  readonly page: PageAsked
  /** What its cursors belong to. */
  readonly list: string
}

type Lacking = z.infer<typeof missingBoundary>

export async function periodsPageOf(
  parts: BillingParts,
  asked: PeriodsAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { reader, gateway, epoch, turn } = parts
  const mayBeSeen = asked.seen && new Set(asked.seen)
  const wanted = knownMeters(parts, asked.meter).filter(
    ({ id }) => (mayBeSeen?.has(id) ?? true) && (asked.meter === null || asked.meter === id),
  )
  if (asked.meter !== null && wanted.length === 0) throw new Fault('ASK_UNKNOWN', 'there is no such meter')
  const { items, next } = pageById(wanted, asked.page, asked.list)
  const asOf = asked.asOf ?? reader.book.lastSequence()
  const text = createText()
  for (const meter of items) {
    await turn()
    putItem(text, JSON.stringify(periodsOfMeter(parts, meter, asked, asOf)))
  }
  const head = JSON.stringify({ gateway, epoch, asOf })
  return inOnePiece([`${head.slice(0, -1)},"meters":[`, text, `],"next":${JSON.stringify(next)}}`])
}

/** What is billed of a meter; null of one that the book knows and the configuration does not any more. */
interface KnownMeter {
  readonly id: string
  readonly billed: BilledMeter | null
}

/** All, or of one alone whether it is known. */
function knownMeters(
  { meters, reader: { book, bookAsOf } }: BillingParts,
  only: string | null,
): readonly KnownMeter[] {
  const known = new Map<string, KnownMeter>(meters.map(billed => [billed.id, { id: billed.id, billed }]))
  const ofBook = only === null ? bookAsOf.meters() : book.firstBoundary(only) === null ? [] : [only]
  for (const id of ofBook) if (!known.has(id)) known.set(id, { id, billed: null })
  return [...known.values()]
}

function periodsOfMeter(parts: BillingParts, { id, billed }: KnownMeter, asked: PeriodsAsked, asOf: number) {
  const { reader, offsetMinutes } = parts
  const { from, to } = asked
  const isChosen = chosenBy(asked.at, offsetMinutes)
  const within = reader.book.knownIn(id, from, to, asOf)
  const chain = [
    ...knownBefore(parts, { meter: id, boundary: from, sequence: asOf }, within, isChosen),
    ...within,
  ].filter(isThere)
  const periods = periodsIn(chain, isChosen, capacitiesOf(billed ?? undefined)).filter(
    period => period.to > from,
  )
  const there = new Set(within.filter(isThere).map(({ boundary }) => boundary))
  const lacking = billed === null ? [] : boundariesWithin(billed, asked, offsetMinutes)
  const missing = lacking
    .filter(boundary => isChosen(boundary) && !there.has(boundary))
    .flatMap(boundary => (billed ? missingAt(parts, billed, boundary, { now: asked.now, asOf }) : []))
  const withheld = within
    .filter(one => one.release === null && isChosen(one.boundary))
    .map(({ boundary }) => withheldAt(parts, { id, billed }, boundary, asked.now))
  return {
    meter: id,
    periods: periods.map(period => writePeriod(period, offsetMinutes)),
    missing: inOrder([...missing, ...withheld]),
  }
}

/** Where its first period begins, and what registers counted past boundaries. */
function knownBefore(
  { reader: { book } }: BillingParts,
  of: Pick<Entry, 'meter' | 'boundary' | 'sequence'>,
  within: readonly Known[],
  isChosen: (boundary: number) => boolean,
): readonly Known[] {
  const chosen = within.filter(one => standsChosen(one, isChosen))
  const [first] = chosen
  const isWhole = first?.boundary === of.boundary
  const told = registersOf(isWhole ? [first] : [])
  const wanted = new Set([...registersOf(chosen)].filter(obis => !told.has(obis)))
  return isWhole && wanted.size === 0 ? [] : book.knownBefore(of, isChosen, wanted)
}

function boundariesWithin(
  meter: BilledMeter,
  { from, to, now }: PeriodsAsked,
  offsetMinutes: number,
): readonly number[] {
  const end = Math.min(to, now) + 1
  const reach = { midnightsMs: end - from, settlementsMs: end - from }
  return end <= from ? [] : boundariesBefore(meter, end, reach, { offsetMinutes })
}

/** The book of a meter begins with its first read: before it nothing is missing. */
function missingAt(
  parts: BillingParts,
  meter: BilledMeter,
  boundary: number,
  { now, asOf }: { readonly now: number; readonly asOf: number },
): readonly Lacking[] {
  const at = isoWithOffset(boundary, parts.offsetMinutes)
  const first = parts.reader.book.firstBoundary(meter.id)
  const stood = stoodAt(parts, meter, boundary, now)
  if ('final' in stood) {
    const { sequence } = stood.final
    return sequence > asOf ? [{ boundary: at, standing: 'missing', reasons: [releasedLater(sequence)] }] : []
  }
  const { verdict } = stood
  const isBefore = first !== null && boundary < first
  if (isBefore && verdict.status === 'missing' && verdict.known.length === 0) return []
  const standing = verdict.status === 'missing' ? 'missing' : 'provisional'
  return [{ boundary: at, standing, reasons: verdict.doubts.map(showDoubt) }]
}

/** What was released is damaged: it counts for nothing until it is released anew, or taken back. */
function withheldAt(parts: BillingParts, { billed }: KnownMeter, boundary: number, now: number): Lacking {
  const stood = billed && stoodAt(parts, billed, boundary, now)
  const doubts =
    stood === null
      ? [damagedDoubt(null, 'the meter is configured no more')]
      : 'final' in stood
        ? [damagedDoubt(null, `it was released anew as number ${stood.final.sequence}`)]
        : stood.verdict.doubts
  const at = isoWithOffset(boundary, parts.offsetMinutes)
  return { boundary: at, standing: 'missing', reasons: doubts.map(showDoubt) }
}

function releasedLater(sequence: number): Lacking['reasons'][number] {
  const text = `nothing was released of it by then; number ${sequence} is of it`
  return showDoubt(doubtOf('released', 'RELEASED_LATER', null, text))
}

/** All times have the one offset. */
function inOrder(all: readonly Lacking[]): Lacking[] {
  return all.toSorted((a, b) => (a.boundary < b.boundary ? -1 : 1))
}
