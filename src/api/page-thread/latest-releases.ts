/** The latest releases of a meter over some time, with as many before and after it as what begins or ends there rests on. */

import { DAY } from '../../core/time.ts'
import type { Release } from '../../reading/billing/release.ts'
import type { Book } from '../../store/book/book.ts'
import type { Entry } from '../../store/book/entry.ts'

export interface LatestReleases {
  /** That stand, in order. */
  readonly latest: readonly Entry[]
  /** Null where nothing stands there. */
  latestOf(boundary: number): Entry | null
  isReleased(boundary: number): boolean
  /** The version a release took the place of; null where that is not there. */
  before(release: Release): Entry | null
}

interface BookParts {
  readonly reader: { readonly book: Book }
  readonly turn: () => Promise<void>
}

/** Fewer versions than the book gives at once. */
const DAYS_AT_ONCE = 62
const AT_ONCE = 50

export async function latestAround(
  { reader: { book }, turn }: BookParts,
  meter: string,
  from: number,
  to: number,
): Promise<LatestReleases> {
  const first = await wholeFrom(at => book.before(meter, at), from + 1, turn)
  const last = await wholeFrom(at => book.firmAfter(meter, at), to - 1, turn)
  const versions: Entry[] = []
  // Behind the last that is no estimate there are estimates of a few days at most.
  const end = Math.max(to, last ?? to + DAYS_AT_ONCE * DAY)
  for (let at = first ?? from; at <= end; at += DAYS_AT_ONCE * DAY) {
    versions.push(...book.releasesOf(meter, at, Math.min(at + DAYS_AT_ONCE * DAY, end + 1)))
    await turn()
  }
  const byBoundary = Map.groupBy(versions, ({ boundary }) => boundary)
  // Where the latest is damaged the one before does not take its place.
  const latest = [...byBoundary.keys()]
    .flatMap(boundary => book.latestOf(meter, boundary) ?? [])
    .filter(({ standing }) => standing !== 'withdrawn')
  const standing = new Map(latest.map(one => [one.boundary, one]))
  return {
    latest,
    latestOf: boundary => standing.get(boundary) ?? null,
    isReleased: boundary => standing.has(boundary),
    before: ({ boundary, version }) =>
      byBoundary.get(boundary)?.findLast(one => one.version < version) ?? null,
  }
}

/** The nearest that lacks no register: what another lacks reaches beyond it. Its boundary; null where there is none. */
async function wholeFrom(
  nearest: (at: number) => Entry | null,
  at: number,
  turn: () => Promise<void>,
): Promise<number | null> {
  let found = nearest(at)
  let whole = found
  for (let looked = 1; found !== null && found.withheld.length > 0; looked += 1) {
    if (looked % AT_ONCE === 0) await turn()
    found = nearest(found.boundary)
    whole = found ?? whole
  }
  return whole?.boundary ?? null
}
