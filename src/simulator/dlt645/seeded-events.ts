/** What befell a meter without any master: power that failed for seconds, a cover that was opened once. By seed. */

import { mix } from '../../core/random.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../core/time.ts'
import { momentBytes } from './civil-bytes.ts'
import type { Device } from './device.ts'
import { ENERGY, totalBytes } from './energies.ts'
import type { EventClass, Occurrence } from './event-log.ts'

const POWER_DOWN = '031100'
const COVER_OPENED = '03300D'

/** The meters' first day of work, and the slot in which power may fail once. */
const SINCE = Date.UTC(2024, 0, 1)
const SLOT = 32 * DAY

export function seededEvents(kind: EventClass, device: Device, now: number): readonly Occurrence[] {
  if (kind === POWER_DOWN) return powerDowns(device, now)
  return kind === COVER_OPENED ? coverOpened(device) : []
}

/** In each slot of a month or so, at a moment of its own, for up to a minute: too short to show in a register. */
function powerDowns(device: Device, now: number): readonly Occurrence[] {
  const slots = Math.max(0, Math.ceil((now - SINCE) / SLOT))
  return Array.from({ length: slots }, (_, slot) => {
    const draw = mix(device.meter.nature.lot + slot)
    const from = SINCE + slot * SLOT + (draw % (SLOT / MINUTE)) * MINUTE
    const to = from + (1 + (draw % 59)) * SECOND
    return { at: to, record: () => [...moment(from, device), ...moment(to, device)] }
  })
}

/** Half of the meters were opened when they were put up. */
function coverOpened(device: Device): readonly Occurrence[] {
  const { lot } = device.meter.nature
  if (lot % 2 === 0) return []
  const from = SINCE + (lot % 30) * DAY + 2 * HOUR
  const to = from + (5 + (lot % 20)) * MINUTE
  const registers = (at: number) => REGISTERS.flatMap(kind => totalBytes(kind, device, at))
  const record = () => [...moment(from, device), ...moment(to, device), ...registers(from), ...registers(to)]
  return [{ at: to, record }]
}

const REGISTERS = [ENERGY.forward, ENERGY.reverse, ENERGY.quadrant1, 0x06, 0x07, ENERGY.quadrant4]

function moment(at: number, { meter }: Device): readonly number[] {
  return momentBytes(meter.clock.shownAt(at))
}
