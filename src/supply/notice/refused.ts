/** Why a notice, a receipt or a visit cannot be what it says, in words; null where it can. Pure; UTC ms. */

import type { Notice, NoticeKnown, Receipt, Visit } from './notice.ts'
import { deliveredAt } from './standing.ts'

/** Of the account: whether it is known that nothing is owed, and the notices there are, in order. */
export interface NoticeBeside {
  readonly owesNothing: boolean
  readonly all: readonly NoticeKnown[]
}

export function noticeRefused(
  { account, which }: Pick<Notice, 'account' | 'which'>,
  { owesNothing, all }: NoticeBeside,
): string | null {
  if (owesNothing) return `account ${account} owes nothing: there is nothing to give notice of`
  if (which === 'first') return null
  const first = all.findLast(one => one.which === 'first')
  if (first === undefined || first.clearedAt !== null)
    return `account ${account} has no first notice; a second one follows a first`
  return deliveredAt(first) === null
    ? `the first notice of account ${account}, ${first.id}, is not delivered; a second one follows it`
    : null
}

export interface Given {
  /** Of whom the caller says it is. */
  readonly account: string
  readonly now: number
}

export function receiptRefused(
  notice: NoticeKnown,
  { receipt, channel, at }: Pick<Receipt, 'receipt' | 'channel' | 'at'>,
  { account, now }: Given,
): string | null {
  if (account !== notice.account) return ofAnother(notice, account)
  if (!notice.channels.includes(channel))
    return `notice ${notice.id} was not to go by ${channel}; its channels are ${notice.channels.join(', ') || 'none'}`
  if (notice.receipts.some(one => one.receipt === receipt))
    return `receipt ${receipt} of notice ${notice.id} has been entered before`
  return timeRefused(notice, at, now)
}

/** `notice` is the one it names; null where it names none. */
export function visitRefused(
  notice: NoticeKnown | null,
  { result, photo, at }: Pick<Visit, 'result' | 'photo' | 'at'>,
  { account, now }: Given,
): string | null {
  if (notice !== null && account !== notice.account) return ofAnother(notice, account)
  if (result !== 'not-met' && photo === null)
    return 'a visit is evidence by its photo: say where it is kept (photo)'
  if (notice !== null) return timeRefused(notice, at, now)
  return at > now ? IN_FUTURE : null
}

const IN_FUTURE = 'its time lies in the future: one of the clocks is wrong'

function ofAnother({ id }: NoticeKnown, account: string): string {
  return `notice ${id} is not of account ${account}`
}

function timeRefused({ id, requiredAt }: Notice, at: number, now: number): string | null {
  if (at > now) return IN_FUTURE
  return at < requiredAt ? `its time lies before notice ${id} was required: it is of another` : null
}
