/** Trips and closes of the relay as records: time, operator, six energies of that moment (1D, 1E of the later rules). */

import { fromHex } from '../../core/hex.ts'
import { momentBytes } from './civil-bytes.ts'
import type { Device } from './device.ts'
import { ENERGY, totalBytes } from './energies.ts'
import type { EventClass, Occurrence } from './event-log.ts'

const TRIPPED = '1D0000'
const CLOSED = '1E0000'

export function relayEvents(kind: EventClass, device: Device): readonly Occurrence[] {
  const { openings } = device.meter.relay
  if (kind === TRIPPED)
    return openings.map(({ from, openedBy }) => ({ at: from, record: () => record(from, openedBy, device) }))
  if (kind !== CLOSED) return []
  return openings.flatMap(({ to, closedBy }) =>
    to === null ? [] : [{ at: to, record: () => record(to, closedBy, device) }],
  )
}

const REGISTERS = [ENERGY.forward, ENERGY.reverse, ENERGY.quadrant1, 0x06, 0x07, ENERGY.quadrant4]

function record(at: number, operator: string, device: Device): readonly number[] {
  return [
    ...momentBytes(device.meter.clock.shownAt(at)),
    ...operatorBytes(operator),
    ...REGISTERS.flatMap(kind => totalBytes(kind, device, at)),
  ]
}

/** C0 C1 C2 C3 of an operator written high digits first. */
export function operatorBytes(operator: string): readonly number[] {
  return [...(fromHex(operator) ?? [])].toReversed()
}
