/** Once a day, when its boundary is released: what the rules of history say, told to alarms. */

import type { Config } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Looking } from '../core/looking.ts'
import { DAY, HOUR, MINUTE, slotOf } from '../core/time.ts'
import type { Finding } from '../reading/reading.ts'
import type { ToldOfMeter } from '../reading/rules/history.ts'
import { createWatch } from './watch.ts'

export interface HistoryWatchParts {
  readonly config: Pick<Config, 'meters' | 'billing'> & {
    readonly site: Pick<Config['site'], 'offsetMinutes'>
  }
  /** The JSON of ToldOfMeter[], made elsewhere. */
  readonly judge: (asked: {
    readonly boundary: number
    readonly watched: Readonly<Record<string, readonly string[]>>
  }) => Promise<Uint8Array>
  readonly alarms: {
    saw(meter: string, line: string, findings: readonly Finding[], at: number, agreed: boolean): void
    standing(): readonly { readonly scope: string; readonly of: string; readonly rule: string }[]
  }
  readonly timeTrust: { readonly trusted: boolean }
  readonly clock: Clock
  readonly log: Log
}

const EVERY_MS = 10 * MINUTE
/** By then what could be released is. */
const RELEASED_WITHIN_MS = HOUR

export function createHistoryWatch(parts: HistoryWatchParts): Looking {
  const { config, judge, alarms, timeTrust, clock, log } = parts
  const lines = new Map(config.meters.map(({ id, line }) => [id, line]))
  let judged: number | null = null

  async function look(stopping: AbortSignal): Promise<void> {
    const elapsed = clock.now() - config.billing.settleMs - RELEASED_WITHIN_MS
    const boundary = slotOf(elapsed, DAY, config.site.offsetMinutes)
    if (!timeTrust.trusted || boundary === judged) return
    const standing = alarms.standing().filter(({ scope }) => scope === 'meter')
    const watched = Object.fromEntries(
      [...Map.groupBy(standing, ({ of }) => of)].map(([meter, all]) => [meter, all.map(({ rule }) => rule)]),
    )
    const bytes = await judge({ boundary, watched })
    if (stopping.aborted) return
    const told = JSON.parse(new TextDecoder().decode(bytes)) as readonly ToldOfMeter[]
    for (const { meter, findings } of told)
      alarms.saw(meter, lines.get(meter) ?? '', findings, clock.now(), true)
    judged = boundary
  }

  const undone = 'the history of meters was not judged, and is again in ten minutes'
  return createWatch({ everyMs: EVERY_MS, look, undone, clock, log })
}
