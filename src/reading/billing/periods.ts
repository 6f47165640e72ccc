/**
 * What was used between boundaries, made of releases alone: nothing is kept of a period but its two ends, so the sum of
 * periods is the last register less the first, whatever was corrected in between. Exact. Pure.
 */

import { onlyGrows } from '../../core/obis.ts'
import { addScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import type { BillingFacts } from './billing-read.ts'
import { increase, isOneSeries } from './continuity.ts'
import { type PeriodReason, reasonsFor } from './period-reasons.ts'
import type { Release, SeriesEnd } from './release.ts'

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
}

/**
 * `split`: another meter or other transformers at the end than at the beginning: there is no difference across, and its
 * quantities are those up to the final read and from the initial read on. `corrected`: an end has been released more than once.
 */
export type PeriodStanding = 'actual' | 'estimated' | 'corrected' | 'split'

export interface Quantity {
  readonly obis: string
  readonly unit: string
  /** The sum of its parts. */
  readonly value: Scaled
  /** How much of it rests on an estimate: what lies before the first read in it, and behind the last. */
  readonly estimated: Scaled
  /** One of each series: a single one unless the period is split. */
  readonly parts: readonly Part[]
}

/** From one read of a register to another: `end` less `start`, and what it had counted full where it began again at zero. */
export interface Part {
  readonly start: Stand
  readonly end: Stand
  /** Absent where it did not roll over. */
  readonly rolledOver?: Scaled
}

export interface Stand {
  /** UTC ms. */
  readonly at: number
  readonly value: Scaled
}

/** Where registers of a boundary (UTC ms) roll over, for releases that do not say so themselves. */
export type CapacitiesAt = (boundary: number) => BillingFacts['capacities']

/**
 * Between neighbouring boundaries of one meter, or of those of them that are chosen; `latest` holds the latest version of
 * each boundary, of all: which meter counted in between, and what is estimated, those in between tell.
 */
export function periodsOf(
  latest: readonly Release[],
  capacitiesAt: CapacitiesAt = () => undefined,
  isChosen: (boundary: number) => boolean = () => true,
): readonly Period[] {
  const ends = latest.filter(isThere).toSorted((a, b) => a.boundary - b.boundary)
  const periods: Period[] = []
  let chain: Release[] = []
  for (const end of ends) {
    if (chain.length > 0) chain.push(end)
    if (!isChosen(end.boundary)) continue
    if (chain.length > 1) periods.push(periodOver(chain, capacitiesAt))
    chain = [end]
  }
  return periods
}

function isThere({ standing }: Release): boolean {
  return standing !== 'withdrawn'
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
  }
}

function standingOf(start: Release, end: Release): PeriodStanding {
  if (start.standing === 'estimated' || end.standing === 'estimated') return 'estimated'
  return start.version > 1 || end.version > 1 ? 'corrected' : 'actual'
}

/** What one series was when. */
interface Moment {
  readonly at: number
  readonly registers: readonly Register[]
}

type Register = SeriesEnd['registers'][number] & {
  readonly estimate?: object | null
  readonly rolledOver?: Scaled
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

/** Of registers that every piece tells at both its ends. */
function quantitiesOf(
  pieces: readonly (readonly Moment[])[],
  capacitiesAt: CapacitiesAt,
): readonly Quantity[] {
  const last = pieces.at(-1)?.at(-1)?.registers ?? []
  return last
    .flatMap(({ obis, unit }) => {
      const used = pieces.map(piece => usedIn(piece, obis, unit, capacitiesAt))
      const known = used.filter(one => one !== null)
      if (known.length < used.length || known.length === 0) return []
      return [
        {
          obis,
          unit,
          value: known.map(({ value }) => value).reduce(addScaled),
          estimated: known.map(({ estimated }) => estimated).reduce(addScaled),
          parts: known.map(({ part }) => part),
        },
      ]
    })
    .sort((a, b) => (a.obis < b.obis ? -1 : 1))
}

interface Used {
  readonly value: Scaled
  readonly estimated: Scaled
  readonly part: Part
}

function usedIn(
  piece: readonly Moment[],
  obis: string,
  unit: string,
  capacitiesAt: CapacitiesAt,
): Used | null {
  const told = piece.map(({ at, registers }) => ({
    at,
    register: registers.find(one => one.obis === obis && one.unit === unit),
  }))
  const [start, end] = [told[0], told.at(-1)]
  if (!start?.register || !end?.register) return null
  const capacityAt = (at: number) => capacitiesAt(at)?.[obis] ?? null
  // An estimate at its beginning may stand above what was read after it, and still below its end.
  return (
    usedBy(
      obis,
      pointsOf(told, register => !register.estimate),
      capacityAt,
    ) ??
    usedBy(
      obis,
      pointsOf(told, () => false),
      capacityAt,
    )
  )
}

/** The ends, and of those between them the ones that count; what was said of a roll-over at one that does not is kept. */
function pointsOf(
  told: readonly { readonly at: number; readonly register: Register | undefined }[],
  counts: (register: Register) => boolean,
): readonly Point[] {
  const points: Point[] = []
  let rolledOver: Scaled | undefined
  for (const [place, { at, register }] of told.entries()) {
    if (!register) continue
    rolledOver = register.rolledOver ?? rolledOver
    if (place > 0 && place < told.length - 1 && !counts(register)) continue
    points.push({ at, register, ...(place > 0 && rolledOver && { rolledOver }) })
    rolledOver = undefined
  }
  return points
}

interface Point {
  readonly at: number
  readonly register: Register
  /** What it had counted full since the point before. */
  readonly rolledOver?: Scaled
}

/** Step by step; null where the register fell and did not roll over. */
function usedBy(
  obis: string,
  points: readonly Point[],
  capacityAt: (at: number) => Scaled | null,
): Used | null {
  const [start, end] = [points[0] as Point, points.at(-1) as Point]
  let value = zeroLike(end.register.value)
  let estimated = value
  for (const [place, next] of points.entries()) {
    const before = points[place - 1]
    if (!before) continue
    const step = stepOf(obis, before.register.value, next, capacityAt)
    if (step === null) return null
    value = addScaled(value, step)
    if (before.register.estimate || next.register.estimate) estimated = addScaled(estimated, step)
  }
  const rolledOver = subtractScaled(value, subtractScaled(end.register.value, start.register.value))
  const part = { start: standOf(start), end: standOf(end) }
  return { value, estimated, part: rolledOver.digits === 0n ? part : { ...part, rolledOver } }
}

function stepOf(
  obis: string,
  before: Scaled,
  { at, register: { value }, rolledOver }: Point,
  capacityAt: (at: number) => Scaled | null,
): Scaled | null {
  const step = subtractScaled(value, before)
  if (step.digits >= 0n || !onlyGrows(obis)) return step
  return rolledOver ? addScaled(step, rolledOver) : increase(before, value, capacityAt(at))
}

function standOf({ at, register }: Point): Stand {
  return { at, value: register.value }
}

function zeroLike({ scaler }: Scaled): Scaled {
  return { digits: 0n, scaler }
}
