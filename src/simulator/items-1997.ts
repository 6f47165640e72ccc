/** What a DL/T 645-1997 meter holds: two-byte data identifiers and the bytes that answer them. */

import { dateBytes, timeBytes } from './civil-bytes.ts'
import { bcd } from './frame-645.ts'
import type { Meter } from './meter.ts'
import { settlement } from './meter-clock.ts'
import { type EnergyKind, registersOf } from './registers.ts'
import { TARIFF_HOURS, TARIFFS } from './shapes.ts'
import { total } from './truth.ts'

/** The data of an item, without its identifier; null where the meter holds none. */
export function answer1997(di1: number, di0: number, meter: Meter, now: number): readonly number[] | null {
  const block = (di0 & 0x0f) === BLOCK
  const data = di1 >> 4 === 9 ? energyItem(di1, di0, meter, now) : otherItem(di1, di0, meter, now)
  if (data === null) return null
  return block && meter.nature.endsBlocks ? [...data, BLOCK_END] : data
}

const BLOCK = 0x0f
const BLOCK_END = 0xaa
const ENERGY_SCALER = -2
const ENERGY_BYTES = 4

/** High nibble of DI0; the quadrants really count 1, 4, 2, 3. */
const ACTIVE: ReadonlyMap<number, EnergyKind> = new Map([
  [1, 'forward-active'],
  [2, 'reverse-active'],
])
const REACTIVE: ReadonlyMap<number, EnergyKind> = new Map([
  [1, 'combined-reactive-1'],
  [2, 'combined-reactive-2'],
  [3, 'quadrant-1'],
  [4, 'quadrant-4'],
  [5, 'quadrant-2'],
  [6, 'quadrant-3'],
])

/** DI1 = 1001 mm rr: mm how many months back (0 to 2), rr 00 active, 01 reactive. */
function energyItem(di1: number, di0: number, meter: Meter, now: number): readonly number[] | null {
  const months = (di1 >> 2) & 3
  const kinds = [ACTIVE, REACTIVE][di1 & 3]
  const kind = kinds?.get(di0 >> 4)
  const tariff = di0 & 0x0f
  if (kind === undefined || months > 2 || (tariff > TARIFFS && tariff !== BLOCK)) return null
  const at = months === 0 ? now : meter.clock.instantOf(settlement(meter.clock, now, months))
  const registers = registersOf(kind, meter.energyAt(at), meter.nature.permille, ENERGY_SCALER)
  const asked = tariff === BLOCK ? registers : registers.slice(tariff, tariff + 1)
  return asked.flatMap(digits => bcd(digits, ENERGY_BYTES))
}

function otherItem(di1: number, di0: number, meter: Meter, now: number): readonly number[] | null {
  const key = hex(di1) + hex(di0)
  const group = GROUPS.get(key.slice(0, 3))
  if (group === undefined) return SINGLES.get(key)?.(meter, now) ?? null
  const values = group(meter, now)
  if ((di0 & 0x0f) === BLOCK) return values.flatMap(value => value ?? [])
  return values[di0 & 0x0f] ?? null
}

type Answer = (meter: Meter, now: number) => readonly number[]
/** Values by the low nibble of DI0; undefined where that place is not used. */
type Group = (meter: Meter, now: number) => readonly (readonly number[] | undefined)[]

/** The standard knows no sign here: the direction of power is in the status word. */
const withTotal = (values: readonly number[]) => [total(values), ...values]
const cut = (values: readonly number[], by: number, bytes: number) =>
  values.map(value => bcd(Math.trunc(Math.abs(value) / by), bytes))

const GROUPS: ReadonlyMap<string, Group> = new Map<string, Group>([
  ['B61', (m, now) => phases(m, cut(m.flowAt(now).decivolts, 10, 2))],
  ['B62', (m, now) => phases(m, cut(m.flowAt(now).milliamperes, 10, 2))],
  ['B63', (m, now) => cut(withTotal(m.flowAt(now).centiwatts), 10, 3)],
  ['B64', (m, now) => cut(withTotal(m.flowAt(now).centivars), 1000, 2)],
  [
    'B65',
    (m, now) =>
      cut(
        withTotal(m.flowAt(now).centiwatts).map(watts => factor(watts, m)),
        1,
        2,
      ),
  ],
  ['B31', () => zeros(4, 2)],
  ['B32', () => zeros(4, 3)],
  ['B33', () => zeros(4, 4)],
  ['B34', () => zeros(4, 4)],
  ['C01', (m, now) => [dateBytes(m.clock.shownAt(now)), timeBytes(m.clock.shownAt(now))]],
  ['C33', () => [undefined, ...TARIFF_HOURS.map(([hour, tariff]) => bcd(hour * 10_000 + tariff, 3))]],
])

const SINGLES: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['B210', () => bcd(0, 4)],
  ['B211', () => bcd(0, 4)],
  ['B212', () => bcd(0, 2)],
  ['B213', () => bcd(0, 2)],
  ['B214', () => bcd(0, 3)],
  ['C020', (m, now) => [runStatus(m, now)]],
  ['C021', () => [0]],
  ['C022', () => [0x7f]],
  ['C030', () => bcd(1600, 3)],
  ['C031', () => bcd(1600, 3)],
  ['C032', m => bcd(Number(m.address), 6)],
  ['C033', m => bcd(Number(m.address), 6)],
  ['C034', m => bcd(Number(m.address), 6)],
  ['C111', () => bcd(15, 1)],
  ['C112', () => bcd(1, 1)],
  ['C115', () => bcd(2, 1)],
  ['C116', () => bcd(4, 1)],
  ['C117', () => bcd(100, 2)],
  ['C310', () => bcd(1, 1)],
  ['C311', () => bcd(1, 1)],
  ['C312', () => bcd(TARIFF_HOURS.length, 1)],
  ['C313', () => bcd(TARIFFS, 1)],
  ['C314', () => bcd(0, 1)],
  ['C321', () => bcd(10_101, 3)],
])

/** A three-phase item's places 1 to 3; a single-phase meter holds the first. */
function phases(meter: Meter, values: readonly number[][]): readonly (readonly number[] | undefined)[] {
  return [undefined, ...values.slice(0, meter.phases)]
}

function factor(centiwatts: number, meter: Meter): number {
  return centiwatts === 0 ? 1000 : meter.nature.permille
}

/** Bits 4 and 5: direction of active and reactive power. */
function runStatus(meter: Meter, now: number): number {
  return total(meter.flowAt(now).centiwatts) < 0 ? 0b110000 : 0
}

function zeros(count: number, bytes: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, () => bcd(0, bytes))
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase()
}
