/** Which freezes need not be asked again after a start. */

import type { Config, MeterConfig } from '../config/config.ts'
import { boundaryBack } from '../core/calendar.ts'
import { DAY } from '../core/time.ts'
import type { Store } from '../store/store.ts'
import { registersOf } from './bookkeeping.ts'
import type { FreezesHeld } from './ledger.ts'
import { type FreezePlan, freezePlansOf } from './plans.ts'

/** For so long a freeze kept in part is asked again. */
const ASKED_AGAIN_MS = 4 * DAY

/** Per meter the boundaries of each plan; of the last days only those kept whole, because what a part lacks may have been lost on the way. */
export async function freezesHeld(
  store: Pick<Store, 'freezesHeld'>,
  meters: readonly MeterConfig[],
  { offsetMinutes }: Pick<Config['site'], 'offsetMinutes'>,
  now: number,
): Promise<ReadonlyMap<string, FreezesHeld>> {
  const held = new Map<string, FreezesHeld>()
  for (const meter of meters) {
    const ofPlans: Record<string, readonly number[]> = {}
    for (const plan of freezePlansOf(meter, offsetMinutes))
      ofPlans[plan.name] = await heldOf(store, meter.id, plan, now)
    held.set(meter.id, ofPlans)
  }
  return held
}

/** Another plan's registers, and boundaries that are none of this plan, are not this plan's freezes. */
async function heldOf(
  store: Pick<Store, 'freezesHeld'>,
  meter: string,
  plan: FreezePlan,
  now: number,
): Promise<readonly number[]> {
  const { depth, calendar, showsItWasRead, slotAt } = plan
  const registers = registersOf(plan)
  const of = { registers, calendar }
  const remembered = await store.freezesHeld(meter, boundaryBack(calendar, slotAt(now), depth), of)
  // Off for longer than a meter remembers: that it was read before tells that every boundary it still has is missing.
  const isRead = remembered.some(({ slot }) => showsItWasRead(slot))
  const kept = isRead ? remembered : await store.freezesHeld(meter, 0, of)
  return kept
    .filter(one => one.registers >= registers.length || one.slot < now - ASKED_AGAIN_MS)
    .map(({ slot }) => slot)
}
