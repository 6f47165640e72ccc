/** What a reading is worth when there is no room for all: what bills are made of is never given up (PR-20). */

import { isDemandRegister, isEnergyRegister } from '../core/obis.ts'
import { DAY, HOUR, slotOf } from '../core/time.ts'
import type { Kind } from './reading.ts'

/** `billing`: registers at a boundary. `curve`: registers in between. `instantaneous`: voltages, currents, powers. */
export type Worth = 'billing' | 'curve' | 'instantaneous'

/** How long each is kept as delivered, ms: bills while they may be disputed, the rest while it is of use. */
export const KEPT_FOR: Readonly<Record<Worth | 'frames', number>> = {
  frames: 30 * DAY,
  instantaneous: 93 * DAY,
  curve: 400 * DAY,
  billing: 4_000 * DAY,
}

/** A freeze but of an hour within the day, or a register polled at the site's midnight, may become a bill. */
export function worthOf(
  { obis, kind, slot }: { readonly obis: string; readonly kind: Kind; readonly slot: number },
  offsetMinutes: number,
): Worth {
  if (kind === 'freeze') return isWithinDay(slot, offsetMinutes) ? 'curve' : 'billing'
  if (!isEnergyRegister(obis) && !isDemandRegister(obis)) return 'instantaneous'
  return slot === slotOf(slot, DAY, offsetMinutes) ? 'billing' : 'curve'
}

/** The boundary of an hourly freeze: a full hour, and not midnight. */
export function isWithinDay(slot: number, offsetMinutes: number): boolean {
  return slot === slotOf(slot, HOUR, offsetMinutes) && slot !== slotOf(slot, DAY, offsetMinutes)
}
