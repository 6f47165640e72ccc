/**
 * Pages of `/v1/billing/changes`: releases in the order they were recorded, each with the periods it gives anew. They are made
 * of what the book was at that number, so a page is the same bytes whenever it is asked for (PR-17).
 */

import { isoWithOffset } from '../../core/time.ts'
import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import { type ChosenDays, chosenBy } from '../../reading/billing/chosen-days.ts'
import { periodsChangedBy } from '../../reading/billing/period-changes.ts'
import { capacitiesOf } from '../../reading/billing/series.ts'
import type { Entry } from '../../store/book/entry.ts'
import { writePeriod } from '../../store/book/period-entry.ts'
import type { BillingParts } from './billing-pages.ts'
import { gapsIn } from './book-pages.ts'
import { createText, inOnePiece, putItem } from './text.ts'

export interface ChangesAsked {
  /** Releases recorded after this number. */
  readonly after: number
  readonly limit: number
  readonly at: ChosenDays
  /** The meters the caller may see; null for all. */
  readonly seen: readonly string[] | null
}

/** Some milliseconds of work. */
const AT_ONCE = 20

export async function changesPageOf(
  parts: BillingParts,
  { after, limit, at, seen }: ChangesAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { reader, gateway, epoch, turn } = parts
  const { entries, reached } = reader.book.releasesAfter(after, limit)
  const mayBeSeen = seen && new Set(seen)
  const meters = new Map(parts.meters.map(meter => [meter.id, meter]))
  const text = createText()
  for (const [place, entry] of entries.entries()) {
    if (place % AT_ONCE === AT_ONCE - 1) await turn()
    const change =
      (mayBeSeen?.has(entry.meter) ?? true) ? changeText(parts, entry, meters.get(entry.meter), at) : null
    if (change !== null) putItem(text, change)
  }
  const head = JSON.stringify({ gateway, epoch })
  const tail = JSON.stringify({ gaps: gapsIn(after, reached, entries), next: reached })
  return inOnePiece([`${head.slice(0, -1)},"changes":[`, text, `],${tail.slice(1)}`])
}

/** Null for a release of a boundary that is not chosen, where it changes no period between chosen ones. */
function changeText(
  { reader, offsetMinutes }: BillingParts,
  entry: Entry,
  meter: BilledMeter | undefined,
  at: ChosenDays,
): string | null {
  const isChosen = chosenBy(at, offsetMinutes)
  const around = reader.book.around(entry, isChosen)
  const { periods, ended } = periodsChangedBy(entry, around, isChosen, capacitiesOf(meter))
  if (periods.length === 0 && ended.length === 0 && !isChosen(entry.boundary)) return null
  const rest = JSON.stringify({
    periods: periods.map(period => writePeriod(period, offsetMinutes)),
    ended: ended.map(({ from, to }) => ({
      meter: entry.meter,
      from: isoWithOffset(from, offsetMinutes),
      to: isoWithOffset(to, offsetMinutes),
    })),
  })
  return `{"sequence":${entry.sequence},"release":${entry.text},${rest.slice(1)}`
}
