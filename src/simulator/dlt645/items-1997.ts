/** What a DL/T 645-1997 meter holds: two-byte data identifiers and the bytes that answer them. */

import { total } from '../truth.ts'
import { dateBytes, timeBytes, yearlyBytes } from './civil-bytes.ts'
import { demandsBetween, demandsOf } from './demands.ts'
import { type Device, marksBlocks } from './device.ts'
import { ENERGY, energyBytes } from './energies.ts'
import type { EventClass } from './event-log.ts'
import { bcd } from './frame.ts'
import { settlement } from './moments.ts'
import { PARAMETERS_1997, parameterOf1997, TABLES, tableBlock } from './parameters-1997.ts'

/** The data of an item, without its identifier; null where the meter holds none. */
export function answer1997(di1: number, di0: number, device: Device, now: number): readonly number[] | null {
  const isBlock = isBlock1997(di0)
  if (isBlock && device.quirks.blocks !== 'served') return null
  const data = REGISTERS.get(di1 & 0xf0)?.(di1, di0, device, now) ?? otherItem(di1, di0, device, now)
  if (data === null) return null
  return isBlock && marksBlocks(device) ? [...data, BLOCK_END] : data
}

export function isBlock1997(di0: number): boolean {
  return (di0 & 0x0f) === BLOCK
}

/** Records of programming and of clearing demands, as 1997 counts them. */
export const PROGRAMMED: EventClass = 'B210'
export const DEMANDS_CLEARED: EventClass = 'B211'

const BLOCK = 0x0f
const BLOCK_END = 0xaa

/** High nibble of DI0; the quadrants really count 1, 4, 2, 3. */
const ACTIVE: ReadonlyMap<number, number> = new Map([
  [1, ENERGY.forward],
  [2, ENERGY.reverse],
])
const REACTIVE: ReadonlyMap<number, number> = new Map([
  [1, ENERGY.combinedReactive1],
  [2, ENERGY.combinedReactive2],
  [3, ENERGY.quadrant1],
  [4, ENERGY.quadrant4],
  [5, 0x06],
  [6, 0x07],
])

type Register = (kind: number, device: Device, months: number, now: number) => readonly (readonly number[])[]
type Answer = (device: Device, now: number) => readonly number[]

/** Energies, maximum demands and their times: DI1 = xxxx mm rr, mm months back (0 to 2), rr 00 active, 01 reactive. */
const register =
  (of: Register) =>
  (di1: number, di0: number, device: Device, now: number): readonly number[] | null => {
    const months = (di1 >> 2) & 3
    const kind = [ACTIVE, REACTIVE][di1 & 3]?.get(di0 >> 4)
    const tariff = di0 & 0x0f
    if (kind === undefined || months > 2) return null
    const all = of(kind, device, months, now)
    return tariff === BLOCK ? all.flat() : (all[tariff] ?? null)
  }

const REGISTERS: ReadonlyMap<number, ReturnType<typeof register>> = new Map([
  [0x90, register((kind, device, months, now) => energyBytes(kind, device, closed(months, device, now)))],
  [0xa0, register((...asked) => demands(...asked).map(({ digits }) => bcd(digits, 3)))],
  [
    0xb0,
    register((...asked) => demands(...asked).map(({ at }) => (at === null ? bcd(0, 4) : yearlyBytes(at)))),
  ],
])

/** The instant to which registers of this month or one before count. */
function closed(months: number, device: Device, now: number): number {
  if (months === 0) return now
  const { clock } = device.meter
  return clock.instantOf(settlement(device, now, months, [parameterOf1997('C117', device)]))
}

function demands(kind: number, device: Device, months: number, now: number) {
  const from = closed(months + 1, device, now)
  const peaks = demandsBetween(device, from, closed(months, device, now))
  return demandsOf(kind, 0, peaks, device)
}

function otherItem(di1: number, di0: number, device: Device, now: number): readonly number[] | null {
  const key = hex(di1) + hex(di0)
  const prefix = key.slice(0, 3)
  const isBlock = (di0 & 0x0f) === BLOCK
  if (isBlock && TABLES.has(prefix)) return tableBlock(prefix, device)
  if (PARAMETERS_1997.has(key)) return parameterOf1997(key, device)
  const group = GROUPS.get(prefix)
  if (group === undefined) return SINGLES.get(key)?.(device, now) ?? null
  const values = group(device, now)
  if (isBlock) return values.flatMap(value => value ?? [])
  return values[di0 & 0x0f] ?? null
}

/** Values by the low nibble of DI0; undefined where that place is not used. */
type Group = (device: Device, now: number) => readonly (readonly number[] | undefined)[]

/** The standard knows no sign here: the direction of power is in the status word. */
const withTotal = (values: readonly number[]) => [total(values), ...values]
const cut = (values: readonly number[], by: number, bytes: number) =>
  values.map(value => bcd(Math.trunc(Math.abs(value) / by), bytes))

const GROUPS: ReadonlyMap<string, Group> = new Map<string, Group>([
  ['B61', (d, now) => phases(d, cut(d.meter.flowAt(now).decivolts, 10, 2))],
  ['B62', (d, now) => phases(d, cut(d.meter.flowAt(now).milliamperes, 10, 2))],
  ['B63', ({ meter }, now) => cut(withTotal(meter.flowAt(now).centiwatts), 10, 3)],
  ['B64', ({ meter }, now) => cut(withTotal(meter.flowAt(now).centivars), 1000, 2)],
  [
    'B65',
    ({ meter }, now) =>
      withTotal(meter.flowAt(now).centiwatts).map(watts =>
        bcd(watts === 0 ? 1000 : meter.nature.permille, 2),
      ),
  ],
  ['B31', () => zeros(4, 2)],
  ['B32', () => zeros(4, 3)],
  ['B33', () => zeros(4, 4)],
  ['B34', () => zeros(4, 4)],
  ['C01', ({ meter }, now) => [dateBytes(meter.clock.shownAt(now)), timeBytes(meter.clock.shownAt(now))]],
])

const SINGLES: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['B210', device => lastTime(PROGRAMMED, device)],
  ['B211', device => lastTime(DEMANDS_CLEARED, device)],
  ['B212', ({ events }) => bcd(events.count(PROGRAMMED), 2)],
  ['B213', ({ events }) => bcd(events.count(DEMANDS_CLEARED), 2)],
  ['B214', () => bcd(0, 3)],
  ['C020', (device, now) => [runStatus(device, now)]],
  ['C021', () => [0]],
])

function lastTime(kind: EventClass, { events, meter }: Device): readonly number[] {
  const [last] = events.latest(kind)
  return last === undefined ? bcd(0, 4) : yearlyBytes(meter.clock.shownAt(last.at))
}

/** A three-phase item's places 1 to 3; a single-phase meter holds the first. */
function phases({ meter }: Device, values: readonly number[][]): readonly (readonly number[] | undefined)[] {
  return [undefined, ...values.slice(0, meter.phases)]
}

/** Bits 4 and 5: direction of active and reactive power. */
function runStatus({ meter }: Device, now: number): number {
  return total(meter.flowAt(now).centiwatts) < 0 ? 0b110000 : 0
}

function zeros(count: number, bytes: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, () => bcd(0, bytes))
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase()
}
