/** DL/T 645, both editions. */

import type { Driver } from '../../src/driver-api/driver.ts'
import { driver1997, driver2007 } from './driver.ts'

export const drivers: readonly Driver[] = [driver2007, driver1997]
