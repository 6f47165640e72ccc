/** What the entries of one account come to: notices with what came of them, visits, protections as they are now. */

import type { Notice, NoticeKnown, Receipt, Visit } from '../../supply/notice/notice.ts'
import { changed, type ProtectionChange, type ProtectionHeld } from '../../supply/protection/protection.ts'
import type { SafeguardEntry, SafeguardKind } from './entry.ts'

export interface SafeguardsKnown {
  /** In the order they were required. */
  readonly notices: readonly NoticeKnown[]
  readonly visits: readonly Visit[]
  readonly protections: readonly ProtectionKept[]
  /** Changes that wait for another key. */
  readonly proposed: readonly SafeguardEntry[]
}

/** With who entered it, and when, UTC ms. */
export interface ProtectionKept extends ProtectionHeld {
  readonly by: string
  readonly enteredAt: number
}

/** Of sound entries, in order. */
export function knownFrom(entries: readonly SafeguardEntry[]): SafeguardsKnown {
  const of = (kind: SafeguardKind, about?: string) =>
    entries.filter(one => one.kind === kind && (about === undefined || one.about === about))
  const visits = of('visit').map(visitIn)
  return {
    notices: of('notice').map(entry => ({
      ...noticeIn(entry),
      receipts: of('receipt', entry.about).map(receiptIn),
      visits: visits.filter(({ notice }) => notice === entry.about),
      visitRequiredAt: of('unreachable', entry.about)[0]?.recordedAt ?? null,
      clearedAt: of('cleared', entry.about)[0]?.recordedAt ?? null,
    })),
    visits,
    protections: of('protection').map(entry => ({
      ...of('changed', entry.about).map(changeIn).reduce(changed, protectionIn(entry)),
      ...{ by: entry.by, enteredAt: entry.recordedAt },
    })),
    // What was changed meanwhile is not what the proposal was of.
    proposed: of('change').filter(one =>
      of('changed', one.about).every(({ sequence }) => sequence < one.sequence),
    ),
  }
}

/** When somebody was last met there; null where that never was. */
export function lastMet(visits: readonly Visit[]): number | null {
  const met = visits.filter(({ result }) => result === 'handed').map(({ at }) => at)
  return met.length > 0 ? Math.max(...met) : null
}

/** Facts of a row whose checksum holds are as they were written. */
function factsIn<Facts>({ facts }: SafeguardEntry): Facts {
  return JSON.parse(facts) as Facts
}

export function noticeIn(entry: SafeguardEntry): Notice {
  const { about: id, account, recordedAt: requiredAt } = entry
  return { ...factsIn<Omit<Notice, 'id' | 'account' | 'requiredAt'>>(entry), id, account, requiredAt }
}

function receiptIn(entry: SafeguardEntry): Receipt {
  const { receipt, channel, result } = factsIn<Omit<Receipt, 'at' | 'receivedAt'>>(entry)
  return { receipt, channel, result, at: entry.at, receivedAt: entry.recordedAt }
}

function visitIn(entry: SafeguardEntry): Visit {
  const { visit, result, photo, who } = factsIn<Omit<Visit, 'at' | 'notice'>>(entry)
  return { visit, notice: entry.about === '' ? null : entry.about, result, at: entry.at, photo, who }
}

function protectionIn(entry: SafeguardEntry): ProtectionHeld {
  const { about: id, account } = entry
  return { ...factsIn<Omit<ProtectionHeld, 'id' | 'account'>>(entry), id, account }
}

/** `proposal` is the entry that was confirmed; null of what took one person. */
export interface KeptChange extends ProtectionChange {
  readonly reason: string
  readonly proposal: number | null
}

export function changeIn(entry: SafeguardEntry): KeptChange {
  return factsIn<KeptChange>(entry)
}
