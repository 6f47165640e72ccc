/** What one release changes in the periods around it. Pure: whoever applies the changes in order has the periods of the book. */

import { type Period, periodsOf } from './periods.ts'
import type { CapacitiesAt } from './quantities.ts'
import type { Release } from './release.ts'

/** A boundary as the book was; null what is damaged: of periods that rest on it nothing is said. */
export interface Known {
  readonly boundary: number
  readonly release: Release | null
}

/** What stood around a release when it was recorded, by boundaries in order: as far as the next that is chosen on either side. */
export interface Surrounded {
  readonly before: readonly Known[]
  /** The version before it, of the same boundary; null where there was none. */
  readonly superseded: Known | null
  readonly after: readonly Known[]
}

export interface PeriodsChanged {
  /** Each takes the place of what was told of the same two boundaries before, if anything was. */
  readonly periods: readonly Period[]
  /** These are no more: a boundary came between, or was withdrawn. */
  readonly ended: readonly Span[]
}

export function periodsChangedBy(
  release: Release,
  { before, superseded, after }: Surrounded,
  isChosen: (boundary: number) => boolean,
  capacitiesAt: CapacitiesAt,
): PeriodsChanged {
  const now = { boundary: release.boundary, release }
  const old = [...before, ...(superseded ? [superseded] : []), ...after].filter(isThere)
  const next = [...before, now, ...after].filter(isThere)
  // Who began after something was damaged was told of spans across it: what is not there is taken out without harm.
  const oldSpans = [...spansOf(old, isChosen), ...periodsOf(soundIn(old), capacitiesAt, isChosen)]
  const periods = periodsIn(next, isChosen, capacitiesAt)
  const nextSpans = [...spansOf(next, isChosen), ...periods]
  const told = new Set(periodsIn(old, isChosen, capacitiesAt).map(textOf))
  return {
    periods: periods.filter(period => !told.has(textOf(period))),
    ended: withoutDoubles(oldSpans).filter(one => !nextSpans.some(other => isSameSpan(one, other))),
  }
}

interface Span {
  readonly from: number
  readonly to: number
}

function isSameSpan(a: Span, b: Span): boolean {
  return a.from === b.from && a.to === b.to
}

function withoutDoubles(spans: readonly Span[]): readonly Span[] {
  const found = spans.filter((one, place) => spans.findIndex(other => isSameSpan(one, other)) === place)
  return found.map(({ from, to }) => ({ from, to }))
}

function soundIn(chain: readonly Known[]): readonly Release[] {
  return chain.flatMap(({ release }) => (release ? [release] : []))
}

/** Not withdrawn; what is damaged may stand. */
export function isThere({ release }: Known): boolean {
  return release?.standing !== 'withdrawn'
}

function spansOf(chain: readonly Known[], isChosen: (boundary: number) => boolean): readonly Span[] {
  const ends = chain.map(({ boundary }) => boundary).filter(isChosen)
  return ends.slice(1).map((to, place) => ({ from: ends[place] as number, to }))
}

/** Those between chosen boundaries of a chain in order; none that rests on something damaged. */
export function periodsIn(
  chain: readonly Known[],
  isChosen: (boundary: number) => boolean,
  capacitiesAt: CapacitiesAt,
): readonly Period[] {
  const damaged = chain.filter(({ release }) => release === null).map(({ boundary }) => boundary)
  return periodsOf(soundIn(chain), capacitiesAt, isChosen).filter(({ from, to }) =>
    damaged.every(boundary => boundary < from || boundary > to),
  )
}

function textOf(period: Period): string {
  return JSON.stringify(period, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
}
