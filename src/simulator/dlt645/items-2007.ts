/** What a DL/T 645-2007 meter holds: data identifiers (Annex A) and the bytes that answer them. */

import { dateBytes, timeBytes } from './civil-bytes.ts'
import { demandItem } from './demands.ts'
import type { Device } from './device.ts'
import { energyItem } from './energies.ts'
import { eventItem, fieldItem, relayItem } from './events.ts'
import { freezeItem } from './freezes.ts'
import { instantItem } from './instants.ts'
import { PARAMETERS_2007, parameterOf } from './parameters-2007.ts'
import { prepaidItem, purchaseItem } from './prepaid.ts'
import { setItem } from './sets.ts'
import { STATUS_WORDS, statusBytes } from './status-words.ts'

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

/** Eight hex digits, DI3 first. */
export function keyOf({ di3, di2, di1, di0 }: DataIdentifier): string {
  return [di3, di2, di1, di0].map(byte => byte.toString(16).padStart(2, '0').toUpperCase()).join('')
}

/** The data of an item, without its identifier; null where the meter holds none. */
export function answer2007(item: DataIdentifier, device: Device, now: number): readonly number[] | null {
  const { di3, di2, di1, di0 } = item
  if (device.quirks.blocks !== 'served' && isBlock(item)) return null
  if (di2 === ALL && (di1 === ALL || di0 === ALL)) return null
  if (di2 === ALL) return setItem(di3, each => answer2007({ ...item, di2: each }, device, now))
  switch (di3) {
    case 0x00:
      return di2 === PREPAID ? prepaidItem(di1, di0, device, now) : energyItem(di2, di1, di0, device, now)
    case 0x01:
      return demandItem(di2, di1, di0, device, now)
    case 0x02:
      return instantItem(di2, di1, di0, device, now)
    case 0x03:
      return purchaseItem(di2, di1, di0, device, now) ?? eventItem(di2, di1, di0, device, now)
    case 0x04:
      return parameterItem(keyOf(item), device, now)
    case 0x05:
      return freezeItem(di2, di1, di0, device, now)
    case 0x13:
      return fieldItem(di2, di1, di0, device, now)
    case 0x1d:
    case 0x1e:
      return relayItem(di3, di2, di1, di0, device, now)
    default:
      return null
  }
}

const PREPAID = 0x90
/** Date with time, which older meters do not have. */
const WHOLE_CLOCK = '0400010C'
const ALL = 0xff

/** FF in DI2, DI1 or DI0 (6.2), but for parameters that have FF in their own names and relay records; and 0400010C. */
export function isBlock(item: DataIdentifier): boolean {
  const { di3, di2, di1, di0 } = item
  const key = keyOf(item)
  if (key === WHOLE_CLOCK) return true
  return di3 < 0x10 && (di2 === ALL || di1 === ALL || di0 === ALL) && !PARAMETERS_2007.has(key)
}

type Live = (device: Device, now: number) => readonly number[]

const shownAt: (of: (civil: number) => readonly number[]) => Live =
  of =>
  ({ meter }, now) =>
    of(meter.clock.shownAt(now))

const WORDS = Array.from({ length: STATUS_WORDS }, (_, index) => index + 1)

/** Parameters nobody writes as they are read: the clock, the address in use, the status words. */
const LIVE: ReadonlyMap<string, Live> = new Map<string, Live>([
  ['04000101', shownAt(dateBytes)],
  ['04000102', shownAt(timeBytes)],
  [WHOLE_CLOCK, shownAt(civil => [...timeBytes(civil), ...dateBytes(civil)])],
  ['04000401', ({ address }) => [...address]],
  ...WORDS.map((number): [string, Live] => [
    `0400050${number}`,
    (device, now) => statusBytes(number, device, now),
  ]),
  ['04000508', () => [0, 0, 0, 0]],
  ['040005FF', (device, now) => WORDS.flatMap(number => statusBytes(number, device, now))],
])

function parameterItem(item: string, device: Device, now: number): readonly number[] | null {
  const live = LIVE.get(item)
  if (live !== undefined) return live(device, now)
  const parameter = PARAMETERS_2007.get(item)
  return parameter === undefined || parameter.access === 'W' ? null : parameterOf(item, device)
}
