/** Restores and field orders that are open, as `/metrics` tells them (P-15, P-16). */

import { SECOND } from '../core/time.ts'
import { isDrivenTo } from '../supply/order/alarms.ts'
import { isWaitedFor, latenessOf, waitedMs } from '../supply/order/lateness.ts'
import type { Order, Restore } from '../supply/order/order.ts'
import { LATENESSES } from '../supply/order/states.ts'
import { type Family, gauge } from './metric-text.ts'

/** Null where the store does not tell them. */
export function orderFamilies(open: readonly Order[] | null, now: number): readonly Family[] {
  if (open === null) return []
  const all = open.filter((one): one is Restore => one.kind === 'restore')
  const waiting = all.filter(isWaitedFor)
  const waited = waiting.map(one => waitedMs(one, now))
  return [
    gauge(
      'meterd_restores_open',
      'Restores that are not done, by how late they are.',
      LATENESSES.map(lateness => ({
        labels: { lateness },
        value: waited.filter(ms => latenessOf(ms) === lateness).length,
      })),
    ),
    gauge('meterd_restore_oldest_seconds', 'How long the oldest of them waits; 0 where none does.', [
      { value: Math.max(0, ...waited) / SECOND },
    ]),
    gauge('meterd_field_orders_open', 'Meters that somebody has to drive to.', [
      { value: all.filter(isDrivenTo).length },
    ]),
  ]
}
