/** The gateway's configuration of the town: what the archive says of each meter, right or wrong. */

import type { MeterConfig } from '../../src/config/config.ts'
import { gatherLibrary, type Library } from '../../src/config/library.ts'
import { CLOCK } from '../../src/core/obis.ts'
import { type MeterTime, MINUTE } from '../../src/core/time.ts'
import type { Point, Value } from '../../src/driver-api/driver.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import type { Row } from './fault.ts'
import { SCALER, type TownMeter } from './load.ts'
import type { Energies, Told } from './world.ts'

export const EVERY_MS = 15 * MINUTE
const ITEMS: Readonly<Record<keyof Energies, string>> = { forward: '0001', reverse: '0002', combined: '0000' }
const PLACES = ['00', '01', '02', '03', '04']
/** Where the ratio of the current transformers stands in meters that were told it. */
const RATIO_ITEM = '04000306'
const STATUS_ITEM = '04000503'
/** Bit 4 of status word 3: the relay is open. */
const RELAY_OPEN = 0x10
const OBIS_OF: Readonly<Record<keyof Energies, string>> = {
  forward: '1-0:1.8.',
  reverse: '1-0:2.8.',
  combined: '1-0:16.8.',
}
const KINDS = ['forward', 'reverse', 'combined'] as const

/** A point and where the town's answer has its value. */
export interface Asking {
  readonly point: Point
  /** Points of one block come in one frame. */
  readonly block: string
  readonly valueIn: (told: Told) => Value | null
  /** When it was reached, of a demand. */
  readonly occurredIn?: (told: Told) => MeterTime | null
}

export interface Archived {
  readonly meter: TownMeter
  readonly config: MeterConfig
  readonly poll: readonly Asking[]
  readonly freeze: readonly Asking[]
  readonly ratio: Asking | null
  readonly row: Row
}

export async function archivist(): Promise<(meter: TownMeter, row: Row) => Archived> {
  const library = await gatherLibrary({}, 'config', () => undefined, [])
  return (meter, row) => archived(library, meter, row)
}

function archived({ drivers, profiles }: Library, meter: TownMeter, row: Row): Archived {
  const driver645 = found(drivers.get('dlt645-2007'))
  const driver = found(drivers.get(meter.protocol))
  const shipped = found(profiles.get(`dlt645-2007-${meter.phases === 3 ? 'three' : 'single'}-phase`))
  const describe = (item: string) => found(driver645.describe(item, shipped.traits) ?? undefined)
  const freezes = meter.protocol === 'dlt645-2007'
  const poll = pollOf(meter, row, describe)
  const ratio = meter.tellsRatio ? ratioOf(describe(RATIO_ITEM)) : null
  const daily = found(shipped.daily)
  const freeze = daily.points.flatMap(point => frozenOf(point, row))
  const points = poll.map(one => one.point)
  const isBehind = meter.ratio > 1
  const profile = {
    ...shipped,
    points,
    daily: freezes ? { ...daily, points: freeze.map(one => one.point) } : undefined,
    ...(isBehind && {
      ratios: { side: 'secondary' as const, ...(ratio && { current: ratio.point }) },
    }),
  }
  const { daily: kept, ...without } = profile
  const config: MeterConfig = {
    id: meter.id,
    line: `area-${meter.area}`,
    address: meter.address,
    driver,
    profile: kept ? { ...without, daily: kept } : without,
    nameplate: { ...shipped.nameplate, volts: meter.volts, amperes: meter.amperes },
    polls: [{ everyMs: EVERY_MS, points }],
    daily: freezes,
    limits: USUAL_LIMITS[classOf(meter)],
    ...(meter.habit === 'prosumer' && { generation: 'solar' as const }),
    ...(isBehind && {
      ratios: { current: { digits: BigInt(row.ratio), scaler: 0 }, voltage: { digits: 1n, scaler: 0 } },
    }),
  }
  return { meter, config, poll, freeze: freezes ? freeze : [], ratio, row }
}

function classOf({ habit }: TownMeter) {
  return habit === 'industry'
    ? 'industry'
    : habit === 'shop' || habit === 'street-light'
      ? 'shop'
      : 'dwelling'
}

function pollOf(meter: TownMeter, row: Row, describe: (item: string) => Point): readonly Asking[] {
  const energies = KINDS.filter(kind => kind !== 'combined' || meter.hasCombined).flatMap(kind =>
    PLACES.map((place, at) => energyOf(describe(`${ITEMS[kind]}${place}00`), kind, at, row)),
  )
  const phases = Array.from({ length: meter.phases }, (_, phase) => phase)
  const instant = (item: string, scaler: number, pick: (told: NonNullable<Told['instants']>) => number) => ({
    point: describe(item),
    block: item.slice(0, 4),
    valueIn: ({ instants }: Told): Value | null => instants && { digits: BigInt(pick(instants)), scaler },
  })
  return [
    ...energies,
    ...phases.map(phase => instant(`02010${phase + 1}00`, -1, told => told.voltages[phase] ?? 0)),
    ...phases.map(phase => instant(`02020${phase + 1}00`, -3, told => told.currents[phase] ?? 0)),
    instant('02030000', -4, told => told.power),
    ...(meter.phases === 3
      ? phases.map(phase => instant(`02030${phase + 1}00`, -4, told => told.powers[phase] ?? 0))
      : []),
    instant('02060000', -3, told => told.factor),
    {
      ...instant('01010000', -4, told => told.demand),
      occurredIn: ({ instants }) => instants?.demandAt ?? null,
    },
    {
      point: describe('04000101+04000102'),
      block: CLOCK,
      valueIn: ({ clock }) => (clock === null ? null : { time: clock }),
    },
    {
      point: describe(STATUS_ITEM),
      block: STATUS_ITEM,
      valueIn: ({ instants }) =>
        instants && { bits: instants.relayOpen ? RELAY_OPEN : 0, width: 16 as const, set: [] },
    },
  ]
}

function energyOf(described: Point, kind: keyof Energies, place: number, row: Row): Asking {
  return {
    point: { ...described, ...(described.capacity && { capacity: widened(described.capacity, row) }) },
    block: kind,
    valueIn({ energies, refused }) {
      const digits = energies[kind]?.[place]
      return digits === undefined || refused.includes(kind)
        ? null
        : { digits: BigInt(digits) * BigInt(row.misplaced), scaler: SCALER }
    },
  }
}

/** Whoever believes a decimal too few believes a register of ten times the capacity. */
function widened(capacity: string, { misplaced }: Row): string {
  return misplaced === 1 ? capacity : (Number(capacity) * misplaced).toFixed(2)
}

function frozenOf(point: Point, row: Row): readonly Asking[] {
  const kind = KINDS.find(one => point.obis.startsWith(OBIS_OF[one]))
  return kind ? [energyOf(point, kind, Number(point.obis.at(-1)), row)] : []
}

function ratioOf(point: Point): Asking {
  return {
    point,
    block: RATIO_ITEM,
    valueIn: ({ plate }) =>
      plate?.ratio === undefined || plate.ratio === null ? null : { digits: BigInt(plate.ratio), scaler: 0 },
  }
}

function found<Item>(item: Item | undefined): Item {
  if (item === undefined)
    throw new Error('a driver, profile or item of the library is needed and is not there')
  return item
}

/** Which register of the town an OBIS code names; null where it is none of energy. */
export function registerOf(obis: string): { readonly kind: keyof Energies; readonly place: number } | null {
  const kind = KINDS.find(one => obis.startsWith(OBIS_OF[one]))
  return kind ? { kind, place: Number(obis.at(-1)) } : null
}
