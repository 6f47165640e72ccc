/** What registers counted over the moments of one series after another: step by step, exact, never guessed. Pure. */

import { onlyGrows } from '../../core/obis.ts'
import { addScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import type { BillingFacts } from './billing-read.ts'
import { increase } from './continuity.ts'
import type { SeriesEnd } from './release.ts'

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

/** What one series was when. */
export interface Moment {
  readonly at: number
  readonly registers: readonly Register[]
}

type Register = SeriesEnd['registers'][number] & {
  readonly estimate?: object | null
  readonly rolledOver?: Scaled
}

/** Of registers that every piece tells at both its ends. */
export function quantitiesOf(
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
