/** How one simulated meter departs from its standard. */

import { SIMULATED_QUIRKS, type SimulatedQuirk, type SimulatedQuirks } from '../../core/simulated.ts'

/** Every quirk, written or not. */
export type Quirks = { readonly [Name in SimulatedQuirk]: (typeof SIMULATED_QUIRKS)[Name][number] }

export function allQuirks(written: SimulatedQuirks): Quirks {
  const played = Object.entries(SIMULATED_QUIRKS).map(([name, [usual]]) => [
    name,
    written[name as SimulatedQuirk] ?? usual,
  ])
  return Object.fromEntries(played) as Quirks
}
