/** Curves of one quantity, 0610xxxx of the later rules: points of a time and a value. */

import { DAY, MINUTE } from '../../core/time.ts'
import { stampBytes } from './civil-bytes.ts'
import type { Device } from './device.ts'
import { ENERGY, totalBytes } from './energies.ts'
import { instantBytes } from './instants.ts'
import { type LoadRequest, stepOf } from './load-records.ts'
import { keptInstant } from './moments.ts'

/** DI2 of the curves, where load records have their class. */
export const CURVES = 0x10

const KEPT_DAYS = 40
const ENERGIES = 0x06

/** By DI1: the quantity as DI2 of present values has it, and the class of load records that sets the interval. */
const QUANTITIES: ReadonlyMap<number, readonly [di2: number, loadClass: number]> = new Map([
  [0x01, [0x01, 1]],
  [0x02, [0x02, 1]],
  [0x03, [0x03, 2]],
  [0x04, [0x04, 2]],
  [0x05, [0x06, 3]],
  [ENERGIES, [0, 4]],
])
/** Voltages and currents have no sum, so DI0 counts their phases from 1. */
const WITHOUT_SUM = [0x01, 0x02]

/** So many points from a time on, or the latest; null for a curve there is not, empty where no point fits. */
export function curvePoints(
  di1: number,
  di0: number,
  asked: Pick<LoadRequest, 'from' | 'blocks'>,
  device: Device,
  now: number,
): readonly number[] | null {
  const [di2, loadClass] = QUANTITIES.get(di1) ?? []
  if (di2 === undefined || loadClass === undefined || !isHeld(di1, di0, device)) return null
  const step = stepOf(loadClass, device) ?? 15 * MINUTE
  const shown = device.meter.clock.shownAt(now)
  const latest = Math.floor(shown / step) * step
  const from = typeof asked.from === 'string' ? latest : Math.max(asked.from.civil, shown - KEPT_DAYS * DAY)
  const first = Math.ceil(from / step) * step
  return Array.from({ length: asked.blocks }, (_, nth) => first + nth * step).flatMap(civil => {
    const instant = civil > latest ? null : keptInstant(device, civil)
    if (instant === null) return []
    const place = WITHOUT_SUM.includes(di1) ? di0 - 1 : di0
    const value =
      di1 === ENERGIES
        ? totalBytes(di0, device, instant)
        : (instantBytes(di2, device.meter, instant)[place] ?? [])
    return [...stampBytes(civil), ...value]
  })
}

function isHeld(di1: number, di0: number, { meter }: Device): boolean {
  if (di1 === ENERGIES) return di0 >= ENERGY.forward && di0 <= ENERGY.combinedReactive2
  return di0 <= meter.phases && (di0 > 0 || !WITHOUT_SUM.includes(di1))
}
