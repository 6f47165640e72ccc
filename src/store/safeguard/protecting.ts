/** Protections as they are entered and changed: one person protects, and it takes two to protect less (P-10, PR-55). */

import { parseDate } from '../../supply/policy/dates.ts'
import {
  changeRefused,
  loosens,
  type ProtectionHeld,
  protectionRefused,
} from '../../supply/protection/protection.ts'
import type { SafeguardAct } from './asked.ts'
import { changeIn } from './known.ts'
import {
  type Act,
  type Acting,
  accountRefused,
  type Entered,
  type Refused,
  refused,
  type SafeguardingParts,
} from './refusing.ts'
import { statementIn } from './safeguards.ts'

type ProtectionAct = Exclude<SafeguardAct, { kind: 'notice' | 'receipt' | 'visit' | 'declared' }>

export function protectionActs(
  parts: SafeguardingParts,
  act: ProtectionAct,
  acting: Acting,
): Entered | Refused {
  switch (act.kind) {
    case 'protection':
      return protection(parts, act, acting)
    case 'change':
      return change(parts, act, acting)
    case 'changed':
      return confirmedChange(parts, act, acting)
    case 'list':
      return {
        kind: 'list',
        account: '',
        about: '',
        at: acting.now,
        facts: { source: act.source, epoch: parts.epoch },
      }
    case 'listed':
      return confirmedList(parts, act, acting)
  }
}

function protection(parts: SafeguardingParts, act: Act<'protection'>, { now }: Acting): Entered | Refused {
  const { kind, account, protection: about, ...facts } = act
  const unknown = accountRefused(parts, account)
  if (unknown) return unknown
  if (parts.safeguards.isThere('protection', about))
    return refused(`protection ${about} has been entered before; change it, or enter another`)
  const why = dateRefused(act.from, act.to) ?? protectionRefused(act)
  return why === null ? { kind, account, about, at: now, facts } : refused(why)
}

function dateRefused(...dates: readonly (string | null | undefined)[]): string | null {
  const wrong = dates.find(date => typeof date === 'string' && parseDate(date) === null)
  return wrong === undefined ? null : `${wrong} is no date that exists`
}

/** What protects longer holds at once. */
function change({ safeguards }: SafeguardingParts, act: Act<'change'>, { now }: Acting): Entered | Refused {
  const { kind, protection: about, ...asked } = act
  const held = protectionNamed(safeguards, about)
  if ('code' in held) return held
  const why = dateRefused(asked.to) ?? changeRefused(held, asked)
  if (why !== null) return refused(why)
  const entered = { account: held.account, about, at: now }
  return loosens(held, asked)
    ? { ...entered, kind, facts: asked }
    : { ...entered, kind: 'changed', facts: { ...asked, proposal: null } }
}

function confirmedChange(
  { safeguards }: SafeguardingParts,
  { protection: about, proposal }: Act<'changed'>,
  { now, by }: Acting,
): Entered | Refused {
  const held = protectionNamed(safeguards, about)
  if ('code' in held) return held
  const { account } = held
  const found = safeguards.of(account).proposed.find(one => one.sequence === proposal && one.about === about)
  if (!found)
    return { code: 'ASK_UNKNOWN', text: `protection ${about} has no change number ${proposal} that waits` }
  if (found.by === by) return byAnother(by)
  const facts = { ...changeIn(found), proposal }
  return { kind: 'changed', account, about, at: now, facts }
}

/** One of another life speaks of what is not here any more. */
function confirmedList(
  { safeguards, epoch }: SafeguardingParts,
  { proposal }: Act<'listed'>,
  { now, by }: Acting,
): Entered | Refused {
  const found = safeguards.lists().find(one => one.kind === 'list' && one.sequence === proposal)
  if (!found || statementIn(found).epoch !== epoch)
    return { code: 'ASK_UNKNOWN', text: `nobody has said as number ${proposal} that the list is whole` }
  if (found.by === by) return byAnother(by)
  return { kind: 'listed', account: '', about: '', at: now, facts: { ...statementIn(found), proposal } }
}

function byAnother(by: string): Refused {
  return refused(`${by} proposed this; another key confirms it`)
}

function protectionNamed(safeguards: SafeguardingParts['safeguards'], id: string): ProtectionHeld | Refused {
  const account = safeguards.accountOf('protection', id)
  const found = account === null ? undefined : safeguards.of(account).protections.find(one => one.id === id)
  return found ?? { code: 'ASK_UNKNOWN', text: `there is no protection ${id}` }
}
