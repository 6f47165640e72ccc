/** The Modbus drivers: reads of coils, inputs and registers, as RTU, ASCII and TCP. */

import type { Driver } from '../../src/driver-api/driver.ts'
import { createDriver } from './driver.ts'
import { ascii } from './frame-ascii.ts'
import { rtu } from './frame-rtu.ts'
import { tcp } from './frame-tcp.ts'

export const drivers: readonly Driver[] = [createDriver(rtu), createDriver(ascii), createDriver(tcp)]
