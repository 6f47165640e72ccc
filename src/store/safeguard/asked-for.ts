/** Notices that somebody is to deliver: those nothing was heard of yet, and the customer is still to be told. */

import { isToBeAsked, TOLD_WITHIN_MS } from '../../supply/notice/standing.ts'
import type { NoticeAsked, NoticesAsked } from './asked.ts'
import type { Safeguards } from './safeguards.ts'

/** Some milliseconds of the store's time. */
const AT_ONCE = 50

export function createNoticesAsked(
  safeguards: Pick<Safeguards, 'after' | 'of' | 'beforeTime'>,
): NoticesAsked {
  return (after, now) => {
    // Those of years before are not looked through again.
    const from = after === 0 ? safeguards.beforeTime('notice', now - TOLD_WITHIN_MS.first) : after
    const { entries, reached } = safeguards.after('notice', from, AT_ONCE)
    const notices = entries.flatMap(({ sequence, account, about }): readonly NoticeAsked[] => {
      const all = safeguards.of(account).notices
      const found = all.find(({ id }) => id === about)
      if (!found || !isToBeAsked(found, all, now)) return []
      const { id, which, channels, tries, template, order, requiredAt } = found
      return [{ sequence, id, account, which, channels, tries, template, order, requiredAt }]
    })
    return { notices, reached }
  }
}
