/** All rules of what stands from round to round. */

import { CURRENT_RULES } from './currents.ts'
import { DIRECTION_RULES } from './directions.ts'
import { RELAY_RULES } from './relay.ts'
import type { StandingRule } from './standing.ts'
import { STATUS_RULES } from './status.ts'
import { VOLTAGE_RULES } from './voltages.ts'

export const STANDING_RULES: readonly StandingRule[] = [
  ...DIRECTION_RULES,
  ...VOLTAGE_RULES,
  ...CURRENT_RULES,
  ...STATUS_RULES,
  ...RELAY_RULES,
]
