/** How a notice stands: required, tried in vain, delivered, replaced, or not needed any more. Pure; UTC ms. */

import { DAY, MINUTE } from '../../core/time.ts'
import type { Notice as NoticeFact } from '../policy/facts.ts'
import type { NoticeKnown, Receipt, Which } from './notice.ts'

/**
 * `required`: nothing was heard of it. `undelivered`: what was heard is no delivery. `unreachable`: every channel was tried in
 * vain, and somebody must go there. `cleared`: the debt it was of is paid. `replaced`: a later one of its kind counts.
 */
export const STANDINGS = [
  'required',
  'undelivered',
  'unreachable',
  'delivered',
  'cleared',
  'replaced',
] as const
export type Standing = (typeof STANDINGS)[number]

/** `all` are those of the account, in the order they were required. */
export function standingOf(notice: NoticeKnown, all: readonly NoticeKnown[]): Standing {
  if (notice.clearedAt !== null) return 'cleared'
  if (lastOf(all, notice.which)?.id !== notice.id) return 'replaced'
  if (deliveredAt(notice) !== null) return 'delivered'
  if (isUnreachable(notice)) return 'unreachable'
  return notice.receipts.length + notice.visits.length > 0 ? 'undelivered' : 'required'
}

/**
 * The first delivery that still holds. A channel that says later that it failed takes its word back; what was brought by a
 * person, with a photo, is delivered. Null where it is not.
 */
export function deliveredAt({ receipts, visits }: Pick<NoticeKnown, 'receipts' | 'visits'>): number | null {
  const told = [...Map.groupBy(receipts, ({ channel }) => channel).values()].flatMap(of => {
    const said = inOrder(of)
    const since = said.findLastIndex(({ result }) => result !== 'delivered') + 1
    return said[since]?.at ?? []
  })
  const brought = visits.filter(({ result, photo }) => result !== 'not-met' && photo !== null)
  const all = [...told, ...brought.map(({ at }) => at)]
  return all.length > 0 ? Math.min(...all) : null
}

/** By the channel's own times: words that overtook each other on the way are put right. */
function inOrder(receipts: readonly Receipt[]): readonly Receipt[] {
  return receipts.toSorted((a, b) => a.at - b.at || a.receivedAt - b.receivedAt)
}

/** Every channel there is was tried as often as it should be, and none delivered. */
export function isUnreachable(
  notice: Pick<NoticeKnown, 'channels' | 'tries' | 'receipts' | 'visits'>,
): boolean {
  if (deliveredAt(notice) !== null) return false
  return notice.channels.every(
    channel => notice.receipts.filter(one => one.channel === channel).length >= notice.tries,
  )
}

/**
 * What a policy goes by. The last of its kind alone: who was told anew was given another date. One whose debt was cleared since is
 * none. `all` in the order they were required.
 */
export function noticeFact(all: readonly NoticeKnown[], which: Which): NoticeFact {
  const last = lastOf(all, which)
  if (last === null || last.clearedAt !== null) return 'none'
  return deliveredAt(last) ?? 'sent'
}

function lastOf(all: readonly NoticeKnown[], which: Which): NoticeKnown | null {
  return all.findLast(one => one.which === which) ?? null
}

/** A customer is not told in the evening that in half an hour, that noon, there will be a cut. */
export const TOLD_WITHIN_MS: Readonly<Record<Which, number>> = { first: 3 * DAY, second: 30 * MINUTE }

/** Whether whoever delivers notices is to be asked, once more where nothing was heard. */
export function isToBeAsked(notice: NoticeKnown, all: readonly NoticeKnown[], now: number): boolean {
  const isRecent = now < notice.requiredAt + TOLD_WITHIN_MS[notice.which]
  return isRecent && standingOf(notice, all) === 'required'
}
