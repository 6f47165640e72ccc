/** What a reading is worth when there is no room for all: what bills are made of is never given up (PR-20). */

import { isBoundary, type MonthDay } from '../core/calendar.ts'
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

/** When a site bills: at its midnights, and where meters settle at another hour, then too. */
export interface BillingMoments {
  readonly offsetMinutes: number
  /** Of any meter. */
  readonly settlement?: readonly MonthDay[]
}

/** A freeze but of an hour nobody bills by, or a register polled at the site's midnight, may become a bill. */
export function worthOf(
  { obis, kind, slot }: { readonly obis: string; readonly kind: Kind; readonly slot: number },
  moments: BillingMoments,
): Worth {
  if (kind === 'freeze') return isWithinDay(slot, moments) ? 'curve' : 'billing'
  if (!isEnergyRegister(obis) && !isDemandRegister(obis)) return 'instantaneous'
  return slot === slotOf(slot, DAY, moments.offsetMinutes) ? 'billing' : 'curve'
}

/** A midnight of the site, or an hour some meter settles at. */
export function isMomentOfBills(
  slot: number,
  { offsetMinutes, settlement: on = [] }: BillingMoments,
): boolean {
  return slot === slotOf(slot, DAY, offsetMinutes) || isBoundary({ on, offsetMinutes }, slot)
}

/** The boundary of an hourly freeze: a full hour that is neither midnight nor a settlement's. */
export function isWithinDay(slot: number, moments: BillingMoments): boolean {
  return slot === slotOf(slot, HOUR, moments.offsetMinutes) && !isMomentOfBills(slot, moments)
}
