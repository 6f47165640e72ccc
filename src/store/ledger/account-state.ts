/** What the entries of one account come to: balance, what a day costs, thresholds, level. */

import { addScaled, type Scaled } from '../../core/scaled.ts'
import { DAY } from '../../core/time.ts'
import { LAST_DAYS, medianOf } from '../../supply/money/days-left.ts'
import { balanceAfter, type LedgerEntry } from '../../supply/money/entry.ts'
import type { Level, Thresholds } from '../../supply/money/levels.ts'
import type { AccountEntries } from './ledger.ts'
import { exactly } from './table-written.ts'

export interface AccountState {
  /** As `balanceOf`. */
  readonly balance: Scaled | null
  /** Of the last days that were charged by themselves, the newest first. */
  readonly costs: readonly Scaled[]
  readonly perDay: Scaled | null
  readonly thresholds: Thresholds | null
  /** Entries that propose thresholds and wait for another key. */
  readonly proposed: readonly LedgerEntry[]
  readonly level: Level
}

/**
 * Null where nothing was entered, or something of it is damaged. What was before a balance was stated is of no account:
 * it is what was said.
 */
export function balanceOf({ entries, damaged }: AccountEntries): Scaled | null {
  const stated = entries.findLast(({ kind }) => kind === 'balance')?.sequence ?? 0
  return damaged.every(sequence => sequence < stated) ? balanceAfter(null, entries) : null
}

export function stateOf({ entries, damaged }: AccountEntries, now: number): AccountState {
  const costs = costsOfDays(entries)
  const confirmed = new Set(entries.flatMap(one => (one.kind === 'confirmed' ? [one.about] : [])))
  const asked = entries.filter(({ kind }) => kind === 'thresholds')
  const inForce = asked
    .filter(one => confirmed.has(`${one.sequence}`) && one.from <= now)
    .sort((a, b) => a.from - b.from || a.sequence - b.sequence)
    .at(-1)
  const last = entries.findLast(({ kind }) => kind === 'level')
  return {
    balance: balanceOf({ entries, damaged }),
    costs,
    perDay: medianOf(costs),
    // What is damaged may have been others, that took the place of these.
    thresholds:
      inForce && damaged.every(sequence => sequence < inForce.sequence) ? thresholdsIn(inForce) : null,
    proposed: asked.filter(one => !confirmed.has(`${one.sequence}`)),
    level: last ? levelAfter(last) : 0,
  }
}

export function thresholdsIn({ from, facts }: LedgerEntry): Thresholds {
  const told = JSON.parse(facts) as Readonly<Record<Exclude<keyof Thresholds, 'from'>, string>>
  const { alarm1, alarm2, overdraft } = told
  return { from, alarm1: exactly(alarm1), alarm2: exactly(alarm2), overdraft: exactly(overdraft) }
}

/** "L2" is reached, or left for the one below. */
function levelAfter({ about, facts }: LedgerEntry): Level {
  const { event } = JSON.parse(facts) as { readonly event: string }
  return (Number(about.slice(1)) - (event === 'left' ? 1 : 0)) as Level
}

/** What the last days cost that are charged by themselves, corrections included. */
function costsOfDays(entries: readonly LedgerEntry[]): readonly Scaled[] {
  const days = new Map<number, Scaled>()
  for (const { kind, from, to, amount } of entries) {
    if (kind !== 'charge' || to !== from + DAY) continue
    const { digits, scaler } = exactly(amount ?? '')
    const cost = { digits: -digits, scaler }
    const before = days.get(from)
    days.set(from, before ? addScaled(before, cost) : cost)
  }
  const last = [...days].sort(([a], [b]) => b - a).slice(0, LAST_DAYS)
  return last.map(([, cost]) => cost)
}
