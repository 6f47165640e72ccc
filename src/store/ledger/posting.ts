/** What people and billing enter: judged beside what is there and written with its idempotency key, in one transaction. */

import { DAY, isoWithOffset, MINUTE, slotOf } from '../../core/time.ts'
import type { Archive } from '../../reading/archive/archive.ts'
import { type Terms, termsAt, termsRefused, type Way } from '../../supply/account/terms.ts'
import type { LedgerEntry } from '../../supply/money/entry.ts'
import { thresholdsRefused } from '../../supply/money/levels.ts'
import { tableRefused } from '../../supply/money/prices.ts'
import type { Journal } from '../journal/journal.ts'
import type { Transaction } from '../statements.ts'
import { balanceOf } from './account-state.ts'
import type { Answered, LedgerAct, PostAsked, Posted } from './asked.ts'
import { isCredit, statedAt } from './credits.ts'
import { deedDone, namedOf } from './deeds.ts'
import type { Ledger } from './ledger.ts'
import type { Levelling } from './levelling.ts'
import type { OnceOnly } from './once.ts'
import { exactly, tableOf } from './table-written.ts'
import { type NewEntry, writeLedgerEntry } from './writing.ts'

export interface PostingParts {
  readonly ledger: Ledger
  readonly add: (entry: NewEntry) => LedgerEntry
  readonly onceOnly: OnceOnly
  readonly archive: () => Archive
  readonly transaction: Transaction
  readonly offsetMinutes: number
  readonly level: Levelling
  readonly journal: Pick<Journal, 'add'>
}

type Refused = Pick<Extract<Answered, { code: unknown }>, 'code' | 'text'>
type Act<Kind extends LedgerAct['kind']> = Extract<LedgerAct, { kind: Kind }>
type Entered = Pick<NewEntry, 'account' | 'about' | 'from' | 'amount' | 'facts'> &
  Partial<Pick<NewEntry, 'kind'>>

export function createPosting(parts: PostingParts): (asked: PostAsked) => Posted {
  const { add, journal, ledger, level, onceOnly, transaction, offsetMinutes } = parts

  function enter({ act, now, by, once }: PostAsked): Answered {
    const entered = aheadRefused(parts, act, now) ?? enteredBy(parts, act, { now, by })
    if ('code' in entered) return { ...entered, request: once.request }
    const entry = add({ kind: act.kind, ...entered, to: null, recordedAt: now, by })
    if (entry.account !== '') level(entry.account, now)
    const balance = entry.account === '' ? null : balanceOf(ledger.of(entry.account))
    return { answer: JSON.stringify(writeLedgerEntry(entry, balance, offsetMinutes)) }
  }

  return asked =>
    transaction(() => {
      const { posted, isAgain } = onceOnly(asked, () => enter(asked))
      if (!isAgain) journal.add(deedDone(asked, namedOf(asked.act), posted))
      return posted
    })
}

/** How far other people's clocks may be ahead of ours. */
const AHEAD_MS = 5 * MINUTE

function aheadRefused(parts: PostingParts, act: LedgerAct, now: number): Refused | null {
  if (!('at' in act) || act.at <= now + AHEAD_MS || isPaying(parts, act)) return null
  const at = isoWithOffset(act.at, parts.offsetMinutes)
  return refused(`${at} lies in the future of this gateway's clock: one of the clocks is wrong`)
}

function isPaying({ ledger }: PostingParts, act: LedgerAct): boolean {
  if (act.kind !== 'balance') return act.kind === 'payment'
  return isCredit({ ...act, sequence: Number.MAX_SAFE_INTEGER }, ledger.of(act.account).entries)
}

/** Who pays is not left in the dark for a clock: it counts from now, and the time it was given stands beside it. */
function paidAt({ offsetMinutes }: PostingParts, at: number, now: number) {
  return at <= now + AHEAD_MS
    ? { from: at, facts: {} }
    : { from: now, facts: { stated: isoWithOffset(at, offsetMinutes) } }
}

function enteredBy(
  parts: PostingParts,
  act: LedgerAct,
  { now, by }: Pick<PostAsked, 'now' | 'by'>,
): Entered | Refused {
  switch (act.kind) {
    case 'terms':
      return terms(parts, act, now)
    case 'prices':
      return prices(parts, act, now)
    case 'payment':
      return payment(parts, act, now)
    case 'reversal':
      return reversal(parts, act, now)
    case 'balance':
      return stated(parts, act, now)
    case 'thresholds':
      return thresholds(parts, act)
    case 'confirmed':
      return confirmed(parts, act, { now, by })
  }
}

function refused(text: string): Refused {
  return { code: 'LEDGER_REFUSED', text }
}

function midnightRefused(parts: PostingParts, from: number): Refused | null {
  const { offsetMinutes } = parts
  if (slotOf(from, DAY, offsetMinutes) === from) return null
  return refused(
    `${isoWithOffset(from, offsetMinutes)} is no midnight of the site, and days are charged whole`,
  )
}

function terms(parts: PostingParts, act: Act<'terms'>, now: number): Entered | Refused {
  const { account, terms: next } = act
  if (parts.archive().versionsOf(account).length === 0)
    return { code: 'ASK_UNKNOWN', text: `the archive has no account ${account}; import it first` }
  const why = termsRefused(next, parts.ledger.termsOf(account), now) ?? listRefused(parts.ledger, next)
  if (why !== null) return refused(why)
  const { from, ...facts } = next
  return midnightRefused(parts, from) ?? { account, about: next.agreement, from, amount: null, facts }
}

function listRefused(ledger: Ledger, { prices: list, currency }: Terms): string | null {
  if (list === null) return null
  const [first] = ledger.tablesOf(list)
  if (first === undefined) return `there is no price list ${list}; enter one first`
  return first.currency === currency ? null : `price list ${list} is in ${first.currency}`
}

function prices(parts: PostingParts, act: Act<'prices'>, now: number): Entered | Refused {
  const { kind: _, list, from, ...facts } = act
  const why = tableRefused(tableOf(from, facts), parts.ledger.tablesOf(list), now)
  if (why !== null) return refused(why)
  const entered = { account: '', about: list, from, amount: null, facts }
  return midnightRefused(parts, from) ?? entered
}

/** Money is taken of accounts whose balance is kept here, and stated of those billing keeps it of. */
function wayRefused(parts: PostingParts, account: string, now: number, way: Way): Refused | null {
  const all = parts.ledger.termsOf(account)
  if (all.length === 0)
    return { code: 'ASK_UNKNOWN', text: `account ${account} has no terms; enter them first` }
  const kept = all.find(({ balance }) => balance !== 'none')?.balance ?? 'none'
  if (kept === way) return null
  const inForce = termsAt(all, now)?.mode ?? 'nothing yet'
  const remedy = kept === 'pushed' ? '; state it by PUT /v1/accounts/{id}/balance' : ''
  return refused(
    `the balance of account ${account} is kept ${kept}, not ${way}; its mode is ${inForce}${remedy}`,
  )
}

function payment(parts: PostingParts, act: Act<'payment'>, now: number): Entered | Refused {
  const { account, payment: about, amount } = act
  const { ledger } = parts
  const isInMeter = termsAt(ledger.termsOf(account), now)?.mode === 'prepaid-in-meter'
  const why = isInMeter ? null : wayRefused(parts, account, now, 'here')
  if (why) return why
  if (PAID.some(kind => ledger.isThere(kind, about)))
    return refused(`payment ${about} has been entered before`)
  const { from, facts } = paidAt(parts, act.at, now)
  const paid = { account, about, from }
  return isInMeter
    ? { ...paid, kind: 'top-up', amount: null, facts: { ...facts, amount } }
    : { ...paid, amount, facts }
}

const PAID = ['payment', 'top-up'] as const

/** A payment that was taken back is an entry of its own: what it paid stays visible. */
function reversal(parts: PostingParts, act: Act<'reversal'>, now: number): Entered | Refused {
  const { account, payment: about, reason, at: from } = act
  const { entries } = parts.ledger.of(account)
  const paid = entries.find(one => PAID.some(kind => one.kind === kind) && one.about === about)
  const why = paid?.kind === 'top-up' ? null : wayRefused(parts, account, now, 'here')
  if (why) return why
  if (!paid) return { code: 'ASK_UNKNOWN', text: `account ${account} has no payment ${about}` }
  if (parts.ledger.isThere('reversal', about)) return refused(`payment ${about} has been reversed before`)
  const amount = paid.amount && `-${paid.amount}`
  return { account, about, from, amount, facts: { reason, payment: paid.sequence } }
}

function stated(parts: PostingParts, act: Act<'balance'>, now: number): Entered | Refused {
  const { account, amount } = act
  const why = wayRefused(parts, account, now, 'pushed')
  if (why) return why
  const { from, facts } = paidAt(parts, act.at, now)
  const last = parts.ledger.of(account).entries.findLast(({ kind }) => kind === 'balance')
  if (last && statedAt(last) >= act.at) {
    const at = isoWithOffset(statedAt(last), parts.offsetMinutes)
    return refused(`the balance of ${at} is known already; an older one does not take its place`)
  }
  return { account, about: '', from, amount, facts }
}

function thresholds({ ledger }: PostingParts, act: Act<'thresholds'>): Entered | Refused {
  const { account, from, alarm1, alarm2, overdraft } = act
  const has = ledger.termsOf(account).some(({ balance }) => balance !== 'none')
  if (!has) return refused(`no balance of account ${account} is kept here`)
  const asked = { from, alarm1: exactly(alarm1), alarm2: exactly(alarm2), overdraft: exactly(overdraft) }
  const why = thresholdsRefused(asked)
  if (why !== null) return refused(why)
  return { account, about: '', from, amount: null, facts: { alarm1, alarm2, overdraft } }
}

/** By a second person: nobody sets alone when somebody is warned, or would be cut (P-01). */
function confirmed(
  { ledger }: PostingParts,
  { account, proposal }: Act<'confirmed'>,
  { now, by }: Pick<PostAsked, 'now' | 'by'>,
): Entered | Refused {
  const { entries } = ledger.of(account)
  const found = entries.find(one => one.kind === 'thresholds' && one.sequence === proposal)
  if (!found) return { code: 'ASK_UNKNOWN', text: `account ${account} has no thresholds number ${proposal}` }
  if (found.by === by) return refused(`${by} proposed this; another key confirms it`)
  const about = `${proposal}`
  if (ledger.isThere('confirmed', about)) return refused(`number ${proposal} has been confirmed before`)
  return { account, about, from: now, amount: null, facts: JSON.parse(found.facts) as object }
}
