/** Pages of notices, visits and protections, and of what is known of an account when a cut is thought of. */

import type { z } from 'zod'
import { Fault } from '../../core/faults.ts'
import { formatScaled } from '../../core/scaled.ts'
import { isoWithOffset, SECOND } from '../../core/time.ts'
import { holdsAt } from '../../reading/archive/pairing.ts'
import type { Reader } from '../../store/reader.ts'
import { cutFactsOf } from '../../store/safeguard/cut-facts.ts'
import { declarationsAt } from '../../store/safeguard/declaring.ts'
import type { SafeguardEntry } from '../../store/safeguard/entry.ts'
import { changeIn } from '../../store/safeguard/known.ts'
import { isListed } from '../../store/safeguard/safeguards.ts'
import type { NoticeKnown } from '../../supply/notice/notice.ts'
import { deliveredAt, standingOf } from '../../supply/notice/standing.ts'
import type { Facts, Notice as NoticeFact } from '../../supply/policy/facts.ts'
import type {
  accountSafeguards,
  cutFacts,
  declarations,
  noticesPage,
  visitsPage,
} from '../safeguard-shapes.ts'
import type { BillingParts } from './billing-pages.ts'
import type { NamesOfMeters } from './places.ts'
import { inOnePiece } from './text.ts'

type Bytes = Promise<Uint8Array<ArrayBuffer>>
type SafeguardParts = Pick<BillingParts, 'reader' | 'offsetMinutes' | 'epoch'>

export interface SafeguardsAsked {
  readonly account: string
}

export interface FactsAsked extends SafeguardsAsked {
  /** UTC ms. */
  readonly now: number
  readonly gatewayTime: 'trusted' | 'doubted'
}

export interface AfterAsked {
  /** Entries numbered after this. */
  readonly after: number
  readonly limit: number
}

export interface VisitsAsked extends AfterAsked {
  readonly now: number
}

/** Rejects with ASK_UNKNOWN where the archive has no such account. */
export async function safeguardsPageOf(
  { reader, offsetMinutes, epoch }: SafeguardParts,
  { account }: SafeguardsAsked,
): Bytes {
  requireAccount(reader, account)
  const { notices, visits, protections, proposed, isWhole } = reader.safeguards.of(account)
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const orNull = (instant: number | null) => (instant === null ? null : at(instant))
  const answer: z.infer<typeof accountSafeguards> = {
    ...{ account, isWhole, protectionsKnown: isListed(reader.safeguards, epoch) },
    notices: notices.map(one => ({
      ...requiredOf(one, offsetMinutes),
      standing: standingOf(one, notices),
      deliveredAt: orNull(deliveredAt(one)),
      visitRequiredAt: orNull(one.visitRequiredAt),
      clearedAt: orNull(one.clearedAt),
      receipts: one.receipts.map(told => ({ ...told, at: at(told.at), receivedAt: at(told.receivedAt) })),
    })),
    visits: visits.map(one => ({ ...one, at: at(one.at) })),
    protections: protections.map(({ id: protection, account: _, enteredAt, ...held }) => ({
      ...{ protection, ...held },
      enteredAt: at(enteredAt),
    })),
    proposed: proposed.map(entry => {
      const { proposal: _, ...change } = changeIn(entry)
      return { sequence: entry.sequence, protection: entry.about, ...change, by: entry.by }
    }),
  }
  return inOnePiece([JSON.stringify(answer)])
}

/** Who mistypes a number is not to read that nobody is protected. */
function requireAccount({ archive }: Pick<Reader, 'archive'>, account: string): void {
  if (archive().versionsOf(account).length === 0)
    throw new Fault('ASK_UNKNOWN', `the archive has no account ${account}`)
}

function requiredOf(
  { id, which, channels, tries, template, order, requiredAt }: NoticeKnown,
  offset: number,
) {
  const at = isoWithOffset(requiredAt, offset)
  return { notice: id, which, channels: [...channels], tries, template, order, requiredAt: at }
}

/** All of them, in the order they were required, whatever has become of them since. */
export async function noticesPageOf(
  { reader, offsetMinutes, gateway, epoch }: SafeguardParts & Pick<BillingParts, 'gateway'>,
  { after, limit }: AfterAsked,
): Bytes {
  const { entries, reached } = reader.safeguards.after('notice', after, limit)
  const notices = entries.flatMap(entry => {
    const { sequence, account } = entry
    const all = reader.safeguards.of(account).notices
    return noticeOf(entry, all).map(one => ({
      ...{ sequence, type: 'notice.required' as const, account },
      ...requiredOf(one, offsetMinutes),
      standing: standingOf(one, all),
    }))
  })
  const answer: z.infer<typeof noticesPage> = { gateway, epoch, notices, next: reached }
  return inOnePiece([JSON.stringify(answer)])
}

function noticeOf({ about }: SafeguardEntry, all: readonly NoticeKnown[]): readonly NoticeKnown[] {
  return all.filter(({ id }) => id === about)
}

/** Customers nobody reaches, as long as their notice is wanted. */
export async function visitsPageOf(
  { reader, offsetMinutes }: SafeguardParts,
  { after, limit, now }: VisitsAsked,
): Bytes {
  const { entries, reached } = reader.safeguards.after('unreachable', after, limit)
  const visits = entries.flatMap(entry => {
    const { sequence, account, about: notice, facts, recordedAt } = entry
    const all = reader.safeguards.of(account).notices
    const { because } = JSON.parse(facts) as { readonly because: string }
    const of = reader
      .archive()
      .ofAccount(account)
      .filter(one => holdsAt(one, now))
    return noticeOf(entry, all)
      .filter(one => standingOf(one, all) === 'unreachable')
      .map(({ which }) => ({
        ...{ sequence, account, notice, which, because },
        requiredAt: isoWithOffset(recordedAt, offsetMinutes),
        points: [...new Set(of.map(({ point }) => point))],
      }))
  })
  const answer: z.infer<typeof visitsPage> = { visits, next: reached }
  return inOnePiece([JSON.stringify(answer)])
}

export interface DeclaredAsked {
  readonly now: number
}

/** Only what says something now. */
export async function declaredPageOf(
  { reader, offsetMinutes, epoch }: SafeguardParts,
  { now }: DeclaredAsked,
): Bytes {
  const iso = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const declared = declarationsAt(reader.safeguards, epoch, now)
  const answer: z.infer<typeof declarations> = {
    declared: declared.map(({ at, until, ...said }) => ({ ...said, at: iso(at), until: iso(until) })),
  }
  return inOnePiece([JSON.stringify(answer)])
}

/** As `meterd policy explain --facts` takes them. Rejects as above. */
export async function factsPageOf(
  { reader, offsetMinutes, epoch, names }: SafeguardParts & { readonly names?: NamesOfMeters },
  { account, now, gatewayTime }: FactsAsked,
): Bytes {
  requireAccount(reader, account)
  const customerOf = (meter: string) => names?.[meter]?.customer ?? null
  const facts = cutFactsOf({ ...reader, epoch }, account, now, { gatewayTime, customerOf })
  return inOnePiece([JSON.stringify(writeFacts(facts, gatewayTime, offsetMinutes))])
}

function writeFacts(
  { customer, arrears, read, meterClockErrorMs, firstNotice, secondNotice, protections, declared }: Facts,
  gatewayTime: FactsAsked['gatewayTime'],
  offsetMinutes: number,
): z.infer<typeof cutFacts> {
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const told = (notice: NoticeFact) => (typeof notice === 'number' ? { delivered: at(notice) } : notice)
  return {
    ...(customer && { customer }),
    ...(arrears && { arrears: { ...arrears, amount: formatScaled(arrears.amount) } }),
    ...(read && { read: { ...read, at: at(read.at) } }),
    ...(meterClockErrorMs !== null && { meterClock: { offBySeconds: meterClockErrorMs / SECOND } }),
    gatewayTime,
    ...(firstNotice !== null && { firstNotice: told(firstNotice) }),
    ...(secondNotice !== null && { secondNotice: told(secondNotice) }),
    ...(protections && {
      protections: protections.map(({ to, authorityReference, visited, ...held }) => ({
        ...held,
        ...(to !== null && { to }),
        ...(authorityReference !== null && { authorityReference }),
        ...(visited !== null && { visited: at(visited) }),
      })),
    }),
    ...(declared.size > 0 && { declared: Object.fromEntries(declared) }),
  }
}
