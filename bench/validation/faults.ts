/**
 * Plants labelled faults in a town by seed: lasting ones, at most one a meter, and single answers gone wrong on meters
 * that are otherwise in order. Drawn without looking at any rule of the gateway; the ledger of the town is the judge.
 */

import { mix, type Random, seededRandom } from '../../src/core/random.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { ARCHIVE_KINDS } from './archive-faults.ts'
import type { FaultClass, Kind, Label, Planted, Row } from './fault.ts'
import { FORGERY_KINDS } from './forgeries.ts'
import { dayOf, midnightOf, QUARTER, type Town, type TownMeter } from './load.ts'
import { METER_KINDS } from './meter-faults.ts'
import { changeBy, WIRE_KINDS, type WireKind } from './wire-faults.ts'
import type { Twist } from './world.ts'

export type { FaultClass, Label, Planted, Row } from './fault.ts'

export interface PlantOf {
  /** Of each lasting kind. */
  readonly each: number
  /** Of each kind of the line. */
  readonly eachOnLine: number
  readonly classes: readonly FaultClass[]
  /** Of these kinds alone; all of the classes where absent. */
  readonly kinds?: readonly string[]
  /** Of the line only what is chance. */
  readonly noiseAlone?: true
}

/** Nothing planted at all. */
export const FAULT_FREE: PlantOf = { each: 0, eachOnLine: 0, classes: [] }
/** Damage on the wire by chance, and nothing else. */
export const NOISE_ONLY: PlantOf = { each: 0, eachOnLine: 40, classes: ['communication'], noiseAlone: true }
export const EVERYTHING: PlantOf = {
  each: 4,
  eachOnLine: 40,
  classes: ['communication', 'meter', 'archive', 'forgery'],
}

export const LASTING_KINDS: readonly Kind[] = [...METER_KINDS, ...ARCHIVE_KINDS, ...FORGERY_KINDS]

export interface Plan {
  readonly planted: readonly Planted[]
  readonly labels: readonly Label[]
  twistsOf(meter: number): readonly Twist[]
  /** The archive's row of a meter, wrong where that was planted. */
  rowOf(meter: number): Row
}

export function plant(town: Town, { each, eachOnLine, classes, kinds, noiseAlone }: PlantOf): Plan {
  const random = seededRandom(mix(town.of.seed ^ 0xfa17))
  const free = shuffled(town.meters, random)
  const planted: Planted[] = []
  const isWanted = (kind: string) => kinds === undefined || kinds.includes(kind)
  const lasting = LASTING_KINDS.filter(one => classes.includes(one.class) && isWanted(one.kind))
  // Kinds take turns, so that a small town has one of as many as it can hold; a half of it stays in order.
  for (let turn = 0; turn < each; turn++)
    for (const kind of lasting) {
      if (free.length <= town.meters.length / 2) break
      const one = plantLasting(town, kind, turn, free, random)
      if (one) planted.push(one)
    }
  if (classes.includes('communication'))
    for (const kind of WIRE_KINDS.filter(one => isWanted(one.kind) && (!noiseAlone || one.isNoise)))
      for (let turn = 0; turn < eachOnLine; turn++) {
        const one = plantOnLine(town, kind, turn, free, random)
        if (one) planted.push(one)
      }
  return planOf(town, planted)
}

function planOf(town: Town, planted: readonly Planted[]): Plan {
  const twists = town.meters.map((): Twist[] => [])
  const rows = new Map<number, Partial<Row>>()
  for (const { twists: these, rows: wrong } of planted) {
    for (const [meter, twist] of these) twists[meter]?.push(twist)
    for (const [meter, row] of wrong) rows.set(meter, row)
  }
  return {
    planted,
    labels: planted.map(({ label }) => label),
    twistsOf: meter => twists[meter] ?? [],
    rowOf(meter) {
      const { number = '', constant = 0, ratio = 1 } = town.meters[meter] ?? {}
      return { number, constant, ratio, misplaced: 1, isMissing: false, ...rows.get(meter) }
    },
  }
}

function plantLasting(
  town: Town,
  kind: Kind,
  turn: number,
  free: TownMeter[],
  random: Random,
): Planted | null {
  const meter = taken(free, kind.fits)
  if (!meter) return null
  // Who is taken for another hangs beside it, where there is one like it.
  const isAlike = (one: TownMeter) =>
    (kind.fits?.(one) ?? true) && one.phases === meter.phases && one.ratio === meter.ratio
  const beside = () => taken(free, one => isAlike(one) && one.area === meter.area)
  const other = kind.takesOther ? (beside() ?? taken(free, isAlike)) : (free[0] ?? meter)
  if (!other) {
    free.push(meter)
    return null
  }
  const { startsAt, of } = town
  // Between a fifth and two thirds of the run: there is a past, and a month's end to come.
  const later = Math.floor((of.days * DAY * (20 + random.integer(46))) / 100)
  const from = kind.fromStart || kind.isHonest ? startsAt : startsAt + later
  const to = startsAt + of.days * DAY
  const made = kind.plant({ town, random, meter, from, to, other })
  const twists = new Map<number, Twist>()
  const rows = new Map<number, Partial<Row>>()
  if (made.twist) twists.set(meter.index, made.twist)
  if (made.other) twists.set(other.index, made.other)
  if (made.row) rows.set(meter.index, made.row)
  if (made.otherRow) rows.set(other.index, made.otherRow)
  return {
    label: {
      id: `${kind.kind}-${turn + 1}`,
      kind: kind.kind,
      class: kind.class,
      meters: kind.takesOther ? [meter.index, other.index] : [meter.index],
      from,
      to,
      registers: kind.registers,
      about: kind.about,
      isHonest: kind.isHonest ?? false,
      leaves: kind.leaves ?? [],
      isConsistent: kind.isConsistent ?? false,
      hits: null,
    },
    twists,
    rows,
    struck: () => 0,
  }
}

function plantOnLine(
  town: Town,
  kind: WireKind,
  turn: number,
  free: readonly TownMeter[],
  random: Random,
): Planted | null {
  const fitting = free.filter(meter => kind.fits?.(meter) ?? true)
  const meter = fitting[random.integer(Math.max(1, fitting.length))]
  const other = free.find(one => one !== meter && one.protocol === meter?.protocol)
  if (!meter || !other) return null
  const { from, to } = slotFor(town, kind, turn, random)
  const attempts = kind.lasts ? 9 : random.integer(5) === 0 ? 2 : 1
  const change = changeBy(kind, mix(town.of.seed ^ (turn << 16) ^ from), other)
  let struck = 0
  const twist: Twist = {
    answer(answer, asked, world) {
      const hits = asked.what === kind.what && asked.at >= from && asked.at < to && asked.attempt <= attempts
      if (!hits) return answer
      struck++
      return change(answer, asked, world)
    },
  }
  return {
    label: {
      id: `${kind.kind}-${turn + 1}`,
      kind: kind.kind,
      class: 'communication',
      meters: [meter.index],
      from,
      to,
      registers: ['forward', 'reverse', 'combined'],
      about: kind.about,
      isHonest: kind.isHonest ?? false,
      leaves: [],
      isConsistent: false,
      hits: { what: kind.what, attempts },
    },
    twists: new Map([[meter.index, twist]]),
    rows: new Map(),
    struck: () => struck,
  }
}

/**
 * Every second fault strikes about a month's end, where a bill is cut. A freeze is asked soon after midnight: a box that
 * keeps answers has the wrong one for two hours.
 */
function slotFor(town: Town, kind: WireKind, turn: number, random: Random) {
  const { startsAt, of } = town
  const first = dayOf(startsAt) + 2
  const days = Math.max(1, of.days - 3)
  const ends = Array.from({ length: days }, (_, index) => first + index).filter(
    day => new Date(day * DAY).getUTCDate() === 1,
  )
  const atEnd = turn % 2 === 0 && ends.length > 0
  const day = atEnd ? (ends[random.integer(ends.length)] ?? first) : first + random.integer(days)
  const midnight = midnightOf(day)
  if (kind.what === 'freeze') return { from: midnight, to: midnight + (kind.lasts ? 2 * HOUR : QUARTER) }
  if (kind.what === 'nameplate') return { from: midnight, to: midnight + DAY }
  const slot = atEnd ? random.integer(4) - 1 : random.integer(96)
  const from = midnight + slot * QUARTER
  return { from, to: from + QUARTER }
}

/** The first meter of a list that fits, taken out of it. */
function taken(free: TownMeter[], fits: ((meter: TownMeter) => boolean) | undefined): TownMeter | null {
  const at = free.findIndex(meter => fits?.(meter) ?? true)
  return at < 0 ? null : (free.splice(at, 1)[0] ?? null)
}

function shuffled(meters: readonly TownMeter[], random: Random): TownMeter[] {
  const left = [...meters]
  for (let at = left.length - 1; at > 0; at--) {
    const swap = random.integer(at + 1)
    const here = left[at]
    const there = left[swap]
    if (here && there) {
      left[at] = there
      left[swap] = here
    }
  }
  return left
}
