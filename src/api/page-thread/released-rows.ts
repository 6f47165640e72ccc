/** What was released, meter by meter in order of boundary, as it stood at a number of the book. */

import type { PastRow, ReleasedRow } from '../../export/export-row.ts'
import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import { type ChosenDays, chosenBy } from '../../reading/billing/chosen-days.ts'
import { MOST_PAST, type Period, periodsOf } from '../../reading/billing/periods.ts'
import { plainPeriod } from '../../reading/billing/plain-period.ts'
import type { CapacitiesAt } from '../../reading/billing/quantities.ts'
import { capacitiesOf } from '../../reading/billing/series.ts'
import type { BookAsOf, Span } from '../../store/book/as-of.ts'
import type { Entry } from '../../store/book/entry.ts'
import type { Reader } from '../../store/reader.ts'
import type { Places } from './places.ts'

type IsChosen = (boundary: number) => boolean

export interface ReleasedRowsParts {
  readonly offsetMinutes: number
  readonly reader: Pick<Reader, 'bookAsOf'>
  readonly meters: readonly BilledMeter[]
  readonly places: Places
}

/** Of chosen boundaries; null where a while has brought none. `only`: of these meters; null for all the book knows. No question to the store stays open from one row to the next. */
export function* releasedRows(
  parts: ReleasedRowsParts,
  span: Span,
  only: readonly string[] | null,
  at: ChosenDays,
): Generator<ReleasedRow | null> {
  const isChosen = chosenBy(at, parts.offsetMinutes)
  const billed = new Map(parts.meters.map(meter => [meter.id, meter]))
  for (const meter of metersIn(parts, only)) yield* rowsOf(parts, meter, billed.get(meter), span, isChosen)
}

function metersIn({ reader }: ReleasedRowsParts, only: readonly string[] | null): Iterable<string> {
  return only === null ? reader.bookAsOf.meters() : [...new Set(only)].sort()
}

function* rowsOf(
  { reader, places }: ReleasedRowsParts,
  meter: string,
  billed: BilledMeter | undefined,
  { from, to, through }: Span,
  isChosen: IsChosen,
): Generator<ReleasedRow | null> {
  const { bookAsOf } = reader
  const capacitiesAt = capacitiesOf(billed)
  let chain: readonly Entry[] | null = null
  for (let next = from; ; ) {
    const entries = bookAsOf.latestOf(meter, { from: next, to, through })
    for (const release of entries) {
      chain ??= yield* chainBefore(bookAsOf, meter, release.boundary, through, isChosen)
      next = release.boundary + 1
      const isThere = release.standing !== 'withdrawn'
      if (!isChosen(release.boundary)) {
        if (isThere && chain.length > 0) chain = [...chain, release]
        continue
      }
      const period =
        isThere && chain.length > 0 ? periodOver([...chain, release], capacitiesAt, isChosen) : null
      // Of whom the period was that ends here; the first read is of whom it begins with.
      const place = places.placeOf(meter, period === null ? release.boundary : release.boundary - 1)
      const held = period === null ? [] : places.heldIn(meter, period.from, period.to)
      const past =
        period === null
          ? []
          : yield* pastBefore(bookAsOf, [...chain, release], capacitiesAt, through, isChosen)
      yield { place, held, release, previous: chain[0] ?? null, period, past }
      if (isThere) chain = [release]
    }
    if (entries.length === 0) return
    yield null
  }
}

/** The last chosen boundary before this one and those in between; nothing where none is chosen. */
function* chainBefore(
  bookAsOf: BookAsOf,
  meter: string,
  boundary: number,
  through: number,
  isChosen: IsChosen,
): Generator<null, readonly Entry[]> {
  const chain: Entry[] = []
  for (let one = bookAsOf.before(meter, boundary, through); one; ) {
    chain.unshift(one)
    if (isChosen(one.boundary)) return chain
    yield null
    one = bookAsOf.before(meter, one.boundary, through)
  }
  return []
}

/** What registers of the last release counted past the first, which has them not; empty where it has them all. */
function* pastBefore(
  bookAsOf: BookAsOf,
  chain: readonly Entry[],
  capacitiesAt: CapacitiesAt,
  through: number,
  isChosen: IsChosen,
): Generator<null, readonly PastRow[]> {
  const [start, end] = [chain[0] as Entry, chain.at(-1) as Entry]
  let wanted = withoutThoseOf(end.registers, start)
  if (wanted.length === 0) return []
  const earlier: Entry[] = []
  for (let one = bookAsOf.before(end.meter, start.boundary, through); one; ) {
    if (end.boundary - one.boundary > MOST_PAST) break
    earlier.unshift(one)
    if (isChosen(one.boundary)) wanted = withoutThoseOf(wanted, one)
    if (wanted.length === 0) break
    yield null
    one = bookAsOf.before(end.meter, one.boundary, through)
  }
  const begins = new Map(earlier.map(one => [one.boundary, one]))
  return periodsOf([...earlier, ...chain], capacitiesAt, isChosen).flatMap(period => {
    const previous = begins.get(period.from)
    return period.to === end.boundary && previous ? [{ previous, period }] : []
  })
}

type Register = Entry['registers'][number]

function withoutThoseOf(registers: readonly Register[], { registers: told }: Entry): readonly Register[] {
  return registers.filter(
    (one, place) => told[place]?.obis !== one.obis && !told.some(({ obis }) => obis === one.obis),
  )
}

/** From the first of them to the last. */
function periodOver(chain: readonly Entry[], capacitiesAt: CapacitiesAt, isChosen: IsChosen): Period | null {
  const [start, end, ...others] = chain
  const plain = start && end && others.length === 0 ? plainPeriod(start, end) : null
  return plain ?? periodsOf(chain, capacitiesAt, isChosen)[0] ?? null
}
