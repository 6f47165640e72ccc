/** Released boundaries of one meter → what each register was at them, and what flowed through it from one to the next. */

import type { Scaled } from '../../../core/scaled.ts'
import { DAY } from '../../../core/time.ts'
import type { BillingFacts } from '../../billing/billing-read.ts'
import { increase } from '../../billing/continuity.ts'
import type { Release } from '../../billing/release.ts'

/** What history is made of: of a release, or of one that is about to be. Values are primary, as readings are. */
export type Counted = Pick<
  Release,
  'boundary' | 'version' | 'standing' | 'registers' | 'multiplier' | 'segment'
>

/** A register as released at one boundary. */
export interface Stood {
  readonly at: number
  readonly value: Scaled
  /** A reading; not where it is estimated, or a person's word. */
  readonly isActual: boolean
}

/** What flowed through a register between two boundaries it was released at, with none between. */
export interface Usage {
  readonly from: Stood
  readonly to: Stood
  /** Exact, in the register's unit; counted on over a roll-over. */
  readonly used: Scaled
  /** Both ends are readings. */
  readonly isActual: boolean
}

export interface Series {
  readonly obis: string
  readonly unit: string
  /** Oldest first, of the meter that is there now: not across an exchange or another multiplier. */
  readonly stood: readonly Stood[]
  /** Oldest first; those of a meter that was there before as well, none across the exchange. */
  readonly usages: readonly Usage[]
}

/** Where registers roll over; absent for those nobody knows it of. */
export type Capacities = BillingFacts['capacities']

/** By OBIS. Of each boundary the latest version counts; withdrawn ones, and those after `until`, are as if never released. */
export function seriesOf(
  releases: readonly Counted[],
  until: number,
  capacities: Capacities,
  isWanted: (obis: string) => boolean = () => true,
): ReadonlyMap<string, Series> {
  const found = new Map<string, Growing>()
  for (const release of latestOf(releases, until))
    for (const { obis, unit, value, reading } of release.registers) {
      if (!isWanted(obis)) continue
      const stood = { at: release.boundary, value, isActual: reading !== null }
      found.set(obis, grown(found.get(obis), stood, { obis, unit }, release, capacities?.[obis] ?? null))
    }
  return found
}

/** What flowed on the day until a boundary, where both its ends were read. */
export function dayReadUntil(series: Series | undefined, boundary: number): Usage | null {
  const last = series?.usages.at(-1)
  return last?.to.at === boundary && last.isActual && boundary - last.from.at === DAY ? last : null
}

interface Growing extends Series {
  readonly stood: Stood[]
  readonly usages: Usage[]
  readonly release: Counted
}

function latestOf(releases: readonly Counted[], until: number): readonly Counted[] {
  const latest = new Map<number, Counted>()
  for (const release of releases)
    if (release.boundary <= until && release.version > (latest.get(release.boundary)?.version ?? 0))
      latest.set(release.boundary, release)
  return [...latest.values()]
    .filter(({ standing }) => standing !== 'withdrawn')
    .sort((a, b) => a.boundary - b.boundary)
}

function grown(
  before: Growing | undefined,
  to: Stood,
  { obis, unit }: Pick<Series, 'obis' | 'unit'>,
  release: Counted,
  capacity: Scaled | null,
): Growing {
  const isSame =
    before?.unit === unit &&
    before.release.segment === release.segment &&
    before.release.multiplier === release.multiplier
  if (!before || !isSame) {
    const usages = before?.unit === unit ? before.usages : []
    return { obis, unit, release, stood: [to], usages }
  }
  const { stood, usages } = before
  const from = stood.at(-1)
  const used = from && increase(from.value, to.value, capacity)
  if (from && used) usages.push({ from, to, used, isActual: from.isActual && to.isActual })
  stood.push(to)
  return { ...before, release }
}
