/** A strict DL/T 645-1997 slave: one request frame in, one reply frame out, or silence. */

import type { SimulatedQuirks } from '../core/simulated.ts'
import { createCommands1997 } from './dlt645/commands-1997.ts'
import { createDevice } from './dlt645/device.ts'
import { createSlave645 } from './dlt645/slave-645.ts'
import type { Meter } from './meter.ts'
import type { Slave } from './slave.ts'

/** Fewer given digits than three bytes are taken for noise by the firmware these meters run. */
const SHORTEST_ADDRESS_BYTES = 3

export function createMeter1997(meter: Meter, quirks: SimulatedQuirks = {}): Slave {
  const device = createDevice(meter, quirks)
  return createSlave645(
    device,
    createCommands1997(device),
    (address, called) => called !== 'shortened' || bytesGiven(address) >= SHORTEST_ADDRESS_BYTES,
  )
}

/** Bytes of a shortened address that are digits. */
function bytesGiven(address: Uint8Array): number {
  const wild = address.indexOf(0xaa)
  return wild < 0 ? address.length : wild
}
