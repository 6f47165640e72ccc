/** What is entered of notices, visits and protections: judged beside what is there, written once with its key and its entry of the journal. */

import type { NoticeKnown } from '../../supply/notice/notice.ts'
import { noticeRefused, receiptRefused, visitRefused } from '../../supply/notice/refused.ts'
import { isUnreachable, standingOf } from '../../supply/notice/standing.ts'
import { counted } from '../../supply/policy/interlock.ts'
import type { Answered, Posted } from '../ledger/asked.ts'
import { deedDone } from '../ledger/deeds.ts'
import type { SafeguardAct, SafeguardAsked } from './asked.ts'
import { declaring } from './declaring.ts'
import { safeguardNamed } from './deeds.ts'
import type { SafeguardEntry } from './entry.ts'
import { protectionActs } from './protecting.ts'
import {
  type Act,
  type Acting,
  accountRefused,
  type Entered,
  type Refused,
  refused,
  type SafeguardingParts,
} from './refusing.ts'
import type { Safeguards } from './safeguards.ts'
import { writeSafeguard } from './writing.ts'

export function createSafeguarding(parts: SafeguardingParts): (asked: SafeguardAsked) => Posted {
  const { add, journal, safeguards, onceOnly, transaction, offsetMinutes } = parts

  function enter({ act, now, by, once }: SafeguardAsked): Answered {
    const entered = enteredBy(parts, act, { now, by })
    if ('code' in entered) return { ...entered, request: once.request }
    const entry = add({ ...entered, recordedAt: now, by })
    askForVisit(parts, entry, now)
    parts.follow(entry, now)
    const told = { ...writeSafeguard(entry, offsetMinutes), standing: standingBy(parts, entry) }
    return { answer: JSON.stringify(told) }
  }

  return asked =>
    transaction(() => {
      const { posted, isAgain } = onceOnly(asked, () => enter(asked))
      if (!isAgain) journal.add(deedDone(asked, safeguardNamed(asked.act, safeguards), posted))
      return posted
    })
}

function enteredBy(parts: SafeguardingParts, act: SafeguardAct, acting: Acting): Entered | Refused {
  switch (act.kind) {
    case 'notice':
      return notice(parts, act, acting)
    case 'receipt':
      return receipt(parts, act, acting)
    case 'visit':
      return visit(parts, act, acting)
    case 'declared':
      return declaring(parts, act, acting)
    default:
      return protectionActs(parts, act, acting)
  }
}

function notice(parts: SafeguardingParts, act: Act<'notice'>, { now }: Acting): Entered | Refused {
  const { kind, account, notice: about, ...facts } = act
  const { safeguards, owesNothing } = parts
  const unknown = accountRefused(parts, account)
  if (unknown) return unknown
  if (safeguards.isThere('notice', about)) return refused(`notice ${about} has been entered before`)
  const all = safeguards.of(account).notices
  const why = noticeRefused(act, { owesNothing: owesNothing(account), all })
  return why === null ? { kind, account, about, at: now, facts } : refused(why)
}

function receipt({ safeguards }: SafeguardingParts, act: Act<'receipt'>, { now }: Acting): Entered | Refused {
  const { kind, account, notice: about, at, ...facts } = act
  const found = noticeNamed(safeguards, about)
  if ('code' in found) return found
  const why = receiptRefused(found, act, { account, now })
  return why === null ? { kind, account, about, at, facts } : refused(why)
}

function visit(parts: SafeguardingParts, act: Act<'visit'>, { now }: Acting): Entered | Refused {
  const { kind, account, notice: about, at, ...facts } = act
  const { safeguards } = parts
  const unknown = accountRefused(parts, account)
  if (unknown) return unknown
  const found = about === null ? null : noticeNamed(safeguards, about)
  if (found !== null && 'code' in found) return found
  const why = visitRefused(found, act, { account, now })
  if (why !== null) return refused(why)
  if (safeguards.of(account).visits.some(one => one.visit === act.visit))
    return refused(`visit ${act.visit} has been entered before`)
  return { kind, account, about: about ?? '', at, facts }
}

function noticeNamed(safeguards: Safeguards, id: string): NoticeKnown | Refused {
  const account = safeguards.accountOf('notice', id)
  const found = account === null ? undefined : safeguards.of(account).notices.find(one => one.id === id)
  return found ?? { code: 'ASK_UNKNOWN', text: `there is no notice ${id}` }
}

/** Where no channel there is has got through, somebody must go (C-09). */
function askForVisit({ safeguards, byRule }: SafeguardingParts, entry: SafeguardEntry, now: number): void {
  if (entry.kind !== 'notice' && entry.kind !== 'receipt') return
  const { account, about } = entry
  const { notices } = safeguards.of(account)
  const found = notices.find(({ id }) => id === about)
  if (!found || found.visitRequiredAt !== null || !isUnreachable(found)) return
  if (standingOf(found, notices) !== 'unreachable') return
  const { which, channels, tries } = found
  const why =
    channels.length === 0
      ? 'no channel is known'
      : `every channel was tried in vain, ${counted(tries, 'time')}`
  const told = { which, channels, because: why }
  byRule('unreachable', { account, about }, told, now)
}

/** Of the notice it is of; null of everything else. */
function standingBy({ safeguards }: SafeguardingParts, { account, about, kind }: SafeguardEntry) {
  if (kind !== 'notice' && kind !== 'receipt' && kind !== 'visit') return null
  const { notices } = safeguards.of(account)
  const found = notices.find(({ id }) => id === about)
  return found ? standingOf(found, notices) : null
}
