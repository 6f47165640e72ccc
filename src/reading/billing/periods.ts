/**
 * What was used between boundaries, made of releases alone: nothing is kept of a period but its two ends, so the sum of
 * periods is the last register less the first, whatever was corrected in between. Exact. Pure.
 */

import { DAY } from '../../core/time.ts'
import { isOneSeries } from './continuity.ts'
import { type PeriodReason, reasonsFor } from './period-reasons.ts'
import { type CapacitiesAt, type Moment, type Quantity, quantitiesOf } from './quantities.ts'
import { withRegister } from './register-alone.ts'
import type { Release } from './release.ts'

export interface Period {
  readonly meter: string
  /** UTC ms of the boundaries, and the versions of their releases: a new version of either is another version of this. */
  readonly from: number
  readonly to: number
  readonly fromVersion: number
  readonly toVersion: number
  readonly standing: PeriodStanding
  /** Why it is not simply what was read at both ends; empty where it is. */
  readonly reasons: readonly PeriodReason[]
  /** In order of OBIS. */
  readonly quantities: readonly Quantity[]
  /** Registers only one end has, or that fell; never guessed. */
  readonly without: readonly string[]
  /** True where boundaries in between were released without these registers: it lies over periods that have them in `without`. */
  readonly past: boolean
}

/**
 * `split`: another meter or other transformers at the end than at the beginning: there is no difference across, and its
 * quantities are those up to the final read and from the initial read on. `corrected`: an end has been released more than once.
 */
export type PeriodStanding = 'actual' | 'estimated' | 'corrected' | 'split'

/** Of what a register counted past boundaries: who bills less often than that is told no more by itself. UTC ms. */
export const MOST_PAST = 400 * DAY

/**
 * Between neighbouring boundaries of one meter, or of those of them that are chosen; `latest` holds the latest version of
 * each boundary, of all: which meter counted in between, and what is estimated, those in between tell. What a register counted
 * past boundaries that were released without it is a period of its own, so periods of a register add up to what it counted.
 * In order of their ends; of the same end the longest last.
 */
export function periodsOf(
  latest: readonly Release[],
  capacitiesAt: CapacitiesAt = () => undefined,
  isChosen: (boundary: number) => boolean = () => true,
): readonly Period[] {
  const ends = latest.filter(isThere).toSorted((a, b) => a.boundary - b.boundary)
  const periods = chainsOf(ends, isChosen).map(chain => periodOver(chain, capacitiesAt))
  const past = pastOf(ends, isChosen, capacitiesAt)
  return past.length === 0 ? periods : [...periods, ...past].sort((a, b) => a.to - b.to || b.from - a.from)
}

function isThere({ standing }: Release): boolean {
  return standing !== 'withdrawn'
}

/** From each chosen release to the next, with those in between. */
function chainsOf(
  ends: readonly Release[],
  isChosen: (boundary: number) => boolean,
): readonly (readonly Release[])[] {
  const chains: Release[][] = []
  let chain: Release[] = []
  for (const end of ends) {
    if (chain.length > 0) chain.push(end)
    if (!isChosen(end.boundary)) continue
    if (chain.length > 1) chains.push(chain)
    chain = [end]
  }
  return chains
}

/** Of registers that some chosen releases have and others have not, what they counted from one that has them past those. */
function pastOf(
  ends: readonly Release[],
  isChosen: (boundary: number) => boolean,
  capacitiesAt: CapacitiesAt,
): readonly Period[] {
  const chosen = ends.filter(({ boundary }) => isChosen(boundary))
  const nextAfter = new Map(chosen.map(({ boundary }, place) => [boundary, chosen[place + 1]?.boundary]))
  const found = registersMissingIn(chosen).flatMap(obis => {
    const own = withRegister(obis, ends).map(({ alone }) => alone)
    return chainsOf(own, isChosen)
      .map(chain => periodOver(chain, capacitiesAt))
      .filter(({ from, to }) => nextAfter.get(from) !== to && to - from <= MOST_PAST)
  })
  return [...Map.groupBy(found, ({ from, to }) => `${from} ${to}`).values()].map(pastTogether)
}

/** In order of OBIS. */
function registersMissingIn(chosen: readonly Release[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { registers } of chosen)
    for (const { obis } of registers) counts.set(obis, (counts.get(obis) ?? 0) + 1)
  return [...counts].flatMap(([obis, count]) => (count < chosen.length ? [obis] : [])).sort()
}

/** Of registers between the same two ends. */
function pastTogether(own: readonly Period[]): Period {
  const [first] = own as [Period]
  const reasons = new Map(own.flatMap(one => one.reasons).map(reason => [JSON.stringify(reason), reason]))
  return {
    ...first,
    standing: own.find(one => one.standing === 'split')?.standing ?? first.standing,
    reasons: [...reasons.values()],
    quantities: own.flatMap(one => one.quantities),
    without: own.flatMap(one => one.without),
    past: true,
  }
}

/** Two releases at least: the ends, and those in between. */
function periodOver(chain: readonly Release[], capacitiesAt: CapacitiesAt): Period {
  const [start, end] = [chain[0] as Release, chain.at(-1) as Release]
  const pieces = piecesOf(chain)
  const quantities = pieces ? quantitiesOf(pieces, capacitiesAt) : []
  const all = new Set([...start.registers, ...end.registers].map(({ obis }) => obis))
  return {
    meter: end.meter,
    from: start.boundary,
    to: end.boundary,
    fromVersion: start.version,
    toVersion: end.version,
    standing: pieces?.length === 1 ? standingOf(start, end) : 'split',
    reasons: reasonsFor(chain),
    quantities,
    without: [...all].filter(obis => quantities.every(one => one.obis !== obis)).sort(),
    past: false,
  }
}

function standingOf(start: Release, end: Release): PeriodStanding {
  if (start.standing === 'estimated' || end.standing === 'estimated') return 'estimated'
  return start.version > 1 || end.version > 1 ? 'corrected' : 'actual'
}

/** The moments of each series in the chain, in order; null where it is not known where one ended and the next began. */
function piecesOf(chain: readonly Release[]): readonly (readonly Moment[])[] | null {
  const pieces: Moment[][] = []
  for (const [place, release] of chain.entries()) {
    const previous = chain[place - 1]
    const moment = { at: release.boundary, registers: release.registers }
    if (previous && isOneSeries(previous, release)) pieces.at(-1)?.push(moment)
    else if (!previous) pieces.push([moment])
    else {
      const { opening } = release
      if (!opening || !isOneSeries(previous, opening.final) || !isOneSeries(opening.initial, release))
        return null
      pieces.at(-1)?.push(opening.final)
      pieces.push([opening.initial, moment])
    }
  }
  return pieces
}
