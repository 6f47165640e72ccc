/** Notices, visits and protections of an account, as a terminal is told. */

import type { z } from 'zod'
import type { accountSafeguards } from '../api/safeguard-shapes.ts'
import type { Terminal } from './verb.ts'

export type Safeguards = z.infer<typeof accountSafeguards>

export function tellSafeguards(told: Safeguards, io: Terminal): void {
  const { isWhole, protectionsKnown, notices, visits, protections, proposed } = told
  if (!isWhole) io.out('an entry of its notices or protections is damaged: what they come to is not known')
  for (const one of notices.slice(-MOST_NOTICES)) io.out(noticeIn(one))
  for (const { visit, notice, result, at, who } of visits)
    io.out(`visit  ${visit}  ${result}  ${at}  by ${who}${notice === null ? '' : `  with notice ${notice}`}`)
  for (const { protection, class: of, from, to, source, authorityReference, by } of protections) {
    const approved = authorityReference === null ? '' : `, approved ${authorityReference}`
    io.out(
      `protection  ${protection}  ${of}  ${from} to ${to ?? 'no end'}  (${source}, entered by ${by})${approved}`,
    )
  }
  for (const { sequence, protection, to, authorityReference, reason, by } of proposed) {
    const ends = to === undefined ? '' : `  to ${to ?? 'no end'}`
    const approval = authorityReference === undefined ? '' : `  approved ${authorityReference}`
    io.out(`proposed  ${sequence}  ${protection}${ends}${approval}  by ${by}: ${reason}`)
  }
  if (protections.length === 0 && !protectionsKnown)
    io.out('no protection is entered; nobody has said that all protected customers are')
}

/** Of years. */
const MOST_NOTICES = 10

function noticeIn({
  notice,
  which,
  standing,
  requiredAt,
  deliveredAt,
}: Safeguards['notices'][number]): string {
  const when = standing === 'delivered' ? `delivered ${deliveredAt}` : `${standing}, required ${requiredAt}`
  return `${which} notice  ${notice}  ${when}`
}
