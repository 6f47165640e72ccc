/** A strict DL/T 645-2007 slave: one request frame in, one reply frame out, or silence. */

import type { SimulatedQuirks } from '../core/simulated.ts'
import { createCommands2007 } from './dlt645/commands-2007.ts'
import { createDevice } from './dlt645/device.ts'
import { createSlave645 } from './dlt645/slave-645.ts'
import type { Meter } from './meter.ts'
import type { Slave } from './slave.ts'

export function createMeter2007(meter: Meter, quirks: SimulatedQuirks = {}): Slave {
  const device = createDevice(meter, quirks)
  return createSlave645(device, createCommands2007(device))
}
