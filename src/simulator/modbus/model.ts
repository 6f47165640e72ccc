/** The register map of a simulated Modbus meter, built from its profile: what stands where, and what may be read. */

import type { SimulatedModel, SimulatedPoint, SimulatedQuirks } from '../../core/simulated.ts'
import type { Meter } from '../meter.ts'
import { type Measured, type Sight, sight } from '../quantities.ts'
import { EACH_TARIFF, type TariffGroups } from '../registers.ts'
import { registersOf, textRegisters } from './registers-of.ts'
import { SERVED, type Served } from './served.ts'
import { chainAddress, chainOf, factorOf } from './sunspec.ts'
import { type Format, formatOf, placeOf } from './words.ts'

/** A value in its registers, or its coil. */
export interface Stood {
  /** The function that reads it. */
  readonly code: number
  readonly address: number
  readonly registers: number
  contents(seen: Seen): readonly number[]
}

/** All that a reply is made of. */
export interface Seen {
  readonly meter: Meter
  readonly sight: Sight
  readonly now: number
}

export interface ModbusModel {
  readonly name: string
  readonly phases: 1 | 3
  readonly tariffs: TariffGroups
  readonly functions: ReadonlySet<number>
  /** Most registers in one request. */
  readonly longest: number
  /** Most requests under way at once on one connection, where they are numbered. */
  readonly inFlight: number
  readonly wholeValues: boolean
  readonly evenPairs: boolean
  /** By address. */
  values(code: number): readonly Stood[]
  /** Only readable by themselves, where other values may stand for those who read more. */
  alone(code: number): readonly Stood[]
  /** What may be read of a function: from and to (exclusive). Registers in it that hold no value read 0. */
  ranges(code: number): readonly Range[]
  see(meter: Meter, now: number): Seen
  /** What a point's registers come from, in its own unit; null where the meter has no value. */
  measure(point: SimulatedPoint, seen: Seen): Measured | null
  readonly relay: NonNullable<SimulatedModel['traits']['relay']> | null
  readonly identification: readonly string[]
}

export type Range = readonly [from: number, to: number]

const MOST_REGISTERS = 125
const NOTHING_KNOWN: Served = { ranges: [], sameFunctions: false }

export function buildModel(model: SimulatedModel, quirks: SimulatedQuirks = {}): ModbusModel {
  const { traits, nameplate } = model
  const served = SERVED.get(model.profile) ?? NOTHING_KNOWN
  const tariffs = tariffsOf(model.points)
  const measure = (point: SimulatedPoint, seen: Seen) => measured(point, seen.sight, model, quirks)
  const own = [
    ...model.points.map(point => pointStood(point, model, quirks, measure)),
    ...aboutItself(model, quirks),
  ]
  const spaceOf = (code: number) => (served.sameFunctions && code === 4 ? 3 : code)
  const all = [...chainOf(model, quirks), ...own.flat()].sort((a, b) => a.address - b.address)
  const lonely = new Set((traits.alone ?? []).map(keyOf))
  const isAlone = ({ code, address }: Stood) => lonely.has(`${code}:${address}`)
  // Whoever has one kind of registers knows the other function too, and refuses its addresses.
  const codes = new Set([...all.map(({ code }) => code), 3, 4])
  const hole = traits.wholeValues ? 0 : (traits.maxHole ?? 0)
  const spaces = new Map(
    [...codes].map(code => {
      const standing = all.filter(value => spaceOf(value.code) === code)
      const values = standing.filter(value => !isAlone(value))
      return [
        code,
        { values, alone: standing.filter(isAlone), ranges: rangesOf(values, hole, served.ranges) },
      ]
    }),
  )
  return {
    name: model.profile,
    phases: nameplate.phases,
    tariffs,
    functions: codes,
    longest: Math.min(traits.maxRegisters ?? MOST_REGISTERS, MOST_REGISTERS),
    wholeValues: traits.wholeValues ?? false,
    inFlight: traits.inFlight ?? 1,
    evenPairs: traits.evenPairs ?? false,
    values: code => spaces.get(spaceOf(code))?.values ?? [],
    alone: code => spaces.get(spaceOf(code))?.alone ?? [],
    ranges: code => spaces.get(spaceOf(code))?.ranges ?? [],
    see: (meter, now) => ({ meter, now, sight: sight(meter, now, tariffs) }),
    measure,
    relay: traits.relay ?? null,
    identification: [model.vendor ?? 'meterd', model.models?.[0] ?? model.profile, 'simulated'],
  }
}

function keyOf(item: string): string {
  const place = placeOf(item)
  return 'code' in place ? `${place.code}:${place.address}` : item
}

function pointStood(
  point: SimulatedPoint,
  model: SimulatedModel,
  quirks: SimulatedQuirks,
  measure: ModbusModel['measure'],
): readonly Stood[] {
  const format = formatOf(point.encoding)
  const kept = {
    unitPower: 0,
    factor: format.factorAt === null ? 0 : factorOf(point),
    rolls: /\.8\.\d+$/.test(point.obis),
    capacity: point.capacity === undefined ? null : decimal(point.capacity),
  }
  return at(point, format, model, quirks, seen => registersOf(format, measure(point, seen), kept))
}

/** A place of fixed contents, or of contents that follow the meter. */
function at(
  { item }: SimulatedPoint,
  { registers }: Format,
  model: SimulatedModel,
  quirks: SimulatedQuirks,
  contents: Stood['contents'],
): readonly Stood[] {
  const place = placeOf(item)
  if ('code' in place) return [{ ...place, registers, contents }]
  const address = chainAddress(place, model, quirks)
  return address === null ? [] : [{ code: 3, address, registers, contents }]
}

/** Ident, serial number, ratios, prepaid credit and the relay's state. */
function aboutItself(model: SimulatedModel, quirks: SimulatedQuirks): readonly (readonly Stood[])[] {
  const { ident, serialNumber, ratios, prepaid, traits } = model
  const put = (point: SimulatedPoint | undefined, textOf: (seen: Seen, format: Format) => string) => {
    if (point === undefined) return []
    const format = formatOf(point.encoding)
    return at(point, format, model, quirks, seen => written(format, textOf(seen, format)))
  }
  const { relay } = traits
  return [
    put(ident?.point, () => identOf(model)),
    put(serialNumber, ({ meter }, format) => serialOf(meter, format)),
    put(ratios?.current, () => quirks['current-ratio'] ?? '1'),
    put(ratios?.voltage, () => '1'),
    ...Object.values(prepaid ?? {}).map(point =>
      put(point, ({ meter }) => `${100 + (meter.nature.lot % 900)}.00`),
    ),
    put(relay?.state.point, ({ meter, now }) => relayText(relay, meter, quirks, now)),
  ]
}

/** A three-phase meter goes by the second of the names its maker gives a family from one phase up. */
function identOf({ ident, models, profile, nameplate }: SimulatedModel): string {
  const names = ident?.is ?? []
  return names[Math.min(nameplate.phases === 3 ? 1 : 0, names.length - 1)] ?? models?.[0] ?? profile
}

function serialOf({ nature }: Meter, { kind, registers }: Format): string {
  const room = kind === 'bcd' || kind === 'mod10k' ? 10 ** (4 * registers) : 2 ** (16 * registers - 1)
  return String(10_000 + (nature.lot % Math.min(room - 10_000, 90_000_000)))
}

function relayText(
  relay: SimulatedModel['traits']['relay'],
  meter: Meter,
  quirks: SimulatedQuirks,
  now: number,
): string {
  const lies = quirks['relay-lies']
  const open =
    lies === 'mirrors-command'
      ? meter.relay.commandedOpen
      : meter.relay.isOpenAt(now) && lies !== 'status-stays'
  return (open ? relay?.state.open : relay?.state.closed) ?? '0'
}

/** Text as text, and numbers as the format keeps them; an ident that is no number is the first a format can hold. */
function written(format: Format, text: string): readonly number[] {
  if (format.kind === 'text') return textRegisters(format, text)
  const value = /^-?\d+(\.\d+)?$/.test(text) ? decimal(text) : { digits: 1, scaler: 0 }
  return registersOf(format, value, { unitPower: 0, factor: 0, rolls: false, capacity: null })
}

function decimal(text: string): Measured {
  const [whole = '', decimals = ''] = text.split('.')
  return { digits: Number(whole + decimals), scaler: -decimals.length }
}

/** In the point's own unit, on the side of the transformers the points are of. */
function measured(
  { obis, name, unit }: SimulatedPoint,
  seen: Sight,
  { sign, ratios }: SimulatedModel,
  quirks: SimulatedQuirks,
): Measured | null {
  const found = seen.measure(sign === 'unsigned' ? bothWays(obis) : obis, name)
  if (found === null) return null
  const ratio = ratios?.side === 'secondary' ? Number(quirks['current-ratio'] ?? 1) : 1
  const isOfCurrent = /^k?(A|W|var|VA|Wh|varh|VAh)$/.test(unit)
  const digits = sign === 'unsigned' ? Math.abs(found.digits) : found.digits
  return {
    digits: isOfCurrent ? Math.trunc(digits / ratio) : digits,
    scaler: found.scaler - unitPower(unit, /\.8\.\d+$/.test(obis)),
  }
}

/** A meter that knows no direction counts both as one. */
function bothWays(obis: string): string {
  return obis.replace(/:1\.8\./, ':15.8.').replace(/:3\.8\./, ':130.8.')
}

/** The power of ten of a written unit in the unit measured. */
function unitPower(unit: string, isEnergy: boolean): number {
  if (unit === '%') return -2
  const [, prefix = ''] = /^([kMm])?(?:Wh|varh|VAh|W|var|VA|V|A)$/.exec(unit) ?? []
  const powers: Readonly<Record<string, number>> = { m: -3, '': 0, k: 3, M: 6 }
  return (powers[prefix] ?? 0) - (isEnergy ? 3 : 0)
}

/** As many as the profile has points for; what is left of the day's four belongs to the last. */
function tariffsOf(points: readonly SimulatedPoint[]): TariffGroups {
  const most = Math.max(0, ...points.map(({ obis }) => Number(/\.8\.(\d+)$/.exec(obis)?.[1] ?? 0)))
  // Day, and the valley hours.
  if (most === 2) return [[0, 1, 2], [3]]
  return most === 3 ? [[0], [1, 2], [3]] : EACH_TARIFF
}

/** Runs of values no further apart than may be read across, and what its maker is known to serve beside them. */
function rangesOf(values: readonly Stood[], hole: number, known: readonly Range[]): readonly Range[] {
  if (values.length === 0) return []
  const all = [...values.map(({ address, registers }): Range => [address, address + registers]), ...known]
  const ranges: [number, number][] = []
  for (const [from, to] of all.sort((a, b) => a[0] - b[0])) {
    const last = ranges.at(-1)
    if (last !== undefined && from - last[1] <= hole) last[1] = Math.max(last[1], to)
    else ranges.push([from, to])
  }
  return ranges
}
