/**
 * What a meter used on each day, made of the periods bills are made of: a day lies between the releases of its two
 * midnights. Where one of them is not released, the days up to the next one that is are one span; so is what a register
 * counted past a boundary that was released without it. Days and spans of a register add up to what it counted. Exact. Pure.
 */

import { onlyGrows } from '../../core/obis.ts'
import { addScaled, compareScaled, type Scaled } from '../../core/scaled.ts'
import { DAY, slotOf } from '../../core/time.ts'
import type { BillingFacts } from './billing-read.ts'
import { type Period, type PeriodStanding, periodsOf } from './periods.ts'
import type { Opening, Release, SeriesEnd } from './release.ts'

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
  /** The quantity is the sum of `end` less `start` of each, and `rolledOver` where that is one. */
  readonly parts: readonly UsedPart[]
}

/** Of one meter, multiplied alike. */
export interface UsedPart {
  readonly from: number
  readonly to: number
  readonly start: Scaled
  readonly end: Scaled
  /** What the register counts to before it begins at zero again; null where it did not. */
  readonly rolledOver: Scaled | null
  readonly multiplier: string
  readonly segment: number
}

export interface UsageSite {
  readonly offsetMinutes: number
  /** Where registers roll over, by the boundary a period ends at. */
  capacitiesAt(boundary: number): BillingFacts['capacities']
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

/** The sum of each register over what ends after `from` and not after `to`: of months in a row each is counted once. */
export function totalOf(used: readonly Used[], from: number, to: number): readonly UsedTotal[] {
  const inside = used.filter(one => one.to > from && one.to <= to)
  const all = inside.flatMap(({ registers }) => registers)
  return [...Map.groupBy(all, ({ obis, unit }) => `${obis} ${unit}`).values()].flatMap(own => {
    const [first] = own
    if (!first) return []
    const quantity = own.map(one => one.quantity).reduce(addScaled)
    return [{ obis: first.obis, unit: first.unit, quantity }]
  })
}

export type UsedTotal = Pick<UsedRegister, 'obis' | 'unit' | 'quantity'>

/** What one register counted between two cuts: midnights it is released of, and where its releases begin and end. */
interface Counted<End> {
  readonly obis: string
  readonly from: number
  readonly to: number
  readonly standings: readonly PeriodStanding[]
  readonly releases: readonly End[]
  readonly unit: string
  /** Null where a part of it is not known. */
  readonly quantity: Scaled | null
  readonly parts: readonly UsedPart[]
}

function ofRegister<End extends Release>(
  obis: string,
  ends: readonly End[],
  site: UsageSite,
): readonly Counted<End>[] {
  const own = withRegister(obis, ends)
  const counted: Counted<End>[] = []
  let open: Counted<End> | null = null
  for (const [place, end] of own.entries()) {
    const start = own[place - 1]
    if (!start) continue
    const piece = between(obis, start, end, site)
    open = open && !isMidnight(start.at, site) ? joined(open, piece) : piece
    if (isMidnight(end.at, site) || place === own.length - 1) counted.push(open)
    if (isMidnight(end.at, site)) open = null
  }
  return counted
}

interface RegisterAt<End> {
  readonly at: number
  readonly whole: End
  /** With this register alone. */
  readonly alone: Release
}

/** Releases that have a register. Where the first of a series has not, its opening is the next one's. */
function withRegister<End extends Release>(obis: string, ends: readonly End[]): readonly RegisterAt<End>[] {
  let opening: Opening | undefined
  return ends.flatMap(whole => {
    if (whole.opening) opening = whole.opening
    const registers = whole.registers.filter(one => one.obis === obis)
    if (registers.length === 0) return []
    const alone: Release = { ...whole, registers, ...(opening && { opening }) }
    opening = undefined
    return [{ at: whole.boundary, whole, alone }]
  })
}

function between<End extends Release>(
  obis: string,
  { alone: start, whole: first }: RegisterAt<End>,
  { alone: end, whole: last }: RegisterAt<End>,
  site: UsageSite,
): Counted<End> {
  const capacities = site.capacitiesAt(end.boundary)
  const [period] = periodsOf([start, end], capacities) as readonly [Period]
  const [used] = period.quantities
  const capacity = capacities?.[obis] ?? null
  return {
    obis,
    from: period.from,
    to: period.to,
    standings: [isDecided(start) || isDecided(end) ? decidedOf(period.standing) : period.standing],
    releases: [first, last],
    unit: end.registers[0]?.unit ?? '',
    quantity: used?.value ?? null,
    parts: used ? partsOf(obis, period, start, end).map(one => rolled(one, obis, capacity)) : [],
  }
}

/** A person's word stands in it. */
function isDecided({ standing }: Release): boolean {
  return standing === 'edited'
}

function decidedOf(standing: PeriodStanding): PeriodStanding {
  return standing === 'actual' ? 'corrected' : standing
}

function partsOf(
  obis: string,
  { standing }: Period,
  start: Release,
  end: Release,
): readonly Omit<UsedPart, 'rolledOver'>[] {
  const from = { ...start, at: start.boundary }
  const to = { ...end, at: end.boundary }
  if (standing !== 'split' || !end.opening) return [partOf(obis, from, to)]
  return [partOf(obis, from, end.opening.final), partOf(obis, end.opening.initial, to)]
}

function partOf(obis: string, start: SeriesEnd, end: SeriesEnd): Omit<UsedPart, 'rolledOver'> {
  return {
    from: start.at,
    to: end.at,
    start: valueIn(obis, start),
    end: valueIn(obis, end),
    multiplier: end.multiplier,
    segment: end.segment,
  }
}

function valueIn(obis: string, { registers }: Pick<SeriesEnd, 'registers'>): Scaled {
  return registers.find(one => one.obis === obis)?.value ?? { digits: 0n, scaler: 0 }
}

function rolled(part: Omit<UsedPart, 'rolledOver'>, obis: string, capacity: Scaled | null): UsedPart {
  const fell = onlyGrows(obis) && compareScaled(part.end, part.start) < 0
  return { ...part, rolledOver: fell ? capacity : null }
}

function joined<End extends Release>(before: Counted<End>, next: Counted<End>): Counted<End> {
  const isKnown = before.quantity !== null && next.quantity !== null && before.unit === next.unit
  return {
    ...next,
    from: before.from,
    standings: [...before.standings, ...next.standings],
    releases: [...before.releases, ...next.releases.slice(1)],
    quantity: isKnown ? addScaled(before.quantity, next.quantity) : null,
    parts: [...before.parts, ...next.parts],
  }
}

const WORST: readonly PeriodStanding[] = ['split', 'estimated', 'corrected', 'actual']

/** Registers that were counted between the same two cuts. */
function together<End extends Release>(own: readonly Counted<End>[], site: UsageSite): Used<End> {
  const { from, to } = own[0] as Counted<End>
  const standings = own.flatMap(one => one.standings)
  const worst = WORST.find(one => standings.includes(one)) ?? 'actual'
  const releases = new Map(own.flatMap(one => one.releases.map(each => [each.boundary, each])))
  return {
    from,
    to,
    isDay: isMidnight(from, site) && to === from + DAY,
    mark: worst === 'actual' ? 'measured' : worst,
    releases: [...releases.values()].sort((a, b) => a.boundary - b.boundary),
    registers: own.flatMap(({ obis, unit, quantity, parts }) =>
      quantity === null ? [] : [{ obis, unit, quantity, parts }],
    ),
    without: own.filter(({ quantity }) => quantity === null).map(({ obis }) => obis),
  }
}

function isMidnight(instant: number, { offsetMinutes }: UsageSite): boolean {
  return slotOf(instant, DAY, offsetMinutes) === instant
}
