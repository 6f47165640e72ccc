/**
 * What a meter used on each day, made of the periods bills are made of: a day lies between the releases of its two
 * midnights. Where one of them is not released, the days up to the next one that is are one span; so is what a register
 * counted past a boundary that was released without it. Days and spans of a register add up to what it counted. Exact. Pure.
 */

import { addScaled, type Scaled } from '../../core/scaled.ts'
import { DAY, slotOf } from '../../core/time.ts'
import { type PeriodStanding, periodsOf } from './periods.ts'
import type { CapacitiesAt, Quantity } from './quantities.ts'
import { withRegister } from './register-alone.ts'
import type { Release } from './release.ts'

/** A day, or a span of days. */
export interface Used<End extends Release = Release> {
  /** UTC ms; both are released boundaries. */
  readonly from: number
  readonly to: number
  readonly isDay: boolean
  readonly mark: UsedMark
  /** What it rests on, in order: both ends, and boundaries between them that are no midnights. */
  readonly releases: readonly End[]
  /** In order of OBIS. */
  readonly registers: readonly UsedRegister[]
  /** Registers that fell, or of which a side of an exchange is not known; never guessed. */
  readonly without: readonly string[]
}

export type UsedMark = 'measured' | 'estimated' | 'corrected' | 'split'

export interface UsedRegister {
  readonly obis: string
  readonly unit: string
  readonly quantity: Scaled
  /** How much of it rests on an estimate. */
  readonly estimated: Scaled
  /** The quantity is the sum of `end` less `start` of each, and `rolledOver` where that is one. */
  readonly parts: readonly UsedPart[]
}

/** Of one meter, multiplied alike. */
export interface UsedPart {
  readonly from: number
  readonly to: number
  readonly start: Scaled
  readonly end: Scaled
  /** What it had counted full where it began again at zero; null where it did not. */
  readonly rolledOver: Scaled | null
  readonly multiplier: string
  readonly segment: number
}

export interface UsageSite {
  readonly offsetMinutes: number
  readonly capacitiesAt: CapacitiesAt
}

/** `latest` holds the latest version of each boundary of one meter. In order; spans stand behind the day they end with. */
export function usageOf<End extends Release>(latest: readonly End[], site: UsageSite): readonly Used<End>[] {
  const ends = latest
    .filter(({ standing }) => standing !== 'withdrawn')
    .toSorted((a, b) => a.boundary - b.boundary)
  const registers = new Set(ends.flatMap(one => one.registers.map(({ obis }) => obis)))
  const found = [...registers].sort().flatMap(obis => ofRegister(obis, ends, site))
  const grouped = Map.groupBy(found, ({ from, to }) => `${from} ${to}`)
  return [...grouped.values()].map(own => together(own, site)).sort((a, b) => a.to - b.to || b.from - a.from)
}

/** What ends after `from` and not after `to`: of months in a row each day and span is counted by one. */
export function isCounted(used: Pick<Used, 'to'>, from: number, to: number): boolean {
  return used.to > from && used.to <= to
}

/** What a register counted from one released boundary to another, but for the times in `without`. */
export interface UsedTotal extends Pick<UsedRegister, 'obis' | 'unit' | 'quantity'>, Span {
  readonly without: readonly Span[]
}

/** UTC ms. */
interface Span {
  readonly from: number
  readonly to: number
}

/** The sum of each register over what is counted between `from` and `to`, with its own times. In order of OBIS. */
export function totalOf(used: readonly Used[], from: number, to: number): readonly UsedTotal[] {
  const all = used
    .filter(one => isCounted(one, from, to))
    .flatMap(one => one.registers.map(each => ({ ...each, from: one.from, to: one.to })))
  const grouped = Map.groupBy(all, ({ obis, unit }) => `${obis} ${unit}`)
  return [...grouped]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) => {
      const [first, last] = [own[0], own.at(-1)]
      if (!first || !last) return []
      return [
        {
          ...{ obis: first.obis, unit: first.unit, from: first.from, to: last.to },
          quantity: own.map(one => one.quantity).reduce(addScaled),
          without: holesIn(own),
        },
      ]
    })
}

/** `spans` are in order, and none lies over another. */
function holesIn(spans: readonly Span[]): readonly Span[] {
  return spans.flatMap(({ from }, place) => {
    const before = spans[place - 1]
    return before && before.to < from ? [{ from: before.to, to: from }] : []
  })
}

/** What one register counted between two cuts: midnights it is released of, and where its releases begin and end. */
interface Counted<End> {
  readonly obis: string
  readonly from: number
  readonly to: number
  readonly standing: PeriodStanding
  readonly releases: readonly End[]
  /** Null where a part of it is not known. */
  readonly used: UsedRegister | null
}

function ofRegister<End extends Release>(
  obis: string,
  ends: readonly End[],
  site: UsageSite,
): readonly Counted<End>[] {
  const own = withRegister(obis, ends)
  const [first, last] = [own[0]?.alone.boundary, own.at(-1)?.alone.boundary]
  const isCut = (boundary: number) => isMidnight(boundary, site) || boundary === first || boundary === last
  const chain = own.map(({ alone }) => alone)
  return periodsOf(chain, site.capacitiesAt, isCut).map(({ from, to, standing, quantities: [quantity] }) => {
    const inside = own.filter(({ alone: { boundary } }) => boundary >= from && boundary <= to)
    const seriesAt = seriesIn(inside.map(({ alone }) => alone))
    const isDecided = inside.some(
      ({ alone }, place) => alone.standing === 'edited' && (place === 0 || place === inside.length - 1),
    )
    return {
      ...{ obis, from, to },
      standing: isDecided && standing === 'actual' ? 'corrected' : standing,
      releases: inside.map(({ whole }) => whole),
      used: quantity ? usedOf(quantity, seriesAt) : null,
    }
  })
}

type Series = Pick<UsedPart, 'multiplier' | 'segment'>

/** Of which series a moment of some releases is: their boundaries, and the final and initial reads between them. */
function seriesIn(releases: readonly Release[]): (at: number) => Series | undefined {
  const moments = releases.flatMap(({ boundary, segment, multiplier, opening }) => [
    { at: boundary, segment, multiplier },
    ...(opening ? [opening.final, opening.initial] : []),
  ])
  return at => moments.find(one => one.at === at)
}

function usedOf(
  { obis, unit, value, estimated, parts }: Quantity,
  seriesAt: (at: number) => Series | undefined,
): UsedRegister {
  return {
    ...{ obis, unit, quantity: value, estimated },
    parts: parts.map(({ start, end, rolledOver = null }) => ({
      ...{ from: start.at, to: end.at, start: start.value, end: end.value, rolledOver },
      multiplier: seriesAt(end.at)?.multiplier ?? '1',
      segment: seriesAt(end.at)?.segment ?? 1,
    })),
  }
}

const WORST: readonly PeriodStanding[] = ['split', 'estimated', 'corrected', 'actual']

/** Registers that were counted between the same two cuts. */
function together<End extends Release>(own: readonly Counted<End>[], site: UsageSite): Used<End> {
  const { from, to } = own[0] as Counted<End>
  const standings = own.map(({ standing }) => standing)
  const worst = WORST.find(one => standings.includes(one)) ?? 'actual'
  const releases = new Map(own.flatMap(one => one.releases.map(each => [each.boundary, each])))
  return {
    from,
    to,
    isDay: isMidnight(from, site) && to === from + DAY,
    mark: worst === 'actual' ? 'measured' : worst,
    releases: [...releases.values()].sort((a, b) => a.boundary - b.boundary),
    registers: own.flatMap(({ used }) => used ?? []),
    without: own.filter(({ used }) => used === null).map(({ obis }) => obis),
  }
}

function isMidnight(instant: number, { offsetMinutes }: UsageSite): boolean {
  return slotOf(instant, DAY, offsetMinutes) === instant
}
