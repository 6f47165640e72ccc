/** An order as it is told to callers: all of it but the frames, its times in the site's offset. */

import { isoWithOffset, SECOND } from '../../core/time.ts'
import type { BillingWord } from '../../supply/order/billing.ts'
import { type Service, serviceOf, takenFor } from '../../supply/order/change.ts'
import type { FactsShown } from '../../supply/order/facts-shown.ts'
import type { Cut, Order, Restore, Sent } from '../../supply/order/order.ts'
import type { DarkSearch, HeldOpen, NumberedChange, OrderShown, OrderStep, SupplyState } from './asked.ts'

type Iso = (instant: number) => string

/** One shape for both kinds: what one of them does not have is null. How late a restore is, is so at `now`. */
export function tellOrder(order: Order, offsetMinutes: number, now: number) {
  const iso = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const { id, kind, intended, account, meter, address, number, line, transformer } = order
  const { state, because, attempts, supersededBy, ticket, batch, reason, requestedBy, isRehearsal } = order
  return {
    ...{ order: id, kind, intended, account, meter, address, number, line, transformer },
    ...{ state, since: iso(order.since), because },
    ...{ requestedBy, requestedAt: iso(order.requestedAt), reason, ticket, batch, isRehearsal },
    ...{ attempts, sent: order.sent && sentIn(order.sent, iso), takenFor: takenFor(order) },
    ...{ dueAt: isoOf(order.dueAt, iso), supersededBy },
    ...(order.kind === 'cut'
      ? { ...ofCut(order, iso), ...NO_RESTORE }
      : { ...NO_CUT, ...ofRestore(order, iso, now) }),
  }
}

const NO_CUT = {
  expiresAt: null,
  digest: null,
  facts: null,
  shown: null,
  approved: null,
  noticed: null,
  billing: null,
} as const
const NO_RESTORE = {
  cause: null,
  countsFrom: null,
  lateness: null,
  waitedSeconds: null,
  fieldOrderAt: null,
  confirmation: null,
} as const

/** Facts and digest are those that were approved, before that those that were shown last. */
function ofCut({ expiresAt, shown, approved, noticed, billing = null }: Cut, iso: Iso) {
  const signed = approved ?? shown
  return {
    expiresAt: iso(expiresAt),
    digest: signed?.digest ?? null,
    facts: signed && tellFacts(signed.facts, iso),
    shown: shown && { to: shown.to, at: iso(shown.at) },
    approved: approved && { by: approved.by, at: iso(approved.at) },
    noticed: noticed && {
      deliveredAt: iso(noticed.deliveredAt),
      earliest: iso(noticed.earliest),
      latest: iso(noticed.latest),
    },
    billing: billing && billingIn(billing, iso),
  }
}

function ofRestore(restore: Restore, iso: Iso, now: number) {
  const { confirmation } = restore
  return {
    ...tellService(serviceOf(restore, now), iso),
    confirmation: confirmation && { ...confirmation, at: iso(confirmation.at) },
  }
}

/** As others are told it, over MQTT and where they ask for it. */
export function tellChange(change: NumberedChange, offsetMinutes: number) {
  const iso = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const { sequence, at, since, service, ...same } = change
  return {
    ...{ type: 'order.changed' as const, sequence, at: iso(at), ...same, since: iso(since) },
    service: service && tellService(service, iso),
  }
}

/** How a restore is served; seconds from the payment's own time until it was done, or as long as it waits. */
function tellService({ cause, countsFrom, lateness, waitedMs, fieldOrderAt }: Service, iso: Iso) {
  return {
    ...{ cause, countsFrom: iso(countsFrom), lateness, waitedSeconds: Math.floor(waitedMs / SECOND) },
    fieldOrderAt: isoOf(fieldOrderAt, iso),
  }
}

/** What may be approved, as it is now. */
export function tellNow({ digest, facts, changes, interlocks }: OrderShown, offsetMinutes: number) {
  const iso = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return { digest, facts: facts && tellFacts(facts, iso), changes, interlocks }
}

export function tellHeldOpen({ readAt, auditedAt, ...held }: HeldOpen, offsetMinutes: number) {
  const iso = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return { ...held, readAt: iso(readAt), auditedAt: iso(auditedAt) }
}

export function tellStep({ step, at, event, state, by, digest, journal }: OrderStep, offsetMinutes: number) {
  return { step, at: isoWithOffset(at, offsetMinutes), event, state, by, digest, journal }
}

/** Kill switch and fuse. */
export function tellSupply(
  { stopped, fuse: { blown, resetAskedBy } }: Pick<SupplyState, 'stopped' | 'fuse'>,
  offsetMinutes: number,
) {
  const iso = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return {
    stopped: stopped && { ...stopped, at: iso(stopped.at) },
    fuse: { blown: blown && { ...blown, at: iso(blown.at) }, resetAskedBy },
  }
}

/** Who was seen dark, and no order tells why. */
export function tellSearch({ beganAt, endedAt, open, unseen }: DarkSearch, offsetMinutes: number) {
  const iso = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return {
    ...{ beganAt: iso(beganAt), endedAt: isoOf(endedAt, iso), unseen: [...unseen] },
    open: open.map(({ meter, seenAt, openedAt, operator }) => ({
      ...{ meter, seenAt: iso(seenAt), openedAt: isoOf(openedAt, iso), operator },
    })),
  }
}

/** As an approver is shown them; the digest is of the same with times as UTC ms. */
function tellFacts(facts: FactsShown, iso: Iso) {
  const { pairing, read, protections, firstNotice } = facts
  return {
    ...facts,
    pairing: { ...pairing, from: iso(pairing.from) },
    read: { ...read, at: iso(read.at) },
    protections: protections.map(one => ({ ...one, visited: isoOf(one.visited, iso) })),
    firstNotice: iso(firstNotice),
  }
}

function billingIn(word: BillingWord, iso: Iso) {
  return { ...word, at: isoOf(word.at, iso) }
}

function sentIn({ attempt, at, deadline, operator, before, answer }: Sent, iso: Iso) {
  return { attempt, at: iso(at), deadline: iso(deadline), operator, before, answer }
}

function isoOf(instant: number | null, iso: Iso): string | null {
  return instant === null ? null : iso(instant)
}
