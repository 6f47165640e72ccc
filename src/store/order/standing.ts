/** All that is known when a cut is thought of: gathered anew each time, within the transaction it is needed in (PR-53). */

import { formatScaled } from '../../core/scaled.ts'
import type { ArchiveView } from '../../reading/archive/archive.ts'
import { termsAt } from '../../supply/account/terms.ts'
import { noticeFact } from '../../supply/notice/standing.ts'
import { type BillingWord, billingWord } from '../../supply/order/billing.ts'
import type { FactsShown } from '../../supply/order/facts-shown.ts'
import type { Standing } from '../../supply/order/final-check.ts'
import { fuse } from '../../supply/order/fuses.ts'
import type { Wanted } from '../../supply/order/order.ts'
import { LATEST_ARRIVAL_MS } from '../../supply/order/timing.ts'
import type { Facts } from '../../supply/policy/facts.ts'
import type { Audits } from '../audits.ts'
import { creditedBy } from '../ledger/credits.ts'
import type { Queries } from '../queries.ts'
import { type CutFactsParts, cutFactsOf, declaredFor } from '../safeguard/cut-facts.ts'
import type { Moment } from './asked.ts'
import type { Orders } from './orders.ts'
import type { CutRules, OrderedMeter } from './rules.ts'

export interface StandingParts extends CutFactsParts {
  readonly archive: () => Pick<ArchiveView, 'ofAccount' | 'pairingAt'>
  readonly orders: Pick<Orders, 'pastCuts' | 'knownSince' | 'fuse' | 'stopped' | 'ofMeter'>
  readonly auditsNear: Audits['near']
  readonly latestOf: Queries['latestOf']
  readonly rules: CutRules
  readonly isWritable: () => boolean
}

/** Of one cut; `cut.id` is the order that a second notice must be of. */
export type Subject = Pick<
  Wanted,
  'id' | 'account' | 'meter' | 'line' | 'transformer' | 'requestedBy' | 'batch'
>

/** And what billing answered, where it was asked right before. */
export interface LastMoment extends Moment {
  readonly billing?: BillingWord | null
}

export function standingOf(parts: StandingParts, cut: Subject, moment: LastMoment, at: number): Standing {
  const { orders, rules, isWritable } = parts
  const meter = rules.meters.get(cut.meter) ?? null
  const facts = factsOf(parts, cut, moment, at)
  const past = orders.pastCuts(at)
  const counts = past && { past, meters: rules.meters.size, knownSince: orders.knownSince() ?? at }
  return {
    facts,
    declaredLater: declaredFor(parts, at + LATEST_ARRIVAL_MS),
    shown: meter && orders.ofMeter(cut.meter).isWhole ? shownOf(parts, cut, meter, facts, at) : null,
    billing: billingOf(parts, cut, { facts, answer: moment.billing ?? null }, at),
    isOutage: moment.outages === null ? null : moment.outages.includes(cut.line),
    isExchangeOpen: isExchangeOpen(parts, cut, at),
    isJournalWritable: isWritable(),
    isStoreWell: moment.isStoreWell,
    isStopped: orders.stopped() !== null ? true : moment.hasStopFile,
    fuse: counts && fuse(rules.policy.fuses, orders.fuse(), cut, counts, at),
    line: meter?.link ?? null,
    control: meter?.control ?? null,
    ...(meter?.lacks && { lacks: meter.lacks }),
    register: meter && registerOf(parts, cut.meter, meter.register),
    mostPerHour: meter?.mostPerHour ?? null,
  }
}

function billingOf(
  { ledger, rules }: StandingParts,
  { account }: Subject,
  { facts, answer }: { readonly facts: Facts; readonly answer: BillingWord | null },
  at: number,
): BillingWord {
  const stated = ledger.of(account).entries.findLast(({ kind }) => kind === 'balance')
  const known = {
    ...{ answer, statedAt: stated?.from ?? null, owed: facts.arrears?.amount ?? null },
    balance: termsAt(ledger.termsOf(account), at)?.balance ?? 'none',
  }
  return billingWord(rules.billing, known, at)
}

/** The second notice is of this order alone (P-05). */
function factsOf(parts: StandingParts, { account, id }: Subject, moment: Moment, at: number): Facts {
  const { gatewayTime } = moment
  const customerOf = (meter: string) => parts.rules.meters.get(meter)?.customer ?? null
  const facts = cutFactsOf(parts, account, at, { gatewayTime, customerOf })
  const { notices, isWhole } = parts.safeguards.of(account)
  const ofOrder = notices.filter(({ order }) => order === id)
  return { ...facts, secondNotice: isWhole ? noticeFact(ofOrder, 'second') : null }
}

/** Null where one of them is not known. */
function shownOf(
  { archive, ledger, book, rules }: StandingParts,
  { account, meter: id }: Subject,
  meter: OrderedMeter,
  { customer, arrears, read, protections, firstNotice }: Facts,
  at: number,
): FactsShown | null {
  const pairing = archive().pairingAt(id, at)
  const entry = read && book.historyOf(id, read.at + 1, 1).at(-1)
  const register = entry?.registers.find(({ obis }) => obis === meter.register) ?? entry?.registers[0]
  if (pairing === null || pairing.account !== account || meter.number === null || customer === null)
    return null
  if (arrears === null || !entry || !register || protections === null) return null
  if (typeof firstNotice !== 'number') return null
  const { name, edition } = rules.policy
  return {
    ...{ meter: id, address: meter.address, number: meter.number, account, customer },
    pairing: { from: pairing.from, reference: `pairing ${pairing.sequence}` },
    arrears: {
      ...{ amount: formatScaled(arrears.amount), currency: arrears.currency },
      credits: creditedBy(ledger.of(account).entries)?.sequence ?? 0,
    },
    read: { at: entry.boundary, register: register.obis, value: formatScaled(register.value) },
    policy: { name, edition, digest: rules.policyDigest },
    protections: protections.map(({ class: of, from, to, authorityReference, visited }) => ({
      ...{ class: of, from, to, authorityReference, visited },
    })),
    firstNotice,
  }
}

function isExchangeOpen({ archive, auditsNear }: StandingParts, { meter }: Subject, at: number) {
  if (archive().pairingAt(meter, at) === null) return null
  return auditsNear(meter, at).before?.found === 'other'
}

/** The newest that was read of it, if that is good. */
function registerOf({ latestOf }: StandingParts, meter: string, obis: string): Standing['register'] {
  const newest = latestOf(meter)
    .filter(one => one.obis === obis)
    .toSorted((one, other) => one.readAt - other.readAt)
    .at(-1)
  return newest?.quality === 'good' ? { value: newest.value, at: newest.readAt } : null
}
