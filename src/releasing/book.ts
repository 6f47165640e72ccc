/** All that becomes of readings for bills: what is released, and what the history of it says. */

import { createHistoryWatch, type HistoryWatchParts } from './history-watch.ts'
import { createReleasing, type ReleasingParts, type ReleasingStatus } from './releasing.ts'

export interface Book {
  status(): ReleasingStatus
  stop(): Promise<void>
}

export interface BookParts extends Omit<ReleasingParts, 'holds'>, Omit<HistoryWatchParts, 'timeTrust'> {
  readonly alarms: HistoryWatchParts['alarms'] & { readonly holds: ReleasingParts['holds'] }
}

export function startBook(parts: BookParts): Book {
  const releasing = createReleasing({ ...parts, holds: parts.alarms.holds })
  const history = createHistoryWatch(parts)
  releasing.start()
  history.start()
  return {
    status: releasing.status,
    async stop() {
      await Promise.all([releasing.stop(), history.stop()])
    },
  }
}
