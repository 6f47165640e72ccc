/** What the store knows of an account when a cut is thought of (PR-53): what it does not know is null, and never passes. */

import { compareScaled, type Scaled } from '../../core/scaled.ts'
import { HOUR } from '../../core/time.ts'
import type { ArchiveView } from '../../reading/archive/archive.ts'
import { holdsAt } from '../../reading/archive/pairing.ts'
import { termsAt } from '../../supply/account/terms.ts'
import { noticeFact } from '../../supply/notice/standing.ts'
import type { Facts } from '../../supply/policy/facts.ts'
import type { Customer } from '../../supply/policy/policy.ts'
import { protectedBy } from '../../supply/protection/protection.ts'
import type { Book } from '../book/book.ts'
import { stateOf } from '../ledger/account-state.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { MeterClock } from '../words.ts'
import { declarationsAt } from './declaring.ts'
import { lastMet } from './known.ts'
import { isListed, type Safeguards } from './safeguards.ts'

export interface CutFactsParts {
  readonly ledger: Pick<Ledger, 'of' | 'termsOf'>
  readonly book: Pick<Book, 'historyOf'>
  readonly safeguards: Pick<Safeguards, 'of' | 'lists' | 'lastOf'>
  readonly archive: () => Pick<ArchiveView, 'ofAccount'>
  readonly clockNear: (meter: string, near: number) => MeterClock | null
  readonly epoch: number
}

/** What is known elsewhere. */
export interface KnownBeside {
  readonly gatewayTime: Facts['gatewayTime']
  /** Null where nobody has said. */
  readonly customerOf: (meter: string) => Customer | null
}

/** An older measurement says nothing of the meter's clock now. */
const CLOCK_KNOWN_FOR_MS = 48 * HOUR
/** Boundaries looked back for one that was read. */
const MOST_BACK = 8

/** `now` is UTC ms. */
export function cutFactsOf(parts: CutFactsParts, account: string, now: number, beside: KnownBeside): Facts {
  const meters = parts
    .archive()
    .ofAccount(account)
    .filter(one => holdsAt(one, now))
    .map(({ meter }) => meter)
  const customers = new Set(meters.map(beside.customerOf))
  const { notices, visits, protections, isWhole } = parts.safeguards.of(account)
  const met = lastMet(visits)
  return {
    customer: customers.size === 1 ? ([...customers][0] ?? null) : null,
    arrears: arrearsOf(parts, account, now),
    read: readOf(parts, account, meters, now),
    meterClockErrorMs: clockErrorOf(parts, meters, now),
    gatewayTime: beside.gatewayTime,
    firstNotice: isWhole ? noticeFact(notices, 'first') : null,
    secondNotice: isWhole ? noticeFact(notices, 'second') : null,
    // Nobody is known not to be protected before the list of those who are is known to be whole (PR-55).
    protections:
      isWhole && isListed(parts.safeguards, parts.epoch)
        ? protections.map(one => protectedBy(one, met))
        : null,
    declared: declaredFor(parts, now),
  }
}

/** What is known now of that time. */
export function declaredFor(
  { safeguards, epoch }: Pick<CutFactsParts, 'safeguards' | 'epoch'>,
  then: number,
): Facts['declared'] {
  return new Map(declarationsAt(safeguards, epoch, then).map(({ name, is }) => [name, is] as const))
}

/** What is owed, once the overdraft is used up; before that nothing is. Money that is in a meter nobody here knows. */
function arrearsOf({ ledger }: CutFactsParts, account: string, now: number): Facts['arrears'] {
  const terms = termsAt(ledger.termsOf(account), now)
  const currency = terms?.balance === 'none' ? null : (terms?.currency ?? null)
  const kept = ledger.of(account)
  const { balance, thresholds } = stateOf(kept, now)
  // A damaged entry may have been the overdraft.
  if (balance === null || currency === null || (thresholds === null && kept.damaged.length > 0)) return null
  const owed: Scaled = { digits: -balance.digits, scaler: balance.scaler }
  const granted = thresholds?.overdraft ?? NOTHING
  const isUsedUp = owed.digits > 0n && compareScaled(owed, granted) >= 0
  return { amount: isUsedUp ? owed : NOTHING, currency }
}

const NOTHING: Scaled = { digits: 0n, scaler: 0 }

type Read = NonNullable<Facts['read']>

/** Of all meters the one that is known worst, for the balance rests on all of them. */
function readOf(
  { ledger, book }: CutFactsParts,
  account: string,
  meters: readonly string[],
  now: number,
): Facts['read'] {
  const way = termsAt(ledger.termsOf(account), now)?.balance ?? 'none'
  const stated = ledger.of(account).entries.findLast(({ kind }) => kind === 'balance')
  const until = way === 'pushed' ? (stated?.from ?? null) : now
  if (way === 'none' || until === null || meters.length === 0) return null
  const reads = meters.map((meter): Read | null => {
    // What is charged here rests on no estimate; what billing charged may.
    const newest = book
      .historyOf(meter, until + 1, MOST_BACK)
      .findLast(({ standing }) => way === 'pushed' || standing !== 'estimated')
    if (!newest) return null
    const isRead = newest.standing === 'actual' || newest.standing === 'totals-only'
    return { at: newest.boundary, quality: isRead ? 'actual' : 'estimated' }
  })
  return reads.reduce((a, b) => (a === null || b === null ? null : worse(a, b)))
}

function worse(a: Read, b: Read): Read {
  return { at: Math.min(a.at, b.at), quality: a.quality === 'actual' ? b.quality : a.quality }
}

/** The farthest off of them. */
function clockErrorOf({ clockNear }: CutFactsParts, meters: readonly string[], now: number): number | null {
  const errors = meters.map(meter => {
    const clock = clockNear(meter, now)
    return clock && Math.abs(clock.measuredAt - now) <= CLOCK_KNOWN_FOR_MS ? clock.deviationMs : null
  })
  return errors.reduce<number | null>(
    (most, error, index) =>
      error === null || (index > 0 && most === null) ? null : Math.max(most ?? 0, Math.abs(error)),
    null,
  )
}
