/** An example of each route's answer, by route and status, and where it has several forms by media type; tests hold each against the schema of its route. */

import { ARCHIVE_EXAMPLES } from './archive.ts'
import { BILLING_EXAMPLES } from './billing.ts'
import { DISPUTE_EXAMPLES } from './disputes.ts'
import { INDICATOR_EXAMPLES } from './indicators.ts'
import { METER_EXAMPLES } from './meters.ts'
import { OPERATION_EXAMPLES } from './operations.ts'
import { SAFEGUARD_EXAMPLES } from './safeguards.ts'
import { SUPPLY_EXAMPLES } from './supply.ts'

export type Examples = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export const EXAMPLES: Examples = {
  ...ARCHIVE_EXAMPLES,
  ...METER_EXAMPLES,
  ...BILLING_EXAMPLES,
  ...DISPUTE_EXAMPLES,
  ...INDICATOR_EXAMPLES,
  ...OPERATION_EXAMPLES,
  ...SUPPLY_EXAMPLES,
  ...SAFEGUARD_EXAMPLES,
}
