/** What was released, meter by meter in order of boundary, as it stood at a number of the book. */

import type { ReleasedRow } from '../../export/export-row.ts'
import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import { type CapacitiesAt, type Period, periodsOf } from '../../reading/billing/periods.ts'
import { plainPeriod } from '../../reading/billing/plain-period.ts'
import { countedAt } from '../../reading/billing/series.ts'
import type { Span } from '../../store/book/as-of.ts'
import type { Entry } from '../../store/book/entry.ts'
import type { Reader } from '../../store/reader.ts'
import type { PlaceOf } from './places.ts'

export interface ReleasedRowsParts {
  readonly reader: Pick<Reader, 'bookAsOf'>
  readonly meters: readonly BilledMeter[]
  readonly placeOf: PlaceOf
}

/** `only`: of these meters; null for all the book knows. No question to the store stays open from one row to the next. */
export function* releasedRows(
  parts: ReleasedRowsParts,
  span: Span,
  only: readonly string[] | null,
): Generator<ReleasedRow> {
  const billed = new Map(parts.meters.map(meter => [meter.id, meter]))
  for (const meter of metersIn(parts, only)) yield* rowsOf(parts, meter, billed.get(meter), span)
}

function* metersIn(
  { reader }: ReleasedRowsParts,
  only: readonly string[] | null,
): Generator<string, void, void> {
  if (only !== null) return yield* [...new Set(only)].sort()
  for (let meter = reader.bookAsOf.meterAfter(''); meter !== null; meter = reader.bookAsOf.meterAfter(meter))
    yield meter
}

function* rowsOf(
  { reader, placeOf }: ReleasedRowsParts,
  meter: string,
  billed: BilledMeter | undefined,
  { from, to, through }: Span,
): Generator<ReleasedRow> {
  const { bookAsOf } = reader
  const capacitiesAt = (boundary: number) => billed && countedAt(billed, boundary).capacities
  let previous: Entry | null = null
  let isFirst = true
  for (let next = from; ; ) {
    const entries = bookAsOf.latestOf(meter, { from: next, to, through })
    if (isFirst && entries[0]) previous = bookAsOf.before(meter, entries[0].boundary, through)
    isFirst = false
    for (const release of entries) {
      const period = periodBetween(previous, release, capacitiesAt)
      // Of whom the period was that ends here; the first read is of whom it begins with.
      const place = placeOf(meter, period === null ? release.boundary : release.boundary - 1)
      yield { place, release, previous, period }
      if (release.standing !== 'withdrawn') previous = release
      next = release.boundary + 1
    }
    if (entries.length === 0) return
  }
}

function periodBetween(start: Entry | null, end: Entry, capacitiesAt: CapacitiesAt): Period | null {
  if (start === null || end.standing === 'withdrawn') return null
  return plainPeriod(start, end) ?? periodsOf([start, end], capacitiesAt)[0] ?? null
}
