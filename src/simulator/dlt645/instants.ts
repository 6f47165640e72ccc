/** What flows in a DL/T 645-2007 meter at the moment it is asked (Annex A.3). */

import { DAY, SECOND } from '../../core/time.ts'
import type { Meter } from '../meter.ts'
import { QUARTER_SECONDS, tariffOfQuarter } from '../shapes.ts'
import { type Flow, total } from '../truth.ts'
import type { Device } from './device.ts'
import { bcd, signedBcd } from './frame.ts'
import { parameterOf } from './parameters-2007.ts'

const ALL = 0xff

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
  // Between AB, BC, CA, of one maker (020C); of a three-phase meter only.
  [0x0c, { bytes: 2, summed: false, signed: false, of: lineVoltages }],
  // Distortion of voltage and current.
  [0x08, { bytes: 2, summed: false, signed: false, of: () => [0, 0, 0] }],
  [0x09, { bytes: 2, summed: false, signed: false, of: () => [0, 0, 0] }],
])

/** 0.001 each; the power's sign, and 1.000 where nothing flows. */
function powerFactors(meter: Meter, now: number): readonly number[] {
  const { centiwatts, permille } = meter.flowAt(now)
  return [total(centiwatts), ...centiwatts].map(watts => (watts === 0 ? 1000 : Math.sign(watts) * permille))
}

/** Of phases 120° apart. */
function lineVoltages(meter: Meter, now: number): readonly number[] {
  const { decivolts } = meter.flowAt(now)
  return decivolts.map((one, phase) => {
    const other = decivolts[(phase + 1) % decivolts.length] ?? one
    return Math.round(Math.sqrt(one * one + one * other + other * other))
  })
}

/** Between voltage and current of a phase, 0.1°. */
function phaseAngles(meter: Meter, now: number): readonly number[] {
  const { centiwatts, permille } = meter.flowAt(now)
  const angle = Math.round((Math.acos(permille / 1000) * 1800) / Math.PI)
  return centiwatts.map(watts => (watts < 0 ? 1800 + angle : watts > 0 ? angle : 0))
}

/** Encoded values of a quantity, the sum first where there is one; FF for a phase the meter has not. */
export function instantBytes(di2: number, meter: Meter, instant: number): readonly (readonly number[])[] {
  const quantity = INSTANTS.get(di2)
  if (quantity === undefined) return []
  const encode = quantity.signed ? signedBcd : bcd
  const first = quantity.summed ? 0 : 1
  return quantity
    .of(meter, instant)
    .map((value, index) =>
      index + first > meter.phases ? Array<number>(quantity.bytes).fill(0xff) : encode(value, quantity.bytes),
    )
}

/** DI3 = 02. */
export function instantItem(
  di2: number,
  di1: number,
  di0: number,
  device: Device,
  now: number,
): readonly number[] | null {
  const { meter } = device
  const quantity = INSTANTS.get(di2)
  if (di2 === SINGLE_VALUES && di1 === 0) return VALUES.get(di0)?.(device, now) ?? null
  if (di2 === VOLTAGE_HARMONICS || di2 === CURRENT_HARMONICS) return harmonicItem(di1, di0, meter)
  if (quantity === undefined || di0 !== 0 || (di2 === LINE_VOLTAGES && meter.phases === 1)) return null
  const bytes = instantBytes(di2, meter, now)
  const first = quantity.summed ? 0 : 1
  if (di1 === ALL) return bytes.flat()
  const isHeld = di1 >= first && di1 <= meter.phases
  return isHeld ? (bytes[di1 - first] ?? null) : null
}

const LINE_VOLTAGES = 0x0c
const VOLTAGE_HARMONICS = 0x0a
const CURRENT_HARMONICS = 0x0b
const HARMONICS = 21

/** Contents of harmonics 1 to 21 of a phase: the loads here are sines. */
function harmonicItem(di1: number, di0: number, { phases }: Meter): readonly number[] | null {
  if (di1 < 1 || di1 > phases) return null
  if (di0 === ALL) return bcd(0, 2 * HARMONICS)
  return di0 >= 1 && di0 <= HARMONICS ? bcd(0, 2) : null
}

const SINGLE_VALUES = 0x80

type Value = (device: Device, now: number) => readonly number[]
const flowing = (of: (flow: Flow, meter: Meter) => readonly number[]): Value => {
  return ({ meter }, now) => of(meter.flowAt(now), meter)
}

/** 028000xx: one value each. */
const VALUES: ReadonlyMap<number, Value> = new Map<number, Value>([
  [0x01, flowing((flow, { phases }) => signedBcd(neutral(flow.milliamperes, phases), 3))],
  [0x02, flowing(({ centihertz }) => bcd(centihertz, 2))],
  [0x03, flowing(({ centiwatts }) => bcd(Math.trunc(Math.max(0, total(centiwatts)) / 10), 3))],
  [0x04, flowing(({ centiwatts }) => signedBcd(Math.trunc(total(centiwatts) / 10), 3))],
  [0x05, flowing(({ centivars }) => signedBcd(Math.trunc(total(centivars) / 10), 3))],
  [0x06, flowing(({ centivoltamperes }) => signedBcd(Math.trunc(total(centivoltamperes) / 10), 3))],
  [0x07, () => signedBcd(231, 2)],
  [0x08, () => bcd(361, 2)],
  [0x09, () => bcd(602, 2)],
  [0x0a, () => bcd(0, 4)],
  [0x0b, () => bcd(0, 4)],
  [0x20, presentPrice],
  [0x21, presentPrice],
])

/** Of the tariff that counts at this time of the site's day. */
function presentPrice(device: Device, now: number): readonly number[] {
  const quarter = Math.floor((device.meter.clock.shownAt(now) % DAY) / (QUARTER_SECONDS * SECOND))
  return parameterOf(`0405010${tariffOfQuarter(quarter) + 1}`, device)
}

/** All of the current in a single-phase meter; the phases' unbalance in a three-phase one. */
function neutral(milliamperes: readonly number[], phases: 1 | 3): number {
  const [a = 0, b = 0, c = 0] = milliamperes
  if (phases === 1) return a
  return Math.round(Math.sqrt(Math.max(0, a * a + b * b + c * c - a * b - b * c - c * a)))
}
