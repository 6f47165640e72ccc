/** Once an hour: what meters say of the money they keep, told to alarms (V-A9). */

import type { Looking } from '../core/looking.ts'
import { HOUR } from '../core/time.ts'
import type { ToldOfMeter } from '../reading/rules/history.ts'
import type { HistoryWatchParts } from './history-watch.ts'
import { createWatch } from './watch.ts'

export interface CreditWatchParts
  extends Pick<HistoryWatchParts, 'config' | 'alarms' | 'timeTrust' | 'clock' | 'log'> {
  /** The JSON of ToldOfMeter[], made elsewhere. */
  readonly judgeCredit: (asked: { readonly now: number }) => Promise<Uint8Array>
}

export function createCreditWatch(parts: CreditWatchParts): Looking {
  const { config, judgeCredit, alarms, timeTrust, clock, log } = parts
  const lines = new Map(config.meters.map(({ id, line }) => [id, line]))

  async function look(stopping: AbortSignal): Promise<void> {
    if (!timeTrust.trusted) return
    const bytes = await judgeCredit({ now: clock.now() })
    if (stopping.aborted) return
    const told = JSON.parse(new TextDecoder().decode(bytes)) as readonly ToldOfMeter[]
    for (const { meter, findings } of told)
      alarms.saw(meter, lines.get(meter) ?? '', findings, clock.now(), true)
  }

  const undone = 'money that meters keep was not judged, and is again in an hour'
  return createWatch({ everyMs: HOUR, look, undone, clock, log })
}
