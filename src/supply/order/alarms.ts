/** What of orders is an alarm: restores that are late, field orders until they are done, and cuts nobody knows of (P-15, P-16, P-18). Pure; UTC ms. */

import { MINUTE } from '../../core/time.ts'
import { isWaitedFor, latenessOf, waitedMs } from './lateness.ts'
import type { Cut, Order, Restore } from './order.ts'
import type { Lateness } from './states.ts'

export interface OrderAlarm {
  /** The meter. */
  readonly of: string
  readonly line: string
  readonly rule: 'P-15' | 'P-16' | 'P-18'
  /** How late a restore is. */
  readonly about: string
  readonly text: string
}

const ALARMING: readonly Lateness[] = ['late', 'escalated', 'unlawful']

/** `open`: those to which something may still happen. */
export function orderAlarms(open: readonly Order[], now: number): readonly OrderAlarm[] {
  return open.flatMap(one => (one.kind === 'cut' ? undecided(one) : [...fieldOrder(one), ...late(one, now)]))
}

/** No look tells it any more, and somebody may sit in the dark by it. */
function undecided(cut: Cut): readonly OrderAlarm[] {
  if (cut.state !== 'manual') return []
  const { meter: of, line } = cut
  const text = `a person is to find out whether it is cut: ${inWords(cut)}`
  return [{ of, line, rule: 'P-18', about: '', text }]
}

/** Light ends it, unless it was asked for because nobody could see that there is light. */
export function isDrivenTo(restore: Restore): boolean {
  const { fieldOrderAt, since } = restore
  return fieldOrderAt !== null && (isWaitedFor(restore) || fieldOrderAt >= since)
}

function fieldOrder(restore: Restore): readonly OrderAlarm[] {
  if (!isDrivenTo(restore)) return []
  const { meter: of, line } = restore
  return [{ of, line, rule: 'P-15', about: '', text: `somebody has to drive there: ${inWords(restore)}` }]
}

function late(restore: Restore, now: number): readonly OrderAlarm[] {
  const waited = waitedMs(restore, now)
  const lateness = latenessOf(waited)
  if (!isWaitedFor(restore) || !ALARMING.includes(lateness)) return []
  const { meter: of, line } = restore
  const text = `no light after ${Math.floor(waited / MINUTE)} min: ${inWords(restore)}`
  return [{ of, line, rule: 'P-16', about: lateness, text }]
}

/** Nothing of it names a customer: whoever may read a meter's values sees its alarms. */
function inWords({ id, state, because }: Order): string {
  return `order ${id} is ${state}${because === null ? '' : `, ${because.code}`}`
}
