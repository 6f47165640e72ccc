/** How late a restore is by its service, counted from the payment's own time (P-16). Pure; UTC ms. */

import { DAY, HOUR, MINUTE } from '../../core/time.ts'
import type { Restore } from './order.ts'
import { LATENESSES, type Lateness, type RestoreState } from './states.ts'
import { FIELD_ORDER_AFTER_MS } from './timing.ts'

const FROM: readonly (readonly [Lateness, number])[] = [
  ['slow', 15 * MINUTE],
  ['late', FIELD_ORDER_AFTER_MS],
  ['escalated', 2 * HOUR],
  ['unlawful', DAY],
]

export function latenessOf(waitedMs: number): Lateness {
  return FROM.findLast(([, from]) => waitedMs >= from)?.[0] ?? 'on-time'
}

/** Nobody waits for it any longer: it is done, or another took its place. */
const ENDED: readonly RestoreState[] = ['restored', 'superseded', 'rehearsed']

export function isWaitedFor({ state }: Pick<Restore, 'state'>): boolean {
  return !ENDED.includes(state)
}

/** From the payment until it was done; until now while it is not. */
export function waitedMs(restore: Restore, at: number): number {
  return Math.max(0, (isWaitedFor(restore) ? at : restore.since) - restore.countsFrom)
}

/** The same restore where it is not later than was noted. */
export function notingLateness(restore: Restore, at: number): Restore {
  const lateness = latenessOf(at - restore.countsFrom)
  const isLater = LATENESSES.indexOf(lateness) > LATENESSES.indexOf(restore.lateness ?? 'on-time')
  return isWaitedFor(restore) && isLater ? { ...restore, lateness } : restore
}

/** When the next lateness is to be noted; null where none is. */
export function laterAt(restore: Restore): number | null {
  if (!isWaitedFor(restore)) return null
  const noted = LATENESSES.indexOf(restore.lateness ?? 'on-time')
  const next = FROM.find(([lateness]) => LATENESSES.indexOf(lateness) > noted)
  return next === undefined ? null : restore.countsFrom + next[1]
}
