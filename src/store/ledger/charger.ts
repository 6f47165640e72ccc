/**
 * Charges what the book says (P-03). It follows releases, pairings, terms and prices by their numbers; what each touches is
 * judged anew beside what has been charged, and the difference and the position are one transaction: a crash anywhere neither
 * loses a charge nor makes one twice.
 */

import type { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../core/clock.ts'
import { formatScaled } from '../../core/scaled.ts'
import { HOUR } from '../../core/time.ts'
import { differences, type Owed } from '../../supply/money/charges.ts'
import type { LedgerEntry } from '../../supply/money/entry.ts'
import type { Book } from '../book/book.ts'
import { whole } from '../rows.ts'
import type { Transaction } from '../statements.ts'
import type { ChargeAnswer } from './asked.ts'
import type { ChargedTo } from './charged-to.ts'
import { createClimbs } from './climbs.ts'
import { type JudgedAround, type JudgingParts, judgedAround, type Range } from './judged.ts'
import type { Levelling } from './levelling.ts'
import type { NewEntry } from './writing.ts'

export interface ChargerParts extends JudgingParts {
  readonly database: DatabaseSync
  readonly book: Book
  readonly add: (entry: NewEntry) => LedgerEntry
  readonly chargedTo: ChargedTo
  readonly transaction: Transaction
  readonly level: Levelling
}

/** Commits and questions wait no longer for one call. */
const SLICE_MS = 20
const ROWS_AT_ONCE = 500
/** When thresholds have come into force since is looked at each time, and noted so often. */
const LEVELS_EVERY_MS = HOUR
/** Instants before and after all others. */
const [EVER, NEVER] = [-4e15, 4e15]

const SEQUENCES = ['ledger', 'pairing', 'release'] as const
type Sequence = (typeof SEQUENCES)[number]
/** Of `anew`: every meter has been gone through. */
const ALL = Number.MAX_SAFE_INTEGER

/** What a row of a sequence touches: meters, from when until when. */
interface Touched {
  readonly sequence: number
  readonly meters: readonly string[]
  readonly range: Range
}

export function createCharger(given: ChargerParts): (now: number) => ChargeAnswer {
  const parts = { ...given, climbs: createClimbs() }
  const { transaction, chargedTo, ledger } = parts
  const follow = createFollowed(parts)

  function step(now: number): ChargeAnswer {
    const end = systemClock.monotonic() + SLICE_MS
    levelThoseThatBegin(parts, now)
    const gone = goThroughAll(parts, now, end)
    if (!gone.isDone) return gone
    let { entries } = gone
    for (const name of SEQUENCES) {
      const { touched, reached } = follow(name, chargedTo.of(name))
      for (const { sequence, meters, range } of touched) {
        for (const meter of meters) entries += settleMeter(parts, meter, range, now)
        if (systemClock.monotonic() < end || sequence === reached) continue
        chargedTo.move(name, sequence)
        return { entries, isDone: false }
      }
      if (reached !== chargedTo.of(name)) chargedTo.move(name, reached)
      if (reached < lastOf(parts, name)) return { entries, isDone: false }
    }
    return { entries, isDone: true }
  }

  return now => (ledger.accounts().length === 0 ? { entries: 0, isDone: true } : transaction(() => step(now)))
}

function levelThoseThatBegin({ ledger, chargedTo, level }: ChargerParts, now: number): void {
  const begun = chargedTo.of('begun')
  for (const account of ledger.thresholdsBegun(begun, now)) level(account, now)
  if (now > begun + LEVELS_EVERY_MS) chargedTo.move('begun', now)
}

/**
 * At first, in another life, and where a sequence was lost: what comes from now on is followed, and what is there is gone through
 * meter by meter. Those that were ever somebody's, in order; where there come to be more, one is looked at twice.
 */
function goThroughAll(parts: ChargerParts, now: number, end: number): ChargeAnswer {
  const { database, chargedTo } = parts
  const isLost = SEQUENCES.some(name => chargedTo.of(name) > lastOf(parts, name))
  let gone = isLost ? 0 : chargedTo.of('anew')
  if (gone === ALL) return { entries: 0, isDone: true }
  if (gone === 0) for (const name of SEQUENCES) chargedTo.move(name, lastOf(parts, name))
  const meters = database.prepare('SELECT DISTINCT meter FROM pairing ORDER BY meter').all()
  let entries = 0
  for (const { meter } of meters.slice(gone)) {
    entries += settleMeter(parts, String(meter), [EVER, NEVER], now)
    gone += 1
    if (systemClock.monotonic() >= end) break
  }
  const isDone = gone >= meters.length
  chargedTo.move('anew', isDone ? ALL : gone)
  return { entries, isDone }
}

function lastOf({ book, ledger, archive }: ChargerParts, name: Sequence): number {
  const lasts = {
    release: book.lastSequence,
    ledger: ledger.lastRule,
    pairing: () => archive().sequence,
  }
  return lasts[name]()
}

type Follow = (
  name: Sequence,
  from: number,
) => { readonly touched: readonly Touched[]; readonly reached: number }

function createFollowed(parts: ChargerParts): Follow {
  const ask = statementsFor(parts.database)
  return (name, from) => {
    const rows = ask[name].all(from)
    const reached = whole(rows.at(-1)?.['sequence'] ?? from)
    const touched = rows.map((row): Touched => {
      const sequence = whole(row['sequence'])
      if (name === 'ledger') {
        const { kind, account, about, since } = row
        const accounts = kind === 'terms' ? [String(account)] : accountsOf(parts, String(about))
        return { sequence, meters: metersOf(parts, accounts), range: [whole(since), NEVER] }
      }
      const at = whole(row['boundary'])
      // What it was before, and what else of the meter it moved, may lie anywhere.
      const range: Range = name === 'release' ? [at, at] : [EVER, NEVER]
      return { sequence, meters: [String(row['meter'])], range }
    })
    return { touched, reached }
  }
}

/** Those with a price list in their terms. */
function accountsOf({ ledger }: ChargerParts, list: string): readonly string[] {
  return ledger.accounts().filter(one => ledger.termsOf(one).some(({ prices }) => prices === list))
}

function metersOf({ archive }: ChargerParts, accounts: readonly string[]): readonly string[] {
  return [
    ...new Set(
      accounts.flatMap(one =>
        archive()
          .ofAccount(one)
          .map(({ meter }) => meter),
      ),
    ),
  ]
}

/** Entries written: what is owed of a meter around a time, less what has been charged. */
function settleMeter(parts: ChargerParts, meter: string, range: Range, now: number): number {
  const { ledger, archive, add } = parts
  const holders = archive().ofMeter(meter)
  const isOfNobodyCharged = holders.every(({ account }) => !ledger.isOfTerms(account))
  if (isOfNobodyCharged && !ledger.isThere('charge', meter)) return 0
  const around = judgedAround(parts, meter, range)
  const due = differences(
    around.owed.map(({ owed }) => owed),
    around.charged,
  ).filter(({ account }) => !around.damaged.includes(account))
  for (const one of due) {
    const { account, from, to, amount } = one
    const moved = formatScaled({ digits: -amount.digits, scaler: amount.scaler })
    const facts = factsOf(one, around)
    add({
      account,
      kind: 'charge',
      about: meter,
      from,
      to,
      amount: moved,
      facts,
      recordedAt: now,
      by: 'rule',
    })
  }
  for (const account of new Set(due.map(one => one.account))) parts.level(account, now)
  return due.length
}

/** Of what is owed no more: the releases that are there now. */
function factsOf(due: Owed, { owed, releases }: JudgedAround): object {
  const { obis, from, to } = due
  const found = owed.find(one => one.owed.account === due.account && isOfSpan(one.owed, due))
  if (!found) {
    const within = releases.filter(({ boundary }) => boundary >= from && boundary <= to)
    return { obis, quantity: null, price: null, releases: within.map(({ sequence }) => sequence) }
  }
  return found.facts
}

function isOfSpan(a: Owed, b: Owed): boolean {
  return a.obis === b.obis && a.from === b.from && a.to === b.to
}

function statementsFor(database: DatabaseSync) {
  const after = `WHERE sequence > ? ORDER BY sequence LIMIT ${ROWS_AT_ONCE}`
  return {
    release: database.prepare(`SELECT sequence, meter, boundary FROM release ${after}`),
    pairing: database.prepare(`SELECT sequence, meter FROM pairing ${after}`),
    ledger: database.prepare(
      `SELECT sequence, kind, account, about, since FROM ledger INDEXED BY ledger_rule WHERE sequence > ?
       AND kind IN ('terms', 'prices') ORDER BY sequence LIMIT ${ROWS_AT_ONCE}`,
    ),
  }
}
