/** Records a DL/T 645-2007 meter writes when a master changes or clears something (Annex A.4, 0330xxxx). */

import { momentBytes } from './civil-bytes.ts'
import { demandBytes, demandsOf, demandsUntil } from './demands.ts'
import type { Device } from './device.ts'
import { ENERGY, totalBytes } from './energies.ts'
import type { EventClass } from './event-log.ts'
import { DAY_TABLES, HOLIDAYS, parameterOf } from './parameters-2007.ts'

const IDENTIFIERS = 10

/** The programming itself, and for tables and settings with a record of their own what they were before. */
export function recordProgramming(
  item: string,
  operator: readonly number[],
  device: Device,
  now: number,
): void {
  const head = [...momentBytes(device.meter.clock.shownAt(now)), ...operator]
  const none = Array<number>(4 * (IDENTIFIERS - 1)).fill(0xff)
  device.events.add('033000', now, [...head, ...wire(item), ...none])
  const own = OWN_RECORDS.find(({ items }) => items.test(item))
  if (own !== undefined) {
    const before = own.holds.flatMap(each => parameterOf(each, device))
    device.events.add(own.kind, now, [...head, ...before])
  }
}

interface OwnRecord {
  readonly kind: EventClass
  /** What is written. */
  readonly items: RegExp
  /** What is kept of before. */
  readonly holds: readonly string[]
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, nth) => prefix + hex(nth + 1))

const OWN_RECORDS: readonly OwnRecord[] = [
  {
    kind: '033005',
    items: /^040[12]000[1-8]$/,
    holds: [...numbered('040100', DAY_TABLES), ...numbered('040200', DAY_TABLES)],
  },
  { kind: '033006', items: /^040[12]0000$/, holds: ['04010000', '04020000'] },
  { kind: '033007', items: /^04000801$/, holds: ['04000801'] },
  { kind: '033008', items: /^040300/, holds: numbered('040300', HOLIDAYS) },
  { kind: '033009', items: /^04000601$/, holds: ['04000601'] },
  { kind: '03300A', items: /^04000602$/, holds: ['04000602'] },
  { kind: '03300B', items: /^04000603$/, holds: ['04000603'] },
  { kind: '03300C', items: /^04000B0[123]$/, holds: ['04000B01', '04000B02', '04000B03'] },
]

/** Forward, reverse and the four quadrants: of the whole, then of each phase. */
const KINDS = [ENERGY.forward, ENERGY.reverse, ENERGY.quadrant1, 0x06, 0x07, ENERGY.quadrant4]
const PLACES = [0, 1, 2, 3].flatMap(phase => KINDS.map(kind => ({ kind, phase })))

/** The demands as they were, then forgotten. */
export function clearDemands(operator: readonly number[], device: Device, now: number): void {
  const all = demandsUntil(device, now)
  const before = PLACES.flatMap(({ kind, phase }) => {
    const [whole] = demandsOf(kind, phase, all, device)
    return demandBytes(whole ?? { digits: 0, at: null })
  })
  device.events.add('033002', now, [...head(operator, device, now), ...before])
  device.demandClearedAt = now
}

/** Energies, demands, freezes, load records and events; what remains is that it was done. */
export function clearMeter(operator: readonly number[], device: Device, now: number): void {
  const before = PLACES.flatMap(({ kind, phase }) => totalBytes(kind, device, now, phase))
  device.events.add('033001', now, [...head(operator, device, now), ...before])
  device.events.clear(null, now)
  device.demandClearedAt = now
  device.meter.clear(now)
}

/** All classes, or the one of DI1 DI2 DI3; `wire` is the identifier as it was sent. */
export function clearEvents(
  kind: EventClass | null,
  wire: readonly number[],
  operator: readonly number[],
  device: Device,
  now: number,
): void {
  device.events.clear(kind, now)
  device.events.add('033003', now, [...head(operator, device, now), ...wire])
}

function head(operator: readonly number[], { meter }: Device, now: number): readonly number[] {
  return [...momentBytes(meter.clock.shownAt(now)), ...operator]
}

/** DI0 DI1 DI2 DI3. */
function wire(item: string): readonly number[] {
  return [3, 2, 1, 0].map(at => Number.parseInt(item.slice(2 * at, 2 * at + 2), 16))
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase()
}
