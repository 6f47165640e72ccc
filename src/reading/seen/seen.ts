/** What rounds have shown of a meter so far, as far as rules of rounds go by it. */

import type { Monthly } from '../../core/calendar.ts'
import type { DemandSeen } from './demand-seen.ts'
import type { TariffHours } from './tariff-hours.ts'
import type { VoltageDays } from './voltage-days.ts'

export interface Seen {
  /** When it was added to last. */
  readonly at: number
  /** Of each total maximum demand, by OBIS. */
  readonly demands: ReadonlyMap<string, DemandSeen>
  /** Null before tariffs were told. */
  readonly hours: TariffHours | null
  /** Of each phase, by OBIS. */
  readonly voltages: ReadonlyMap<string, VoltageDays>
  /** When its demands may be cleared: the days of the meter list, and the beginning of each month. */
  readonly settles: Monthly
  /** The days of the meter list, each by itself. */
  readonly settlement: readonly Monthly[]
}
