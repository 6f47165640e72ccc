/**
 * What was used between boundaries, made of releases alone: nothing is kept of a period but its two ends, so the sum of
 * periods is the last register less the first, whatever was corrected in between. Exact.
 */

import { onlyGrows } from '../../core/obis.ts'
import { addScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import type { BillingFacts } from './billing-read.ts'
import { increase, isOneSeries } from './continuity.ts'
import type { Release, SeriesEnd } from './release.ts'

export interface Period {
  readonly meter: string
  /** UTC ms of the boundaries, and the versions of their releases: a new version of either is another version of this. */
  readonly from: number
  readonly to: number
  readonly fromVersion: number
  readonly toVersion: number
  readonly standing: PeriodStanding
  readonly quantities: readonly Quantity[]
  /** Registers only one end has, or that fell; never guessed. */
  readonly without: readonly string[]
}

/**
 * `split`: another meter or other transformers at the end than at the beginning: there is no difference across, and its
 * quantities are those up to the final read and from the initial read on. `corrected`: an end has been released more than once.
 */
export type PeriodStanding = 'actual' | 'estimated' | 'corrected' | 'split'

export interface Quantity {
  readonly obis: string
  readonly value: Scaled
  readonly unit: string
}

type Capacities = BillingFacts['capacities']

/** Between neighbouring boundaries of one meter; `latest` holds the latest version of each. */
export function periodsOf(latest: readonly Release[], capacities?: Capacities): readonly Period[] {
  const ends = latest.filter(isThere).toSorted((a, b) => a.boundary - b.boundary)
  return ends.flatMap((end, index) => {
    const start = ends[index - 1]
    return start ? [periodBetween(start, end, capacities)] : []
  })
}

/** The periods a new version of a boundary gives anew: the one it ends and the one it begins. */
export function reissuedBy(
  release: Release,
  before: Release | null,
  after: Release | null,
  capacities?: Capacities,
): readonly Period[] {
  return periodsOf(
    [before, release, after].filter(one => one !== null),
    capacities,
  )
}

function isThere({ standing }: Release): boolean {
  return standing !== 'withdrawn'
}

function periodBetween(start: Release, end: Release, capacities: Capacities): Period {
  const isSplit = !isOneSeries(start, end)
  const quantities = isSplit
    ? quantitiesAcross(start, end, capacities)
    : quantitiesBetween(start, end, capacities)
  const all = new Set([...start.registers, ...end.registers].map(({ obis }) => obis))
  return {
    meter: end.meter,
    from: start.boundary,
    to: end.boundary,
    fromVersion: start.version,
    toVersion: end.version,
    standing: isSplit ? 'split' : standingOf(start, end),
    quantities,
    without: [...all].filter(obis => quantities.every(one => one.obis !== obis)).sort(),
  }
}

function standingOf(start: Release, end: Release): PeriodStanding {
  if (start.standing === 'estimated' || end.standing === 'estimated') return 'estimated'
  return start.version > 1 || end.version > 1 ? 'corrected' : 'actual'
}

/** Up to the final read, and from the initial read on: of registers that both sides tell. */
function quantitiesAcross(start: Release, end: Release, capacities: Capacities): readonly Quantity[] {
  const { opening } = end
  if (!opening || !isOneSeries(start, opening.final) || !isOneSeries(opening.initial, end)) return []
  const until = quantitiesBetween(start, opening.final, capacities)
  return quantitiesBetween(opening.initial, end, capacities).flatMap(since => {
    const one = until.find(({ obis, unit }) => obis === since.obis && unit === since.unit)
    return one ? [{ ...since, value: addScaled(one.value, since.value) }] : []
  })
}

type Stood = { readonly registers: SeriesEnd['registers'] }

function quantitiesBetween(start: Stood, end: Stood, capacities: Capacities): readonly Quantity[] {
  return end.registers.flatMap(({ obis, value, unit }) => {
    const before = start.registers.find(one => one.obis === obis && one.unit === unit)
    if (!before) return []
    const used = onlyGrows(obis)
      ? increase(before.value, value, capacities?.[obis] ?? null)
      : subtractScaled(value, before.value)
    return used === null ? [] : [{ obis, value: used, unit }]
  })
}
