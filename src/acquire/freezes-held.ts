/** Which daily freezes need not be asked again after a start. */

import type { MeterConfig } from '../config/config.ts'
import { DAY } from '../core/time.ts'
import type { Store } from '../store/store.ts'

/** For so long a freeze kept in part is asked again. */
const ASKED_AGAIN_MS = 4 * DAY

/** Boundaries per meter; of the last days only those kept whole, because what a part lacks may have been lost on the way. */
export async function freezesHeld(
  store: Pick<Store, 'freezesHeld'>,
  meters: readonly MeterConfig[],
  now: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const held = new Map<string, readonly number[]>()
  for (const { id, daily, profile } of meters) {
    if (!daily || !profile.daily) continue
    const { depth, points } = profile.daily
    const remembered = await store.freezesHeld(id, now - (depth + 1) * DAY)
    // Off for longer than a meter remembers: that it was read before tells that every midnight it still has is missing.
    const kept = remembered.length > 0 ? remembered : await store.freezesHeld(id, 0)
    const whole = kept.filter(
      ({ slot, registers }) => registers >= points.length || slot < now - ASKED_AGAIN_MS,
    )
    held.set(
      id,
      whole.map(({ slot }) => slot),
    )
  }
  return held
}
