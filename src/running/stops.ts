/** How the parts of the daemon are stopped: in reverse, each within its time, so that all of them get their turn (PR-83). */

import { type Clock, within } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { SECOND } from '../core/time.ts'

export type Stop = () => Promise<unknown>

/** One part that hangs, on a dead disk say, must leave the others time to say goodbye. */
const PART_STOPS_WITHIN_MS = 4.5 * SECOND

/** In reverse; a part that fails to stop does not keep the others from stopping. False when one did not in time. */
export async function stopAll(
  stops: Stop[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<boolean> {
  let inTime = true
  for (const stop of stops.splice(0).reverse()) {
    const settled = stop().catch((error: unknown) =>
      log.debug({}, `a part did not stop: ${messageOf(error)}`),
    )
    inTime = (await within(clock, PART_STOPS_WITHIN_MS, settled)) && inTime
  }
  return inTime
}

/** Parts of one kind, all at once. */
export async function together(parts: readonly { stop(): Promise<void> }[]): Promise<void> {
  const ends = await Promise.allSettled(parts.map(part => part.stop()))
  const failed = ends.find(end => end.status === 'rejected')
  if (failed) throw failed.reason
}
