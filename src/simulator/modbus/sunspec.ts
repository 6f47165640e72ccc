/** The chain of models of a simulated SunSpec device: "SunS", common model, meter, end (SunSpec Information Model). */

import type { SimulatedModel, SimulatedPoint, SimulatedQuirks } from '../../core/simulated.ts'
import { textRegisters } from './registers-of.ts'
import { formatOf, type Place, placeOf } from './words.ts'

interface Link {
  readonly id: number
  /** Registers behind the length. */
  readonly length: number
  /** Where the id stands. */
  readonly address: number
}

/** Contents that do not move. */
interface Fixed {
  readonly code: number
  readonly address: number
  readonly registers: number
  contents(): readonly number[]
}

const MARK = [0x5375, 0x6e53]
const COMMON = 1
const COMMON_LENGTH = 66
const INVERTER = 103
const INVERTER_LENGTH = 50
const END = 0xffff
const HEADER = 2
const NOT_IMPLEMENTED = 0x8000
const NAN = [0x7fc0, 0]

/** Registers behind the length of a meter's model: integers, floats. */
function lengthOf(id: number): number {
  return id < 210 ? 105 : 124
}

/** What stands in the chain beside the profile's points; nothing for a profile without SunSpec items. */
export function chainOf(model: SimulatedModel, quirks: SimulatedQuirks): readonly Fixed[] {
  const links = linksOf(model, quirks)
  const [first] = links
  const last = links.at(-1)
  if (first === undefined || last === undefined) return []
  const fixed = (address: number, words: readonly number[]): Fixed => ({
    code: 3,
    address,
    registers: words.length,
    contents: () => words,
  })
  return [
    fixed(first.address - MARK.length, MARK),
    ...links.map(link => fixed(link.address, [link.id, link.length, ...background(link, model)])),
    ...factorsOf(model).map(([offset, factor]) =>
      fixed((links.at(-1)?.address ?? 0) + offset, [factor & 0xffff]),
    ),
    fixed(last.address + HEADER + last.length, [END, 0]),
  ]
}

/** The address of a place in this device's chain; null for a model it has not. */
export function chainAddress(
  place: Extract<Place, { readonly models: readonly number[] }>,
  model: SimulatedModel,
  quirks: SimulatedQuirks,
): number | null {
  const link = linksOf(model, quirks).find(({ id }) => place.models.includes(id))
  return link === undefined ? null : link.address + place.offset
}

/** What a scale factor says: tenths of volts, hundredths of amperes and hertz, tenths of a percent, whole others. */
export function factorOf({ unit }: Pick<SimulatedPoint, 'unit'>): number {
  const factors: Readonly<Record<string, number>> = { V: -1, A: -2, Hz: -2, '': -1 }
  return factors[unit] ?? 0
}

function linksOf(model: SimulatedModel, quirks: SimulatedQuirks): readonly Link[] {
  const own = model.points.map(({ item }) => placeOf(item)).find(place => 'models' in place)
  if (own === undefined) return []
  // Single phase, split, wye, delta.
  const id = own.models[model.nameplate.phases === 3 ? 2 : 0] ?? own.models[0] ?? 0
  const inverter = quirks['sunspec-chain'] === 'inverter-first' ? [[INVERTER, INVERTER_LENGTH] as const] : []
  let address = Number(quirks['sunspec-base'] ?? 40_000) + MARK.length
  return [[COMMON, COMMON_LENGTH] as const, ...inverter, [id, lengthOf(id)] as const].map(
    ([each, length]) => {
      const link = { id: each, length, address }
      address += HEADER + length
      return link
    },
  )
}

/** What the profile has no point for is marked as not implemented; the common model tells of the device. */
function background({ id, length }: Link, { vendor, models, profile }: SimulatedModel): readonly number[] {
  if (id === COMMON) {
    const text = (registers: number, words: string) => textRegisters(formatOf(`ascii ${registers}`), words)
    return [
      ...text(16, vendor ?? 'meterd'),
      ...text(16, models?.[0] ?? profile),
      ...text(8, ''),
      ...text(8, 'simulated'),
      ...text(16, profile),
      1,
      NOT_IMPLEMENTED,
    ]
  }
  return Array.from({ length }, (_, at) => (id < 210 ? NOT_IMPLEMENTED : (NAN[at % 2] ?? 0)))
}

/** Offset and contents of each scale factor the points name. */
function factorsOf({ points }: SimulatedModel): readonly (readonly [offset: number, factor: number])[] {
  const factors = new Map<number, number>()
  for (const point of points) {
    const { factorAt } = formatOf(point.encoding)
    if (factorAt !== null && !factors.has(factorAt)) factors.set(factorAt, factorOf(point))
  }
  return [...factors]
}
