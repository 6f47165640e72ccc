/** What a DL/T 645-2007 meter holds: data identifiers (Annex A) and the bytes that answer them. */

import { stampBytes } from './civil-bytes.ts'
import { bcd, signedBcd } from './frame-645.ts'
import type { Meter } from './meter.ts'
import { fullHour, midnight, settlement } from './meter-clock.ts'
import { answerParameter } from './parameters-2007.ts'
import { type EnergyKind, registersOf } from './registers.ts'
import { TARIFFS } from './shapes.ts'
import { total } from './truth.ts'

/** The data of an item, without its identifier; null where the meter holds none. */
export function answer2007(item: DataIdentifier, meter: Meter, now: number): readonly number[] | null {
  switch (item.di3) {
    case 0x00:
      return energyItem(item, meter, now)
    case 0x02:
      return instantItem(item, meter, now)
    case 0x04:
      return answerParameter(keyOf(item), meter, now)
    case 0x05:
      return freezeItem(item, meter, now)
    default:
      return answerParameter(keyOf(item), meter, now)
  }
}

export interface DataIdentifier {
  readonly di3: number
  readonly di2: number
  readonly di1: number
  readonly di0: number
}

/** From DI0 DI1 DI2 DI3, as on the wire. */
export function dataIdentifier(wire: Uint8Array): DataIdentifier {
  const [di0 = 0, di1 = 0, di2 = 0, di3 = 0] = wire
  return { di3, di2, di1, di0 }
}

type Answer = (meter: Meter, now: number) => readonly number[] | null

const ALL = 0xff
/** Energies are XXXXXX.XX. */
const ENERGY_SCALER = -2
const ENERGY_BYTES = 4
const SETTLEMENTS = 12
/** Depths of the later smart-meter rules. */
const DAILY_FREEZES = 62
const HOURLY_FREEZES = 254
const ADVERTISED_TARIFFS = Array.from({ length: TARIFFS + 1 }, (_, tariff) => tariff)

/** Annex A.1, by DI2. */
const ENERGY_KINDS: ReadonlyMap<number, EnergyKind> = new Map([
  [0x00, 'combined-active'],
  [0x01, 'forward-active'],
  [0x02, 'reverse-active'],
  [0x03, 'combined-reactive-1'],
  [0x04, 'combined-reactive-2'],
  [0x05, 'quadrant-1'],
  [0x06, 'quadrant-2'],
  [0x07, 'quadrant-3'],
  [0x08, 'quadrant-4'],
  [0x09, 'forward-apparent'],
  [0x0a, 'reverse-apparent'],
])

function energyItem({ di2, di1, di0 }: DataIdentifier, meter: Meter, now: number) {
  const kind = ENERGY_KINDS.get(di2)
  const tariffs = di1 === ALL ? ADVERTISED_TARIFFS : di1 <= TARIFFS ? [di1] : null
  const months = di0 === ALL ? [...Array(SETTLEMENTS + 1).keys()] : di0 <= SETTLEMENTS ? [di0] : null
  if (kind === undefined || tariffs === null || months === null) return null
  return months.flatMap(nth => {
    const at = nth === 0 ? now : meter.clock.instantOf(settlement(meter.clock, now, nth))
    const registers = energies(kind, meter, at)
    return tariffs.flatMap(tariff => registers[tariff] ?? [])
  })
}

/** Total and tariffs, four bytes each. */
function energies(kind: EnergyKind, meter: Meter, at: number): readonly (readonly number[])[] {
  const digits = registersOf(kind, meter.energyAt(at), meter.nature.permille, ENERGY_SCALER)
  return digits.map(value => energyBytes(value))
}

function energyBytes(digits: number): readonly number[] {
  return bcd(digits, ENERGY_BYTES)
}

/** Annex A.3: which three values DI2 means, and how wide. Phases in order A, B, C. */
interface Instant {
  readonly bytes: number
  /** With the sum of the phases in front, at DI1 = 00. */
  readonly summed: boolean
  readonly signed: boolean
  of(meter: Meter, now: number): readonly number[]
}

/** Centiwatts to the 0.1 W of XX.XXXX kW. */
const deci = (values: readonly number[]) => values.map(value => Math.trunc(value / 10))
const power = (of: Instant['of']): Instant => ({
  bytes: 3,
  summed: true,
  signed: true,
  of: (meter, now) => {
    const phases = of(meter, now)
    return deci([total(phases), ...phases])
  },
})

const INSTANTS: ReadonlyMap<number, Instant> = new Map([
  [0x01, { bytes: 2, summed: false, signed: false, of: (m, now) => m.flowAt(now).decivolts }],
  [0x02, { bytes: 3, summed: false, signed: true, of: (m, now) => m.flowAt(now).milliamperes }],
  [0x03, power((m, now) => m.flowAt(now).centiwatts)],
  [0x04, power((m, now) => m.flowAt(now).centivars)],
  [0x05, power((m, now) => m.flowAt(now).centivoltamperes)],
  [0x06, { bytes: 2, summed: true, signed: true, of: powerFactors }],
  [0x07, { bytes: 2, summed: false, signed: false, of: phaseAngles }],
])

/** 0.001 each; the power's sign, and 1.000 where nothing flows. */
function powerFactors(meter: Meter, now: number): readonly number[] {
  const { centiwatts, permille } = meter.flowAt(now)
  return [total(centiwatts), ...centiwatts].map(watts => (watts === 0 ? 1000 : Math.sign(watts) * permille))
}

/** Between voltage and current of a phase, 0.1°. */
function phaseAngles(meter: Meter, now: number): readonly number[] {
  const { centiwatts, permille } = meter.flowAt(now)
  const angle = Math.round((Math.acos(permille / 1000) * 1800) / Math.PI)
  return centiwatts.map(watts => (watts < 0 ? 1800 + angle : watts > 0 ? angle : 0))
}

function instantItem(item: DataIdentifier, meter: Meter, now: number): readonly number[] | null {
  const instant = INSTANTS.get(item.di2)
  if (instant === undefined || item.di0 !== 0) return VARIABLES.get(keyOf(item))?.(meter, now) ?? null
  const first = instant.summed ? 0 : 1
  const phasesHeld = meter.phases
  const encode = instant.signed ? signedBcd : bcd
  const bytes = instant.of(meter, now).map((value, index) => {
    const phase = index + first
    return phase > phasesHeld ? Array<number>(instant.bytes).fill(0xff) : encode(value, instant.bytes)
  })
  if (item.di1 === ALL) return bytes.flat()
  const held = item.di1 >= first && item.di1 <= phasesHeld
  return held ? (bytes[item.di1 - first] ?? null) : null
}

/** Annex A.3, the rest: one value each. */
const VARIABLES: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['02800001', (m, now) => signedBcd(neutral(m.flowAt(now).milliamperes, m.phases), 3)],
  ['02800002', (m, now) => bcd(m.flowAt(now).centihertz, 2)],
  ['02800003', (m, now) => bcd(Math.trunc(Math.max(0, total(m.flowAt(now).centiwatts)) / 10), 3)],
  ['02800004', (m, now) => signedBcd(Math.trunc(total(m.flowAt(now).centiwatts) / 10), 3)],
  ['02800005', (m, now) => signedBcd(Math.trunc(total(m.flowAt(now).centivars) / 10), 3)],
  ['02800006', (m, now) => signedBcd(Math.trunc(total(m.flowAt(now).centivoltamperes) / 10), 3)],
  ['02800007', () => signedBcd(231, 2)],
  ['02800008', () => bcd(361, 2)],
  ['02800009', () => bcd(602, 2)],
  ['0280000A', () => bcd(0, 4)],
])

/** All of the current in a single-phase meter; the phases' unbalance in a three-phase one. */
function neutral(milliamperes: readonly number[], phases: 1 | 3): number {
  const [a = 0, b = 0, c = 0] = milliamperes
  if (phases === 1) return a
  return Math.round(Math.sqrt(Math.max(0, a * a + b * b + c * c - a * b - b * c - c * a)))
}

/** Annex A.6: DI2 the kind, DI1 the content, DI0 how many back. */
function freezeItem({ di2, di1, di0 }: DataIdentifier, meter: Meter, now: number): readonly number[] | null {
  const moment = frozenMoment(di2, di0, meter, now)
  if (moment === null) return null
  const { instant, civil } = moment
  if (di1 === 0x00) return stampBytes(civil)
  if (di1 === 0x10 && di2 !== HOURLY) return variablesAt(meter, instant)
  if (di1 === ALL && di2 !== HOURLY) return wholeFreeze(meter, instant, civil)
  const kind = FROZEN_KINDS[di1 - 1]
  if (kind === undefined || (di2 === HOURLY && di1 > 2)) return null
  const registers = energies(kind, meter, instant)
  return di2 === HOURLY ? (registers[0] ?? null) : registers.flat()
}

const IMMEDIATE = 0x01
const HOURLY = 0x04
const DAILY = 0x06

/** DI1 01 to 08. */
const FROZEN_KINDS: readonly EnergyKind[] = [
  'forward-active',
  'reverse-active',
  'combined-reactive-1',
  'combined-reactive-2',
  'quadrant-1',
  'quadrant-2',
  'quadrant-3',
  'quadrant-4',
]

function frozenMoment(kind: number, nth: number, meter: Meter, now: number) {
  const { clock } = meter
  if (nth < 1) return null
  if (kind === IMMEDIATE) {
    const instant = meter.frozenAt[nth - 1]
    return instant === undefined ? null : { instant, civil: clock.shownAt(instant) }
  }
  const civil =
    kind === DAILY && nth <= DAILY_FREEZES
      ? midnight(clock, now, nth)
      : kind === HOURLY && nth <= HOURLY_FREEZES
        ? fullHour(clock, now, nth)
        : null
  return civil === null ? null : { instant: clock.instantOf(civil), civil }
}

function variablesAt(meter: Meter, instant: number): readonly number[] {
  const { centiwatts, centivars } = meter.flowAt(instant)
  const four = (phases: readonly number[]) => deci([total(phases), ...phases])
  return [...four(centiwatts), ...four(centivars)].flatMap(value => signedBcd(value, 3))
}

/** Everything of one freeze, AAH after each item; demands are switched off in the mode word, so they are empty. */
function wholeFreeze(meter: Meter, instant: number, civil: number): readonly number[] {
  const items = [
    stampBytes(civil),
    ...FROZEN_KINDS.map(kind => energies(kind, meter, instant).flat()),
    [],
    [],
    variablesAt(meter, instant),
  ]
  return items.flatMap(item => [...item, 0xaa])
}

function keyOf({ di3, di2, di1, di0 }: DataIdentifier): string {
  return [di3, di2, di1, di0].map(byte => byte.toString(16).padStart(2, '0').toUpperCase()).join('')
}
