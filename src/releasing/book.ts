/** All that becomes of readings for bills: what is released, what is charged for it, and what the history of it says. */

import type { Gong } from '../core/gong.ts'
import { type ChargingParts, startCharging } from './charging.ts'
import { type CreditWatchParts, createCreditWatch } from './credit-watch.ts'
import { createHistoryWatch, type HistoryWatchParts } from './history-watch.ts'
import { createReleasing, type ReleasingParts, type ReleasingStatus } from './releasing.ts'

export interface Book {
  status(): ReleasingStatus
  stop(): Promise<void>
}

export interface BookParts
  extends Omit<ReleasingParts, 'holds' | 'released' | 'store'>,
    Omit<HistoryWatchParts, 'timeTrust'>,
    Pick<CreditWatchParts, 'judgeCredit'> {
  readonly store: ReleasingParts['store'] & ChargingParts['store']
  /** Struck at every batch, once it is durable. */
  readonly gong: Gong
  readonly alarms: HistoryWatchParts['alarms'] & { readonly holds: ReleasingParts['holds'] }
}

export function startBook(parts: BookParts): Book {
  const releasing = createReleasing({ ...parts, holds: parts.alarms.holds, released: parts.gong.strike })
  const history = createHistoryWatch(parts)
  releasing.start()
  history.start()
  const credit = createCreditWatch(parts)
  credit.start()
  const stopCharging = startCharging({ ...parts, released: parts.gong })
  return {
    status: releasing.status,
    async stop() {
      await Promise.all([releasing.stop(), history.stop(), credit.stop(), stopCharging()])
    },
  }
}
