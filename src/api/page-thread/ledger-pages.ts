/** Pages of accounts' money: what an account has, its ledger, price lists. */

import type { z } from 'zod'
import { Fault } from '../../core/faults.ts'
import { addScaled, formatScaled, type Scaled } from '../../core/scaled.ts'
import { DAY, isoWithOffset } from '../../core/time.ts'
import { exactly } from '../../store/ledger/ledger.ts'
import { notChargedYet } from '../../store/ledger/not-charged.ts'
import { writeLedgerEntry } from '../../store/ledger/writing.ts'
import { type Terms, termsAt } from '../../supply/account/terms.ts'
import { daysLeft, LAST_DAYS } from '../../supply/money/days-left.ts'
import { balanceAfter, type LedgerEntry } from '../../supply/money/entry.ts'
import { inForce } from '../../supply/money/prices.ts'
import type { accountBalance, ledgerPage, priceLists } from '../ledger-shapes.ts'
import type { BillingParts } from './billing-pages.ts'
import { inOnePiece } from './text.ts'

type Bytes = Promise<Uint8Array<ArrayBuffer>>
type LedgerParts = Pick<BillingParts, 'reader' | 'offsetMinutes'>

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
export async function balancePageOf(
  { reader, offsetMinutes }: LedgerParts,
  { account, now }: BalanceAsked,
): Bytes {
  const { ledger, book, archive } = reader
  const all = ledger.termsOf(account)
  const { entries, isWhole } = entriesOf({ reader }, account)
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const balance = isWhole ? balanceAfter(null, entries) : null
  const moved = entries.findLast(({ amount }) => amount !== null)
  const charges = entries.filter(({ kind }) => kind === 'charge')
  const left = balance && daysLeft(balance, costsOfDays(charges))
  const missing = notChargedYet({ ledger, book, archive, offsetMinutes }, account, now)
  const current = termsAt(all, now)
  const answer: z.infer<typeof accountBalance> = {
    account,
    terms: current && showTerms(current, offsetMinutes),
    allTerms: all.map(one => showTerms(one, offsetMinutes)),
    balance: balance && formatScaled(balance),
    because: balance === null ? whyNone(isWhole, all) : null,
    asOf: moved ? at(moved.kind === 'balance' ? moved.from : moved.recordedAt) : null,
    chargedTo: charges.length > 0 ? at(Math.max(...charges.map(({ to }) => to ?? 0))) : null,
    daysLeft: left && { ...left, perDay: formatScaled(left.perDay) },
    notCharged: missing.map(({ from, to, quantity, amount, ...one }) => ({
      ...one,
      ...{ from: at(from), to: at(to) },
      quantity: quantity && formatScaled(quantity),
      amount: amount && formatScaled(amount),
    })),
  }
  return inOnePiece([JSON.stringify(answer)])
}

function entriesOf({ reader }: Pick<LedgerParts, 'reader'>, account: string) {
  const kept = reader.ledger.of(account)
  if (kept.entries.length === 0 && kept.isWhole)
    throw new Fault('ASK_UNKNOWN', 'this account has no terms; POST /v1/accounts/{id}/terms enters them')
  return kept
}

function whyNone(isWhole: boolean, all: readonly Terms[]): string {
  if (!isWhole) return 'an entry of its ledger is damaged and withheld: what it comes to is not known'
  if (all.every(({ balance }) => balance === 'none')) return 'no balance of this account is kept here'
  return 'nothing has been entered yet'
}

/** What the last days cost that are charged by themselves, corrections included. */
function costsOfDays(charges: readonly LedgerEntry[]): readonly Scaled[] {
  const days = new Map<number, Scaled>()
  for (const { from, to, amount } of charges) {
    if (to !== from + DAY) continue
    const { digits, scaler } = exactly(amount ?? '')
    const cost = { digits: -digits, scaler }
    const before = days.get(from)
    days.set(from, before ? addScaled(before, cost) : cost)
  }
  const last = [...days].sort(([a], [b]) => b - a).slice(0, LAST_DAYS)
  return last.map(([, cost]) => cost)
}

function showTerms({ from, mode, agreement, balance, currency, prices }: Terms, offsetMinutes: number) {
  return { from: isoWithOffset(from, offsetMinutes), mode, agreement, balance, currency, prices }
}

export async function ledgerPageOf(
  { reader, offsetMinutes }: LedgerParts,
  { account, after, limit }: LedgerAsked,
): Bytes {
  const { entries, isWhole } = entriesOf({ reader }, account)
  const shown: z.infer<typeof ledgerPage>['entries'] = []
  let balance: Scaled | null = null
  for (const entry of entries) {
    balance = balanceAfter(balance, [entry])
    if (entry.sequence <= after) continue
    shown.push(writeLedgerEntry(entry, isWhole ? balance : null, offsetMinutes))
    if (shown.length >= limit) break
  }
  const next = shown.at(-1)?.sequence ?? after
  return inOnePiece([JSON.stringify({ account, entries: shown, next } satisfies z.infer<typeof ledgerPage>)])
}

export async function pricesPageOf({ reader, offsetMinutes }: LedgerParts): Bytes {
  const lists = reader.ledger.lists().map(list => {
    const tables = inForce(reader.ledger.tablesOf(list))
    return {
      list,
      currency: tables[0]?.currency ?? '',
      tables: tables.map(({ from, registers }) => ({
        from: isoWithOffset(from, offsetMinutes),
        registers: Object.fromEntries([...registers].map(([obis, price]) => [obis, formatScaled(price)])),
      })),
    }
  })
  return inOnePiece([JSON.stringify({ lists } satisfies z.infer<typeof priceLists>)])
}
