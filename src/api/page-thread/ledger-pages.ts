/** Pages of accounts' money: what an account has, its ledger, price lists. */

import type { z } from 'zod'
import { Fault } from '../../core/faults.ts'
import { formatScaled, type Scaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import { stateOf, thresholdsIn } from '../../store/ledger/account-state.ts'
import { notChargedYet } from '../../store/ledger/not-charged.ts'
import { writeTable } from '../../store/ledger/table-written.ts'
import { writeLedgerEntry } from '../../store/ledger/writing.ts'
import { type Terms, termsAt } from '../../supply/account/terms.ts'
import { daysLeft } from '../../supply/money/days-left.ts'
import { balanceAfter } from '../../supply/money/entry.ts'
import type { Thresholds } from '../../supply/money/levels.ts'
import { inForce } from '../../supply/money/prices.ts'
import type { accountBalance, eventsPage, ledgerPage, levelEvent, priceLists } from '../ledger-shapes.ts'
import type { BillingParts } from './billing-pages.ts'
import { accountCreditOf, CREDIT_BACK_MS, type CreditParts } from './credit.ts'
import { showCredit } from './credit-show.ts'
import { inOnePiece } from './text.ts'

type Bytes = Promise<Uint8Array<ArrayBuffer>>
type LedgerParts = Pick<BillingParts, 'reader' | 'offsetMinutes'>
type BalanceParts = LedgerParts & CreditParts & Pick<BillingParts, 'reader'>

export interface BalanceAsked {
  readonly account: string
  /** UTC ms. */
  readonly now: number
}

export interface LedgerAsked {
  readonly account: string
  /** Entries numbered after this. */
  readonly after: number
  readonly limit: number
}

/** Rejects with ASK_UNKNOWN where the account has no terms. */
export async function balancePageOf(parts: BalanceParts, { account, now }: BalanceAsked): Bytes {
  const { reader, offsetMinutes } = parts
  const { ledger, book, archive } = reader
  const all = ledger.termsOf(account)
  const { entries, damaged } = entriesOf({ reader }, account)
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const { balance, costs, thresholds, proposed, level } = stateOf({ entries, damaged }, now)
  const moved = entries.findLast(({ amount }) => amount !== null)
  const charges = entries.filter(({ kind }) => kind === 'charge')
  const left = balance && daysLeft(balance, costs)
  const missing = notChargedYet({ ledger, book, archive, offsetMinutes }, account, now)
  const current = termsAt(all, now)
  const credit = await accountCreditOf(parts, account, { from: now - CREDIT_BACK_MS, now })
  const answer: z.infer<typeof accountBalance> = {
    account,
    terms: current && showTerms(current, offsetMinutes),
    allTerms: all.map(one => showTerms(one, offsetMinutes)),
    balance: balance && formatScaled(balance),
    because: balance === null ? whyNone(damaged, all) : null,
    damaged: damaged.length > 0 ? { entries: [...damaged], remedy: remedyOf(account, all) } : null,
    asOf: moved ? at(moved.kind === 'balance' ? moved.from : moved.recordedAt) : null,
    chargedTo: charges.length > 0 ? at(Math.max(...charges.map(({ to }) => to ?? 0))) : null,
    level: thresholds && balance ? `L${level}` : null,
    thresholds: thresholds && showThresholds(thresholds, offsetMinutes),
    proposed: proposed.map(one => ({
      ...{ sequence: one.sequence, by: one.by },
      ...showThresholds(thresholdsIn(one), offsetMinutes),
    })),
    daysLeft: left && { ...left, perDay: formatScaled(left.perDay) },
    notCharged: missing.map(({ from, to, quantity, amount, ...one }) => ({
      ...one,
      ...{ from: at(from), to: at(to) },
      quantity: quantity && formatScaled(quantity),
      amount: amount && formatScaled(amount),
    })),
    inMeter: credit && showCredit(credit, offsetMinutes),
  }
  return inOnePiece([JSON.stringify(answer)])
}

function entriesOf({ reader }: Pick<LedgerParts, 'reader'>, account: string) {
  const kept = reader.ledger.of(account)
  if (kept.entries.length + kept.damaged.length === 0)
    throw new Fault('ASK_UNKNOWN', 'this account has no terms; POST /v1/accounts/{id}/terms enters them')
  return kept
}

function whyNone(damaged: readonly number[], all: readonly Terms[]): string {
  if (damaged.length > 0) {
    const [entries, are] = damaged.length === 1 ? ['entry', 'is'] : ['entries', 'are']
    return `${entries} ${damaged.join(', ')} of its ledger ${are} damaged and withheld: what it comes to is not known`
  }
  if (all.every(({ balance }) => balance === 'none')) return 'no balance of this account is kept here'
  return 'nothing has been entered yet'
}

function remedyOf(account: string, all: readonly Terms[]): string {
  const journal = 'of what people entered meterd audit list tells who and when'
  if (all.some(({ balance }) => balance === 'pushed'))
    return `PUT /v1/accounts/${account}/balance states the balance anew; propose and confirm thresholds anew, too; ${journal}`
  return `put back a backup from before it was damaged (meterd restore), then enter what was paid since once more; ${journal}`
}

function showTerms({ from, mode, agreement, balance, currency, prices }: Terms, offsetMinutes: number) {
  return { from: isoWithOffset(from, offsetMinutes), mode, agreement, balance, currency, prices }
}

function showThresholds({ from, alarm1, alarm2, overdraft }: Thresholds, offsetMinutes: number) {
  return {
    from: isoWithOffset(from, offsetMinutes),
    ...{ alarm1: formatScaled(alarm1), alarm2: formatScaled(alarm2), overdraft: formatScaled(overdraft) },
  }
}

export async function ledgerPageOf(
  { reader, offsetMinutes }: LedgerParts,
  { account, after, limit }: LedgerAsked,
): Bytes {
  const { entries, damaged } = entriesOf({ reader }, account)
  const shown: z.infer<typeof ledgerPage>['entries'] = []
  let balance: Scaled | null = null
  let stated = 0
  for (const entry of entries) {
    const { sequence, kind } = entry
    balance = balanceAfter(balance, [entry])
    if (kind === 'balance') stated = sequence
    if (sequence <= after) continue
    const isKnown = damaged.every(one => one < stated || one > sequence)
    shown.push(writeLedgerEntry(entry, isKnown ? balance : null, offsetMinutes))
    if (shown.length >= limit) break
  }
  const next = shown.at(-1)?.sequence ?? after
  return inOnePiece([JSON.stringify({ account, entries: shown, next } satisfies z.infer<typeof ledgerPage>)])
}

/** What followers of levels are told, in the order it was entered. */
export async function eventsPageOf(
  { reader, gateway, epoch, offsetMinutes }: LedgerParts & Pick<BillingParts, 'gateway' | 'epoch'>,
  { after, limit }: Omit<LedgerAsked, 'account'>,
): Bytes {
  const { entries, reached } = reader.ledger.levelsAfter(after, limit)
  const events = entries.map(({ sequence, account, about, facts, recordedAt }) => {
    const told = JSON.parse(facts) as Omit<
      z.infer<typeof levelEvent>,
      'sequence' | 'type' | 'account' | 'level' | 'at'
    >
    const at = isoWithOffset(recordedAt, offsetMinutes)
    return { sequence, type: 'account.level' as const, account, level: about, ...told, at }
  })
  const answer = { gateway, epoch, events, next: reached }
  return inOnePiece([JSON.stringify(answer satisfies z.infer<typeof eventsPage>)])
}

export async function pricesPageOf({ reader, offsetMinutes }: LedgerParts): Bytes {
  const lists = reader.ledger.lists().map(list => {
    const tables = inForce(reader.ledger.tablesOf(list))
    return {
      list,
      currency: tables[0]?.currency ?? '',
      tables: tables.map(table => {
        const { currency: _, ladder = null, standing = null, ...written } = writeTable(table)
        const climbs = ladder && { ...ladder, steps: [...ladder.steps] }
        return { from: isoWithOffset(table.from, offsetMinutes), ...written, ladder: climbs, standing }
      }),
    }
  })
  return inOnePiece([JSON.stringify({ lists } satisfies z.infer<typeof priceLists>)])
}
